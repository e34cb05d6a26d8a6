// A message of the queue as an administrator sees it.

import type { QueuedMessageListing, QueuedRecipientListing, QueueState } from '#mail/ports/queue-admin.ts';
import type { QueuedEnvelope, StoredMessage } from '#mail/ports/queue-store.ts';
import { queueDestination } from './next-hop.ts';
import type { TrackedRecipient } from './recipient-progress.ts';
import { expiryTime, type Lifetimes } from './retry-schedule.ts';

/** While nobody has it in hand. */
export function stateAtRest({ held, recipients }: StoredMessage): QueueState {
  if (held) return 'hold';
  return recipients.some(({ progress }) => progress.attempts > 0) ? 'deferred' : 'incoming';
}

export function describeMessage(
  lifetimes: Lifetimes,
  envelope: QueuedEnvelope,
  state: QueueState,
  recipients: readonly TrackedRecipient[],
): QueuedMessageListing {
  const { queueId, arrivedMs, sender, origin, sizeBytes, prefix } = envelope;
  return {
    queueId,
    state,
    arrivedMs,
    sender,
    origin,
    sizeBytes: sizeBytes + prefix.length,
    expiresMs: expiryTime(lifetimes, envelope),
    recipients: recipients.map((each) => describeRecipient(each, state)),
  };
}

function describeRecipient({ recipient, progress }: TrackedRecipient, state: QueueState): QueuedRecipientListing {
  const { attempts, lastAttemptMs, outcome } = progress;
  return {
    address: recipient.address,
    original: recipient.original,
    destination: queueDestination(recipient.nextHop),
    attempts,
    ...(progress.state.phase === 'waiting' && state !== 'hold' && { nextAttemptMs: progress.state.nextAttemptMs }),
    ...(lastAttemptMs !== undefined && { lastAttemptMs }),
    ...(outcome !== undefined && { status: outcome.status, reason: outcome.text }),
    ...(progress.state.phase === 'unreported' && { end: progress.state.end }),
  };
}
