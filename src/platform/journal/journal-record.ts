// What a record says. A head in JSON, and behind it the octets that the head gives the lengths of.
//
//   payload = head-length(4) head envelope-length(4) envelope *octets     ; envelope and octets: messages only
//
// Records of another type than these are of a newer version: the segment is then not read at all.

import { unreachable } from '#base/unreachable.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailboxName } from '#mail/ports/mail-store.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';

/** Where a message lies or will lie. */
export interface Place {
  readonly mailbox: MailboxName;
  /** Its GUID: the mailbox may be renamed. */
  readonly mailboxId: string;
  readonly uid: number;
  /** The file's name up to the colon: it never changes. */
  readonly baseName: string;
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  readonly internalDateMs: number;
}

export interface RecordedFiling extends Place {
  readonly account: AccountId;
  /** Which of the bodies. */
  readonly body: number;
  /** Put on top of the body. */
  readonly prefix: Buffer;
  /** Recipients of the envelope that this copy answers for. */
  readonly recipients: readonly string[];
}

export type RecordedBody = RecordedOctets | RecordedFile;

export interface RecordedOctets {
  readonly kind: 'octets';
  readonly octets: Buffer;
  /** Lent until the record is promised: whoever wants them later reads the journal. */
  readonly isLent?: true;
}

/** A large body lies in a file of its own beside the segments. */
export interface RecordedFile {
  readonly kind: 'file';
  readonly file: string;
  readonly sizeBytes: number;
  /** The prefix of the filings that name it stands there before it, so many octets. */
  readonly prefixBytes?: number;
}

/** A message with its plan, or the messages of one APPEND. */
export interface MessageRecord {
  readonly kind: 'message';
  readonly id: string;
  readonly arrivedMs: number;
  /** JSON; empty where nobody sent it (APPEND). */
  readonly envelope: string;
  readonly bodies: readonly RecordedBody[];
  readonly filings: readonly RecordedFiling[];
  /** What leaves by the queue; its octets are the first body. */
  readonly queued?: QueuedMessage;
}

/** These messages were expunged by us: they are not filed again. */
export interface GoneRecord {
  readonly kind: 'gone';
  readonly account: AccountId;
  readonly baseNames: readonly string[];
}

/** These messages lie elsewhere, or elsewhere too. */
export interface TransferredRecord {
  readonly kind: 'moved' | 'copied';
  readonly account: AccountId;
  readonly steps: readonly { readonly from: string; readonly to: Place }[];
}

/** This mailbox was deleted by us, with what was in it. */
export interface MailboxDeletedRecord {
  readonly kind: 'mailbox-deleted';
  readonly account: AccountId;
  readonly mailboxId: string;
}

/** The queue has taken over what this message sends to others: it is not offered again. */
export interface ReleasedRecord {
  readonly kind: 'released';
  readonly id: string;
}

/** The first of each segment. */
export interface OpenedRecord {
  readonly kind: 'opened';
  /** What the former segment holds behind this offset was never promised; absent when there was none. */
  readonly former?: { readonly sequence: number; readonly endBytes: number };
}

export type JournalRecord =
  | OpenedRecord
  | MessageRecord
  | GoneRecord
  | TransferredRecord
  | MailboxDeletedRecord
  | ReleasedRecord;

/** Their numbers on disk: a new one goes to the end. */
const TYPES: readonly JournalRecord['kind'][] = [
  'opened',
  'message',
  'gone',
  'moved',
  'copied',
  'mailbox-deleted',
  'released',
  // With a file that begins with a prefix: who does not know of it must not put another one before it.
  'message',
];

export interface EncodedRecord {
  readonly type: number;
  readonly pieces: readonly Uint8Array[];
}

export function encodeRecord(record: JournalRecord): EncodedRecord {
  if (record.kind !== 'message') {
    const { kind: _, ...head } = record;
    return { type: TYPES.indexOf(record.kind) + 1, pieces: [counted(JSON.stringify(head))] };
  }
  const { id, arrivedMs, envelope, bodies, filings, queued } = record;
  const hasPrefixed = bodies.some((body) => body.kind === 'file' && body.prefixBytes !== undefined);
  const type = 1 + (hasPrefixed ? TYPES.lastIndexOf('message') : TYPES.indexOf('message'));
  const head = JSON.stringify({
    id,
    arrivedMs,
    bodies: bodies.map((body) => (body.kind === 'octets' ? body.octets.length : body)),
    filings: filings.map((filing) => ({ ...filing, prefix: filing.prefix.length })),
    ...(queued && { queued: { ...queued, prefix: queued.prefix.length } }),
  });
  const octets = bodies.flatMap((body) => (body.kind === 'octets' ? [body.octets] : []));
  const prefixes = [...filings.map(({ prefix }) => prefix), ...(queued ? [queued.prefix] : [])];
  return { type, pieces: [counted(head), counted(envelope), ...prefixes, ...octets] };
}

/** How far before the record's end the octets of this body begin. */
export function bodyBeforeEnd({ bodies }: MessageRecord, number: number): number {
  return bodies.slice(number).reduce((sum, body) => sum + (body.kind === 'octets' ? body.octets.length : 0), 0);
}

/** `undefined`: of a type we do not know, or (its checksum was right by chance) nothing that `encodeRecord` wrote. */
export function decodeRecord(type: number, payload: Buffer): JournalRecord | undefined {
  const kind = TYPES[type - 1];
  if (kind === undefined) return undefined;
  try {
    return decode(kind, payload);
  } catch {
    return undefined;
  }
}

function decode(kind: JournalRecord['kind'], payload: Buffer): JournalRecord {
  const head = section(payload, 0);
  switch (kind) {
    case 'message':
      return decodeMessage(head.text, payload, head.end);
    case 'opened':
    case 'gone':
    case 'moved':
    case 'copied':
    case 'mailbox-deleted':
    case 'released':
      return { kind, ...JSON.parse(head.text) };
    default:
      return unreachable(kind);
  }
}

/** Base names that recovery may file a message under because of this record. */
export function baseNamesOf(record: JournalRecord): string[] {
  switch (record.kind) {
    case 'message':
      return record.filings.map(({ baseName }) => baseName);
    case 'moved':
    case 'copied':
      return record.steps.map(({ to }) => to.baseName);
    case 'opened':
    case 'gone':
    case 'mailbox-deleted':
    case 'released':
      return [];
    default:
      return unreachable(record);
  }
}

interface MessageHead extends Omit<MessageRecord, 'kind' | 'envelope' | 'bodies' | 'filings' | 'queued'> {
  readonly bodies: readonly (number | RecordedFile)[];
  readonly filings: readonly (Omit<RecordedFiling, 'prefix'> & { readonly prefix: number })[];
  readonly queued?: Omit<QueuedMessage, 'prefix'> & { readonly prefix: number };
}

function decodeMessage(text: string, payload: Buffer, envelopeAt: number): MessageRecord {
  const head = JSON.parse(text) as MessageHead;
  const envelope = section(payload, envelopeAt);
  let at = envelope.end;
  const take = (length: number): Buffer => {
    at += length;
    return payload.subarray(at - length, at);
  };
  const filings = head.filings.map((filing) => ({ ...filing, prefix: take(filing.prefix) }));
  const queued = head.queued && { ...head.queued, prefix: take(head.queued.prefix) };
  const bodies = head.bodies.map(
    (body): RecordedBody => (typeof body === 'number' ? { kind: 'octets', octets: take(body) } : body),
  );
  const { id, arrivedMs } = head;
  return { kind: 'message', id, arrivedMs, envelope: envelope.text, bodies, filings, ...(queued && { queued }) };
}

function counted(text: string): Buffer {
  const octets = Buffer.allocUnsafe(4 + Buffer.byteLength(text));
  octets.writeUInt32LE(octets.length - 4);
  octets.write(text, 4);
  return octets;
}

function section(payload: Buffer, start: number): { text: string; end: number } {
  const end = start + 4 + payload.readUInt32LE(start);
  return { text: payload.toString('utf8', start + 4, end), end };
}
