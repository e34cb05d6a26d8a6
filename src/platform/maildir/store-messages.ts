// Every message between the main thread and the store's thread, as plain data.

import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { LogFields, LogLevel } from '#mail/ports/log.ts';
import type { AppendRequest, MailboxChange, MailboxName, PreparedFetch } from '#mail/ports/mail-store.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import type { RoomLimits } from '#platform/journal/room.ts';
import type { FiledCopy } from './commits.ts';
import type { MaildirBackend, OpenedBatch, OpenedMessage } from './maildir-backend.ts';
import type { PackedCommits } from './packed-commits.ts';

/** What the thread is started with. */
export interface StoreThreadData {
  readonly base: string;
  readonly indexBase: string;
  readonly journalFolder: string;
  readonly reserve: RoomLimits;
  readonly alsoWritten: readonly string[];
  readonly sharedMemory: SharedArrayBuffer;
}

export type PlainMethod = Exclude<keyof MaildirBackend, 'append' | 'commit' | 'release' | 'prepareBatch' | 'openBatch'>;

export type StoreCall =
  | { [M in PlainMethod]: { readonly method: M; readonly args: Parameters<MaildirBackend[M]> } }[PlainMethod]
  | { readonly method: 'append'; readonly args: readonly [AccountId, MailboxName, readonly PlainAppend[], number] }
  | {
      readonly method: 'prepareBatch';
      readonly args: Parameters<MaildirBackend['prepareBatch']>;
    }
  | { readonly method: 'openBatch'; readonly args: Parameters<MaildirBackend['openBatch']> };

export interface PlainAppend extends Omit<AppendRequest, 'content' | 'prefix'> {
  readonly prefix: Uint8Array;
  readonly content: PlainContent;
}

/** Its octets with it: small ones in memory, large ones in the journal's own file. */
export type PlainQueued = Omit<QueuedMessage, 'prefix'> & { readonly prefix: Uint8Array };

export type PlainBody = { readonly kind: 'octets'; readonly octets: Uint8Array } | PlainFile;

export interface PlainFile {
  readonly kind: 'file';
  readonly path: string;
  readonly sizeBytes: number;
}

/** A small message comes along, of a large one the memory or the file; where it has none it is asked for piece by piece. */
export type PlainContent = { readonly kind: 'octets'; readonly octets: Uint8Array } | ContentElsewhere;

export type ContentElsewhere =
  | PlainFile
  /** In the memory that both threads see, until the answer. */
  | { readonly kind: 'shared'; readonly ranges: readonly MemoryRange[]; readonly sizeBytes: number }
  | { readonly kind: 'remote'; readonly contentId: number; readonly sizeBytes: number };

export type MemoryRange = readonly [start: number, lengthBytes: number];

export type ToThread =
  | { readonly kind: 'call'; readonly id: number; readonly call: StoreCall }
  | ({ readonly kind: 'commits' } & PackedCommits)
  /** Nobody waits for it. */
  | { readonly kind: 'release'; readonly queueId: string }
  | { readonly kind: 'piece'; readonly id: number; readonly octets: Uint8Array }
  | { readonly kind: 'no-piece'; readonly id: number; readonly failure: PlainFailure };

export type FromThread =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: PlainFailure }
  | { readonly kind: 'change'; readonly account: AccountId; readonly name: MailboxName; readonly change: MailboxChange }
  | { readonly kind: 'filed'; readonly id: string; readonly copies: readonly FiledCopy[] }
  /** Of a message that is being committed: the main thread has it, and its octets where no file does. */
  | { readonly kind: 'offer'; readonly queueId: string; readonly file: PlainFile | undefined }
  /** Of one that a former run promised. */
  | { readonly kind: 'offer-again'; readonly message: PlainQueued; readonly body: PlainBody }
  | {
      readonly kind: 'read';
      readonly id: number;
      readonly contentId: number;
      readonly offset: number;
      readonly lengthBytes: number;
    }
  | {
      readonly kind: 'log';
      readonly level: LogLevel;
      readonly area: string;
      readonly text: string;
      readonly fields: LogFields;
    };

export type PlainFailure =
  | {
      readonly kind: 'world';
      readonly operation: string;
      readonly transient: boolean;
      readonly message: string;
      /** `ENOSPC` …: a full disk is answered in words of its own. */
      readonly code: string | undefined;
    }
  | { readonly kind: 'bug'; readonly message: string };

export function toPlainFailure(cause: unknown): PlainFailure {
  if (cause instanceof WorldError) {
    const inner = cause.cause instanceof Error ? cause.cause : cause;
    const code = 'code' in inner ? String(inner.code) : undefined;
    return { kind: 'world', operation: cause.operation, transient: cause.transient, message: inner.message, code };
  }
  return { kind: 'bug', message: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause) };
}

export function fromPlainFailure(failure: PlainFailure): Error {
  if (failure.kind === 'bug') return new Error(`in the store's thread: ${failure.message}`);
  const { operation, transient, message, code } = failure;
  return new WorldError(operation, { transient, cause: Object.assign(new Error(message), { code }) });
}

/** Many small answers as one piece of memory, which changes threads without being copied. */
export interface PackedFetches {
  /** UID, octets of the envelope, of the body structure, of the header; four for each message. */
  readonly numbers: Uint32Array;
  readonly octets: Uint8Array;
}

const NUMBERS_PER_FETCH = 4;
const ABSENT = 0xffffffff;

export function packFetches(fetches: readonly PreparedFetch[]): PackedFetches {
  const numbers = new Uint32Array(fetches.length * NUMBERS_PER_FETCH);
  const pieces: Buffer[] = [];
  for (const [i, { uid, envelope, bodyStructure, header }] of fetches.entries()) {
    numbers[i * NUMBERS_PER_FETCH] = uid;
    for (const [k, part] of [envelope, bodyStructure, header].entries()) {
      numbers[i * NUMBERS_PER_FETCH + 1 + k] = part?.length ?? ABSENT;
      if (part !== undefined) pieces.push(part);
    }
  }
  return { numbers, octets: ownOctets(...pieces) };
}

export function unpackFetches({ numbers, octets }: PackedFetches): PreparedFetch[] {
  const pieces = new Pieces(octets);
  const fetches: PreparedFetch[] = [];
  for (let i = 0; i < numbers.length; i += NUMBERS_PER_FETCH) {
    fetches.push({
      uid: numbers[i] ?? 0,
      envelope: pieces.next(numbers[i + 1] ?? 0),
      bodyStructure: pieces.next(numbers[i + 2] ?? 0),
      header: pieces.next(numbers[i + 3] ?? 0),
    });
  }
  return fetches;
}

/** The same for messages: their octets in one piece; of a large one the open file. */
export interface PackedBatch {
  readonly taken: number;
  readonly messages: readonly PackedMessage[];
  readonly octets: Uint8Array;
}

type PackedMessage =
  | { readonly kind: 'octets'; readonly uid: number; readonly sizeBytes: number }
  | Extract<OpenedMessage, { kind: 'file' }>;

export function packBatch({ taken, messages }: OpenedBatch): PackedBatch {
  return {
    taken,
    messages: messages.map((message) =>
      message.kind === 'file' ? message : { kind: 'octets', uid: message.uid, sizeBytes: message.octets.length },
    ),
    octets: ownOctets(...messages.flatMap((message) => (message.kind === 'octets' ? [message.octets] : []))),
  };
}

export function unpackBatch({ taken, messages, octets }: PackedBatch): OpenedBatch {
  const pieces = new Pieces(octets);
  return {
    taken,
    messages: messages.map((message) =>
      message.kind === 'file'
        ? message
        : { kind: 'octets', uid: message.uid, octets: pieces.next(message.sizeBytes) ?? Buffer.alloc(0) },
    ),
  };
}

/** What was put together, taken apart again. */
class Pieces {
  readonly #all: Buffer;
  #at = 0;

  constructor(octets: Uint8Array) {
    this.#all = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  }

  next(lengthBytes: number): Buffer | undefined {
    if (lengthBytes === ABSENT) return undefined;
    this.#at += lengthBytes;
    return this.#all.subarray(this.#at - lengthBytes, this.#at);
  }
}

/** In memory of their own: a Buffer may be a window into a pool, all of which would be copied or lost. */
export function ownOctets(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const own = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    own.set(piece, at);
    at += piece.length;
  }
  return own;
}
