// What one recipient's outcome leaves in the log and in the message's journey.

import { unreachable } from '#base/unreachable.ts';
import type { JourneyEvent } from '#mail/journey/event.ts';
import type { DeliveryOutcome } from '#mail/ports/transport.ts';
import type { ActiveMessage } from './active-message.ts';
import { queueDestination } from './next-hop.ts';
import { expiredLine, LOG_AREAS, outcomeLine, relayOf } from './queue-lines.ts';
import type { QueueWorld } from './queue-world.ts';
import type { LastOutcome, TrackedRecipient } from './recipient-progress.ts';

export interface DeliveryMoment {
  readonly begunMs: number;
  readonly connectMs: number;
  readonly deliverMs: number;
}

type Outcome = LastOutcome & Pick<DeliveryOutcome, 'tls' | 'security'>;

/** `tracked` as the outcome left it. */
export function recordOutcome(
  { log, journeyLog, clock }: Pick<QueueWorld, 'log' | 'journeyLog' | 'clock'>,
  { envelope, activeMs }: ActiveMessage,
  tracked: TrackedRecipient,
  outcome: Outcome,
  moment: DeliveryMoment,
): void {
  const { queueId, arrivedMs } = envelope;
  const area = LOG_AREAS[tracked.recipient.nextHop.transport];
  log.write('info', area, outcomeLine(queueId, tracked, outcome, { arrivedMs, activeMs, ...moment }));
  journeyLog.record(queueId, describe(tracked, outcome, arrivedMs, clock.nowMs()));
  if (outcome.kind !== 'deferred' || tracked.progress.state.phase === 'waiting') return;
  log.write('info', 'qmgr', expiredLine(envelope));
  journeyLog.record(queueId, { kind: 'expired', recipient: tracked.recipient.address, reason: outcome.text });
}

function describe(
  { recipient, progress }: TrackedRecipient,
  outcome: Outcome,
  arrivedMs: number,
  nowMs: number,
): JourneyEvent {
  const delayMs = nowMs - arrivedMs;
  const { address, nextHop } = recipient;
  const relay = relayOf(nextHop, outcome);
  const { text } = outcome;
  const security = outcome.security && { security: outcome.security };
  switch (outcome.kind) {
    case 'delivered':
      return outcome.remote === undefined
        ? { kind: 'delivered', recipient: address, destination: queueDestination(nextHop), text, delayMs }
        : {
            kind: 'relayed',
            recipient: address,
            relay,
            reply: outcome.reply ?? text,
            tls: outcome.tls,
            ...security,
            delayMs,
          };
    case 'failed':
      return { kind: 'bounced', recipient: address, relay, reason: text, ...security };
    case 'deferred': {
      const deferred = { kind: 'deferred', recipient: address, relay, reason: text, ...security } as const;
      const { state } = progress;
      return state.phase === 'waiting' ? { ...deferred, retryInMs: state.nextAttemptMs - nowMs } : deferred;
    }
    default:
      return unreachable(outcome.kind);
  }
}
