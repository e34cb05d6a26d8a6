// One attempt: opens the octets, hands them to the transport, and has an outcome for each recipient whatever happened.

import { messageOf } from '#base/thrown.ts';
import { WorldError } from '#base/world-error.ts';
import { composeContent } from '#mail/acceptance/composed-content.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { DeliveryJob, DeliveryOutcome, DeliveryReport, Transport } from '#mail/ports/transport.ts';
import { type Delivery, messageFor, trackedOf } from './active-message.ts';
import type { NextHop } from './next-hop.ts';
import { discardTransport, errorTransport } from './own-transports.ts';
import type { QueueWorld } from './queue-world.ts';
import type { LastOutcome } from './recipient-progress.ts';

export interface AttemptReport {
  /** As in the delivery's numbers. */
  readonly outcomes: readonly (LastOutcome & Pick<DeliveryOutcome, 'tls' | 'security'>)[];
  readonly connectMs: number;
  readonly deliverMs: number;
}

export async function attempt(world: QueueWorld, delivery: Delivery): Promise<AttemptReport> {
  const { active, nextHop } = delivery;
  const { queueId } = active.envelope;
  const transport = findTransport(world, nextHop);
  if (transport === undefined) {
    return same(delivery, {
      kind: 'deferred',
      status: '4.3.5',
      text: `mail transport unavailable: ${nextHop.transport}`,
    });
  }
  let opened: MessageContent | undefined;
  try {
    if (active.content === undefined) opened = await world.store.openContent(active.envelope);
    const octets = active.content ?? opened;
    if (octets === undefined) throw new Error('a message without octets');
    const tracked = trackedOf(delivery);
    const job: DeliveryJob = {
      message: messageFor(active, tracked),
      recipients: tracked.map(({ recipient }) => recipient),
      sender: delivery.sender,
      content: composeContent(active.envelope.prefix, octets, 0),
    };
    return whole(delivery, await transport.deliver(job));
  } catch (error) {
    const text = messageOf(error);
    const trace = error instanceof WorldError || !(error instanceof Error) ? text : (error.stack ?? text);
    world.log.write('error', 'qmgr', `${queueId}: ${trace}`);
    return same(delivery, { kind: 'deferred', status: '4.3.0', text });
  } finally {
    await opened?.[Symbol.asyncDispose]();
  }
}

function findTransport({ transports }: QueueWorld, nextHop: NextHop): Transport | undefined {
  if (nextHop.transport === 'discard') return discardTransport;
  if (nextHop.transport === 'error') return errorTransport;
  // Nothing is begun for who is done.
  return nextHop.transport === 'done' ? undefined : transports.get(nextHop.transport);
}

const SILENCE: LastOutcome = {
  kind: 'deferred',
  status: '4.3.0',
  text: 'the transport said nothing of this recipient',
};

function whole({ numbers }: Delivery, { outcomes, connectMs, deliverMs }: DeliveryReport): AttemptReport {
  return { outcomes: numbers.map((_, i) => outcomes[i] ?? SILENCE), connectMs, deliverMs };
}

export function same({ numbers }: Delivery, outcome: LastOutcome): AttemptReport {
  return { outcomes: numbers.map(() => outcome), connectMs: 0, deliverMs: 0 };
}
