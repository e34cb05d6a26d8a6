// What the queue writes to the log, in Postfix's words, which pflogsumm and people read:
// `QID: to=<…>, orig_to=<…>, relay=mx.example.org[192.0.2.1]:25, delay=1.2, delays=0.1/0/0.4/0.7, dsn=2.0.0, status=sent (…)`.

import { formatDelay } from '#mail/filing/delivery-lines.ts';
import type { QueuedEnvelope } from '#mail/ports/queue-store.ts';
import type { NextHop } from './next-hop.ts';
import type { LastOutcome, TrackedRecipient } from './recipient-progress.ts';

/** Postfix's programs. */
export const LOG_AREAS: Readonly<Record<NextHop['transport'], string>> = {
  smtp: 'smtp',
  lmtp: 'lmtp',
  local: 'local',
  pipe: 'local',
  file: 'local',
  done: 'virtual',
  discard: 'discard',
  error: 'error',
};

const STATUS = { delivered: 'sent', deferred: 'deferred', failed: 'bounced' } as const;

export interface DeliveryTimes {
  readonly arrivedMs: number;
  readonly activeMs: number;
  readonly begunMs: number;
  readonly connectMs: number;
  readonly deliverMs: number;
}

export function outcomeLine(
  queueId: string,
  { recipient }: TrackedRecipient,
  outcome: LastOutcome,
  times: DeliveryTimes,
): string {
  const { arrivedMs, activeMs, begunMs, connectMs, deliverMs } = times;
  const original = recipient.original === recipient.address ? '' : `, orig_to=<${recipient.original}>`;
  const delays = [activeMs - arrivedMs, begunMs - activeMs, connectMs, deliverMs];
  const delay = begunMs - arrivedMs + connectMs + deliverMs;
  return (
    `${queueId}: to=<${recipient.address}>${original}, relay=${relayOf(recipient.nextHop, outcome)}, ` +
    `delay=${formatDelay(delay)}, delays=${delays.map(formatDelay).join('/')}, ` +
    `dsn=${outcome.status}, status=${STATUS[outcome.kind]} (${outcome.text})`
  );
}

export function relayOf({ transport }: NextHop, { remote }: Pick<LastOutcome, 'remote'>): string {
  if (remote !== undefined) {
    // A Unix socket has no port.
    return `${remote.name}[${remote.address}]${remote.port === 0 ? '' : `:${remote.port}`}`;
  }
  return LOG_AREAS[transport] === 'local' ? 'local' : 'none';
}

/** `sizeBytes` is that of the whole message, our header fields included. */
export function activeLine(queueId: string, sender: string, sizeBytes: number, recipients: number): string {
  return `${queueId}: from=<${sender}>, size=${sizeBytes}, nrcpt=${recipients} (queue active)`;
}

export function removedLine(queueId: string): string {
  return `${queueId}: removed`;
}

export function expiredLine({ queueId, sender }: QueuedEnvelope): string {
  return `${queueId}: from=<${sender}>, status=expired, returned to sender`;
}
