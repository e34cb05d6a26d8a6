// What an attempt's outcome makes of a recipient: done, tried again, or given up; and whether the sender is owed a report.
// RFC 3461 §4.1 (NOTIFY), RFC 3461 §5.2. Nobody is told of mail from the null sender: that would be a bounce of a bounce.

import type { QueuedEnvelope } from '#mail/ports/queue-store.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { senderOf } from './active-message.ts';
import type { QueueSettings } from './queue-settings.ts';
import type {
  LastOutcome,
  RecipientEnd,
  RecipientPhase,
  RecipientProgress,
  TrackedRecipient,
} from './recipient-progress.ts';
import { expiryTime, nextAttempt } from './retry-schedule.ts';

export interface AttemptMoment {
  readonly nowMs: number;
  /** False where nothing was sent, because the destination is suspended. */
  readonly wasTried: boolean;
}

export function judgeOutcome(
  settings: QueueSettings,
  envelope: QueuedEnvelope,
  tracked: TrackedRecipient,
  outcome: LastOutcome,
  { nowMs, wasTried }: AttemptMoment,
  randomness: Randomness,
): RecipientProgress {
  const { attempts, firstAttemptMs, lastAttemptMs } = tracked.progress;
  return {
    state: nextState(settings, envelope, tracked, outcome, nowMs, randomness),
    attempts: wasTried ? attempts + 1 : attempts,
    firstAttemptMs: firstAttemptMs ?? (wasTried ? nowMs : undefined),
    lastAttemptMs: wasTried ? nowMs : lastAttemptMs,
    outcome,
  };
}

function nextState(
  settings: QueueSettings,
  envelope: QueuedEnvelope,
  tracked: TrackedRecipient,
  outcome: LastOutcome,
  nowMs: number,
  randomness: Randomness,
): RecipientPhase {
  const sender = senderOf(envelope, tracked);
  if (outcome.kind === 'deferred') {
    const expiresMs = expiryTime(settings, { arrivedMs: envelope.arrivedMs, sender });
    if (nowMs < expiresMs) {
      // The last attempt is at the end of the lifetime, not up to an hour behind it.
      const nextAttemptMs = Math.min(nextAttempt(settings, envelope.arrivedMs, nowMs, randomness), expiresMs);
      return { phase: 'waiting', nextAttemptMs };
    }
  }
  const end = endOf(outcome, tracked);
  return owesReport(settings, sender, tracked, end, outcome) ? { phase: 'unreported', end } : { phase: 'done' };
}

function endOf({ kind }: LastOutcome, { recipient }: TrackedRecipient): RecipientEnd {
  if (kind === 'failed') return 'failed';
  if (kind === 'deferred') return 'expired';
  return recipient.nextHop.transport === 'smtp' ? 'relayed' : 'delivered';
}

function owesReport(
  { doubleBounceRecipient }: Pick<QueueSettings, 'doubleBounceRecipient'>,
  sender: string,
  { recipient }: TrackedRecipient,
  end: RecipientEnd,
  { passedDsn }: Pick<LastOutcome, 'passedDsn'>,
): boolean {
  const isFailure = end === 'failed' || end === 'expired';
  if (sender === '') return isFailure && doubleBounceRecipient !== undefined;
  const { notify } = recipient.parameters;
  if (isFailure) return notify === undefined || notify.includes('FAILURE');
  return passedDsn !== true && notify?.includes('SUCCESS') === true;
}

/** Delay warnings go out unless the sender said otherwise. */
export function wantsWarning(sender: string, { recipient }: TrackedRecipient): boolean {
  const { notify } = recipient.parameters;
  return sender !== '' && (notify === undefined || notify.includes('DELAY'));
}

/** The destination itself, not one recipient, is what failed: nobody answered, or it turned the connection away. */
export function isDestinationFailure(outcomes: readonly LastOutcome[]): boolean {
  return outcomes.length > 0 && outcomes.every(isUnreachable);
}

function isUnreachable({ kind, remote, status, reply }: LastOutcome): boolean {
  if (kind !== 'deferred') return false;
  return remote === undefined || status.startsWith('4.4.') || status === '4.3.2' || reply?.startsWith('421') === true;
}
