// Rows of queue.db and what they mean. A row that cannot be read is a damaged one: the caller sets its message aside.

import type { QueuedEnvelope, StoredMessage } from '#mail/ports/queue-store.ts';
import { queueDestination } from '#mail/queue/next-hop.ts';
import type { QueuedRecipient } from '#mail/queue/queued-message.ts';
import type {
  LastOutcome,
  RecipientEnd,
  RecipientPhase,
  RecipientProgress,
  TrackedRecipient,
} from '#mail/queue/recipient-progress.ts';

export interface MessageRow {
  readonly queue_id: string;
  readonly arrived_ms: number;
  readonly sender: string;
  readonly origin: string;
  readonly size_bytes: number;
  readonly prefix: Uint8Array;
  readonly details: string;
  readonly held: number;
}

export interface RecipientRow {
  readonly queue_id: string;
  readonly number: number;
  readonly address: string;
  readonly original: string;
  readonly domain: string;
  readonly destination: string;
  readonly origin: string;
  readonly phase: string;
  readonly ending: string | null;
  readonly due_ms: number | null;
  readonly attempts: number;
  readonly first_attempt_ms: number | null;
  readonly last_attempt_ms: number | null;
  readonly details: string;
  readonly outcome: string | null;
}

/** What of a recipient's row an attempt changes. */
export type ProgressColumns = Pick<
  RecipientRow,
  'phase' | 'ending' | 'due_ms' | 'attempts' | 'first_attempt_ms' | 'last_attempt_ms' | 'outcome'
>;

type MessageDetails = Pick<QueuedEnvelope, 'body' | 'smtpUtf8' | 'dsn' | 'tlsWish'>;
type RecipientDetails = Pick<QueuedRecipient, 'parameters' | 'nextHop' | 'sender'>;

export function messageRow(
  { body, smtpUtf8, dsn, tlsWish, ...envelope }: QueuedEnvelope,
  sizeBytes: number,
): MessageRow {
  const details: MessageDetails = { body, smtpUtf8, dsn, ...(tlsWish && { tlsWish }) };
  return {
    queue_id: envelope.queueId,
    arrived_ms: Math.trunc(envelope.arrivedMs),
    sender: envelope.sender,
    origin: envelope.origin,
    size_bytes: sizeBytes,
    prefix: envelope.prefix,
    details: JSON.stringify(details),
    held: envelope.held === true ? 1 : 0,
  };
}

export function recipientRow({ queueId, origin, held }: QueuedEnvelope, tracked: TrackedRecipient): RecipientRow {
  const { address, original, parameters, nextHop, sender } = tracked.recipient;
  const details: RecipientDetails = { parameters, nextHop, ...(sender !== undefined && { sender }) };
  return {
    queue_id: queueId,
    number: tracked.number,
    address,
    original,
    domain: address.slice(address.lastIndexOf('@') + 1).toLowerCase(),
    destination: queueDestination(nextHop),
    origin,
    details: JSON.stringify(details),
    ...progressColumns(tracked.progress),
    ...(held && { due_ms: null }),
  };
}

export function progressColumns(progress: RecipientProgress): ProgressColumns {
  const { state, attempts, firstAttemptMs, lastAttemptMs, outcome } = progress;
  return {
    phase: state.phase,
    ending: state.phase === 'unreported' ? state.end : null,
    due_ms: state.phase === 'waiting' ? Math.trunc(state.nextAttemptMs) : null,
    attempts,
    first_attempt_ms: firstAttemptMs === undefined ? null : Math.trunc(firstAttemptMs),
    last_attempt_ms: lastAttemptMs === undefined ? null : Math.trunc(lastAttemptMs),
    outcome: outcome === undefined ? null : JSON.stringify(outcome),
  };
}

/** Throws where a column is not what it should be. */
export function readMessage(row: MessageRow, recipients: readonly RecipientRow[]): StoredMessage {
  const { body, smtpUtf8, dsn, tlsWish } = parse<MessageDetails>(row.details);
  if (dsn === undefined) throw new Error('the details of the message are not whole');
  return {
    envelope: {
      queueId: row.queue_id,
      arrivedMs: row.arrived_ms,
      sender: row.sender,
      body,
      smtpUtf8,
      dsn: restored(dsn, { ret: undefined, envid: undefined }),
      origin: row.origin,
      prefix: Buffer.from(row.prefix.buffer, row.prefix.byteOffset, row.prefix.byteLength),
      sizeBytes: row.size_bytes,
      ...(tlsWish && { tlsWish }),
    },
    held: row.held === 1,
    recipients: recipients.map(readRecipient),
  };
}

function readRecipient(row: RecipientRow): TrackedRecipient {
  const { parameters, nextHop, sender } = parse<RecipientDetails>(row.details);
  if (parameters === undefined || nextHop === undefined) throw new Error('the details of a recipient are not whole');
  return {
    number: row.number,
    recipient: {
      address: row.address,
      original: row.original,
      parameters: restored(parameters, { notify: undefined, orcpt: undefined }),
      nextHop: nextHop.transport === 'local' ? restored(nextHop, { extension: undefined }) : nextHop,
      ...(sender !== undefined && { sender }),
    },
    progress: {
      state: readPhase(row),
      attempts: row.attempts,
      firstAttemptMs: row.first_attempt_ms ?? undefined,
      lastAttemptMs: row.last_attempt_ms ?? undefined,
      outcome: row.outcome === null ? undefined : parse<LastOutcome>(row.outcome),
    },
  };
}

const ENDS: ReadonlySet<string> = new Set<RecipientEnd>(['delivered', 'relayed', 'expanded', 'failed', 'expired']);

function readPhase({ phase, ending, due_ms: dueMs }: RecipientRow): RecipientPhase {
  if (phase === 'waiting') return { phase, nextAttemptMs: dueMs ?? 0 };
  if (phase === 'unreported' && ending !== null && ENDS.has(ending)) return { phase, end: ending as RecipientEnd };
  throw new Error(`a recipient in no known state: ${phase}`);
}

function parse<T extends object>(json: string): Partial<T> & T {
  const value: unknown = JSON.parse(json);
  if (typeof value !== 'object' || value === null) throw new Error('not an object');
  return value as T;
}

/** JSON leaves out what is undefined; our types want the field. */
function restored<T extends object>(value: T, absent: Partial<Record<keyof T, undefined>>): T {
  return { ...absent, ...value };
}
