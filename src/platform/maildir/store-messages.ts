// Every message between the main thread and the store's thread, as plain data.

import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { LogFields, LogLevel } from '#mail/ports/log.ts';
import type { AppendRequest, MailboxChange, MailboxName, PreparedFetch } from '#mail/ports/mail-store.ts';
import type { RoomLimits } from '#platform/journal/room.ts';
import type { FiledCopy } from './commits.ts';
import type { Delivery, DeliveryCopy, MaildirBackend } from './maildir-backend.ts';

/** What the thread is started with. */
export interface StoreThreadData {
  readonly base: string;
  readonly indexBase: string;
  readonly journalFolder: string;
  readonly reserve: RoomLimits;
}

export type PlainMethod = Exclude<keyof MaildirBackend, 'append' | 'commit' | 'prepareBatch'>;

export type StoreCall =
  | { [M in PlainMethod]: { readonly method: M; readonly args: Parameters<MaildirBackend[M]> } }[PlainMethod]
  | { readonly method: 'append'; readonly args: readonly [AccountId, MailboxName, readonly PlainAppend[], number] }
  | { readonly method: 'commit'; readonly args: readonly [PlainDelivery] }
  | { readonly method: 'prepareBatch'; readonly args: readonly [AccountId, MailboxName, Uint32Array] };

export interface PlainAppend extends Omit<AppendRequest, 'content' | 'prefix'> {
  readonly prefix: Uint8Array;
  readonly content: PlainContent;
}

export interface PlainDelivery extends Omit<Delivery, 'content' | 'copies'> {
  readonly content: PlainContent;
  readonly copies: readonly (Omit<DeliveryCopy, 'prefix'> & { readonly prefix: Uint8Array })[];
}

/** A small message comes along; a large one is asked for piece by piece. */
export type PlainContent =
  | { readonly kind: 'octets'; readonly octets: Uint8Array }
  | { readonly kind: 'remote'; readonly contentId: number; readonly sizeBytes: number };

export type ToThread =
  | { readonly kind: 'call'; readonly id: number; readonly call: StoreCall }
  | { readonly kind: 'piece'; readonly id: number; readonly octets: Uint8Array }
  | { readonly kind: 'no-piece'; readonly id: number; readonly failure: PlainFailure };

export type FromThread =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'failure'; readonly id: number; readonly failure: PlainFailure }
  | { readonly kind: 'change'; readonly account: AccountId; readonly name: MailboxName; readonly change: MailboxChange }
  | { readonly kind: 'filed'; readonly id: string; readonly copies: readonly FiledCopy[] }
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
  /** UID, octets of the envelope, octets of the body structure; three for each message. */
  readonly numbers: Uint32Array;
  readonly octets: Uint8Array;
}

export function packFetches(fetches: readonly PreparedFetch[]): PackedFetches {
  const numbers = new Uint32Array(fetches.length * 3);
  for (const [i, { uid, envelope, bodyStructure }] of fetches.entries()) {
    numbers.set([uid, envelope.length, bodyStructure.length], i * 3);
  }
  const pieces = fetches.flatMap(({ envelope, bodyStructure }) => [envelope, bodyStructure]);
  return { numbers, octets: ownOctets(...pieces) };
}

export function unpackFetches({ numbers, octets }: PackedFetches): PreparedFetch[] {
  const all = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  const fetches: PreparedFetch[] = [];
  let start = 0;
  for (let i = 0; i < numbers.length; i += 3) {
    const middle = start + (numbers[i + 1] ?? 0);
    const end = middle + (numbers[i + 2] ?? 0);
    const [envelope, bodyStructure] = [all.subarray(start, middle), all.subarray(middle, end)];
    fetches.push({ uid: numbers[i] ?? 0, envelope, bodyStructure });
    start = end;
  }
  return fetches;
}

/** In memory of their own: a Buffer may be a window into a pool, all of which would be copied or lost. */
export function ownOctets(...pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const own = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    own.set(piece, at);
    at += piece.length;
  }
  return own;
}
