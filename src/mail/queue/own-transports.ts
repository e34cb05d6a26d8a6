// `discard:` and `error:` of a transport table: the two transports that need nobody else.

import type { DeliveryJob, DeliveryReport, Transport } from '#mail/ports/transport.ts';
import type { NextHop } from './next-hop.ts';
import type { LastOutcome } from './recipient-progress.ts';

export const discardTransport: Transport = {
  deliver: async (job) => answered(job, () => ({ kind: 'delivered', status: '2.0.0', text: 'discarded' })),
};

export const errorTransport: Transport = {
  deliver: async (job) => answered(job, (nextHop) => refusal(nextHop)),
};

/** `error:4.3.0 text` puts off, anything else returns. */
function refusal(nextHop: NextHop): LastOutcome {
  if (nextHop.transport !== 'error') return { kind: 'failed', status: '5.0.0', text: 'not for this transport' };
  const { status, text } = nextHop;
  return { kind: status.startsWith('4.') ? 'deferred' : 'failed', status, text };
}

function answered({ recipients }: DeliveryJob, say: (nextHop: NextHop) => LastOutcome): DeliveryReport {
  const outcomes = recipients.map((recipient) => ({ recipient, ...say(recipient.nextHop) }));
  return { outcomes, connectMs: 0, deliverMs: 0 };
}
