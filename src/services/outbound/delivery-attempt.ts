// What has become of each recipient of a job so far. An answer that may be another at the next server is kept, not final:
// only when there is no next server does it count. RFC 5321 §5.1.

import type { DeliveryFailure } from '#mail/delivery/delivery-failure.ts';
import type { DeliveryJob, DeliveryOutcome, RemoteServer, TransportSecurity } from '#mail/ports/transport.ts';
import type { QueuedRecipient } from '#mail/queue/queued-message.ts';
import { type RecipientResult, verdictOf } from '#protocols/smtp/client/recipient-result.ts';
import { type Explanation, explainResult } from './failure-words.ts';

/** How the message reached the server. */
export interface Passage {
  readonly server: RemoteServer;
  readonly tls: string | undefined;
  readonly security: TransportSecurity;
  /** The server takes over the duty of reporting. */
  readonly passedDsn: boolean;
}

/** By a server that was of no use. */
export interface Passing {
  readonly server: RemoteServer;
  readonly security: TransportSecurity;
  /** What it means where there is no other. */
  readonly kind: 'deferred' | 'failed';
}

export class DeliveryAttempt {
  readonly #job: DeliveryJob;
  readonly #outcomes = new Map<QueuedRecipient, DeliveryOutcome>();
  #waiting: readonly QueuedRecipient[];

  constructor(job: DeliveryJob) {
    this.#job = job;
    this.#waiting = job.recipients;
  }

  /** Without a final outcome. */
  get waiting(): readonly QueuedRecipient[] {
    return this.#waiting;
  }

  get isOver(): boolean {
    return this.#waiting.length === 0;
  }

  answered(recipients: readonly QueuedRecipient[], results: readonly RecipientResult[], passage: Passage): void {
    const { server, tls, security, passedDsn } = passage;
    for (const [i, recipient] of recipients.entries()) {
      const result = results[i];
      if (result === undefined) continue;
      const kind = verdictOf(result);
      const explanation = explainResult(result, server);
      const outcome = {
        recipient,
        kind,
        ...explanation,
        remote: server,
        security,
        ...(tls === undefined ? {} : { tls }),
        ...(kind === 'delivered' && passedDsn ? { passedDsn } : {}),
      };
      this.#outcomes.set(recipient, outcome);
      if (kind !== 'deferred' || isAmbiguous(result)) this.#finish(recipient);
    }
  }

  /** For good. */
  failed(recipient: QueuedRecipient, why: Explanation, server: RemoteServer): void {
    this.#outcomes.set(recipient, { recipient, kind: 'failed', ...why, remote: server });
    this.#finish(recipient);
  }

  /** This server did not work out, for nobody; another may. */
  passedOver(why: Explanation, { server, security, kind }: Passing): void {
    for (const recipient of this.#waiting) {
      // A server that may work out later outweighs one that never will.
      if (kind === 'failed' && this.#outcomes.get(recipient)?.kind === 'deferred') continue;
      this.#outcomes.set(recipient, { recipient, kind, ...why, remote: server, security });
    }
  }

  /** Nothing more is tried. */
  ended(failure: DeliveryFailure): readonly DeliveryOutcome[] {
    const { kind, status, text } = failure;
    return this.#job.recipients.map((recipient) => this.#outcomes.get(recipient) ?? { recipient, kind, status, text });
  }

  #finish(recipient: QueuedRecipient): void {
    this.#waiting = this.#waiting.filter((other) => other !== recipient);
  }
}

/** The server may have taken it: another server would deliver it a second time. */
function isAmbiguous(result: RecipientResult): boolean {
  if (result.kind !== 'cut-off') return false;
  const { failure } = result;
  if (failure.kind !== 'lost' && failure.kind !== 'timed-out' && failure.kind !== 'broken-reply') return false;
  return failure.stage === 'end-of-data';
}
