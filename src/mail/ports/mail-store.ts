// Mailboxes and their messages. Asynchronous, and its arguments are plain data, so that another process, and later
// another machine, can stand behind it. Implementations: memory, Maildir; one contract suite tests all
// (`mail-store.contract.ts`). A refusal that a person can cause is a value; a failing disk is a thrown WorldError.

import type { Result } from '#base/result.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';

/** UTF-8, levels separated by `/`; the inbox is `INBOX`, whatever case a client used. */
export type MailboxName = string;

export type SpecialUse = '\\Archive' | '\\Drafts' | '\\Flagged' | '\\Junk' | '\\Sent' | '\\Trash' | '\\All';

export interface StoreRefusal {
  readonly code: 'nonexistent' | 'already-exists' | 'cannot' | 'limit' | 'over-quota' | 'has-children' | 'in-use';
  /** For a person; English. */
  readonly message: string;
}

export interface MailboxListing {
  readonly name: MailboxName;
  /** False for a level that exists only because something lies below it, or that is only subscribed. */
  readonly exists: boolean;
  readonly subscribed: boolean;
  readonly specialUse: SpecialUse | undefined;
}

export interface MailboxStatus {
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: number;
  readonly recent: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly sizeBytes: number;
  readonly highestModSeq: number;
}

/**
 * The numbers of a mailbox, packed: index i is one message, in UID order. `flags` holds the system flags in the lowest
 * five bits (see `mail/mailboxes/flags.ts`) and keyword k of `keywords` in bit 5 + k: at most 26, as Dovecot's files.
 */
export interface MessageColumns {
  readonly uids: Uint32Array;
  readonly flags: Uint32Array;
  /** Microseconds since 1970 or later; below 2^53. */
  readonly modSeqs: Float64Array;
  readonly sizesBytes: Float64Array;
  readonly internalDatesMs: Float64Array;
}

export interface MailboxSnapshot {
  readonly name: MailboxName;
  /** The GUID: 32 hexadecimal digits, kept through renames. */
  readonly mailboxId: string;
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly highestModSeq: number;
  readonly keywords: readonly string[];
  /** UIDs at or above it are \Recent for this opening; a read-write opening takes them from the next one. */
  readonly firstRecentUid: number;
  /** The caller's own copy. */
  readonly columns: MessageColumns;
}

/** What happened to a mailbox, in order; a listener sees each change once, its own included. */
export type MailboxChange =
  | { readonly kind: 'added'; readonly columns: MessageColumns; readonly keywords: readonly string[] }
  | {
      readonly kind: 'flags';
      readonly uids: Uint32Array;
      readonly flags: Uint32Array;
      readonly modSeqs: Float64Array;
      readonly keywords: readonly string[];
    }
  | { readonly kind: 'expunged'; readonly uids: Uint32Array; readonly modSeq: number }
  /** The mailbox is no longer there. */
  | { readonly kind: 'deleted' }
  /** UIDVALIDITY changed under the session: it must be opened anew. */
  | { readonly kind: 'reset' };

export interface FlagChange {
  readonly mode: 'replace' | 'add' | 'remove';
  /** System flags (bits 0–4) and keywords by name. */
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  /** Messages with a higher modseq are left alone and returned in `modified`. RFC 7162 §3.1.3. */
  readonly unchangedSinceModSeq: number | undefined;
}

export interface FlagChangeOutcome {
  readonly changed: Extract<MailboxChange, { kind: 'flags' }>;
  readonly modified: Uint32Array;
}

export interface AppendRequest {
  readonly content: MessageContent;
  /** Octets put on top of the content (trace headers); empty for APPEND. */
  readonly prefix: Buffer;
  readonly internalDateMs: number;
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  /** `deliver`: the mailbox is made when missing, quota was judged before. `append`: it must exist and quota holds. */
  readonly mode: 'deliver' | 'append';
}

export interface AppendOutcome {
  readonly uidValidity: number;
  readonly uids: readonly number[];
}

export interface CopyOutcome {
  readonly uidValidity: number;
  /** Same length and order; messages that were gone are left out. */
  readonly sourceUids: Uint32Array;
  readonly targetUids: Uint32Array;
}

export type PreparedPart = 'envelope' | 'bodyStructure' | 'header';

/** What was made ready when the message was filed; a part that was not asked for is `undefined`. */
export interface PreparedFetch {
  readonly uid: number;
  /** Octets as IMAP writes them; so is the structure. */
  readonly envelope: Buffer | undefined;
  readonly bodyStructure: Buffer | undefined;
  /** As it stands in the message, its empty line too; `undefined` also where it is too long to be kept at hand. */
  readonly header: Buffer | undefined;
}

export interface OpenMessage {
  readonly uid: number;
  readonly content: MessageContent;
}

export interface QuotaUsage {
  readonly sizeBytes: number;
  readonly messages: number;
}

export interface MailStore {
  // Mailboxes
  listMailboxes(account: AccountId): Promise<MailboxListing[]>;
  createMailbox(
    account: AccountId,
    name: MailboxName,
    specialUse: SpecialUse | undefined,
  ): Promise<Result<{ mailboxId: string }, StoreRefusal>>;
  deleteMailbox(account: AccountId, name: MailboxName): Promise<Result<undefined, StoreRefusal>>;
  /** Children move with it; INBOX is emptied into the new mailbox and stays (RFC 3501 §6.3.5). */
  renameMailbox(account: AccountId, from: MailboxName, to: MailboxName): Promise<Result<undefined, StoreRefusal>>;
  setSubscribed(account: AccountId, name: MailboxName, subscribed: boolean): Promise<Result<undefined, StoreRefusal>>;
  status(account: AccountId, name: MailboxName): Promise<Result<MailboxStatus, StoreRefusal>>;
  quotaUsage(account: AccountId): Promise<QuotaUsage>;

  // Messages
  /** What other programs did to the files until now is part of the snapshot. */
  openMailbox(
    account: AccountId,
    name: MailboxName,
    access: 'read-write' | 'read-only',
  ): Promise<Result<MailboxSnapshot, StoreRefusal>>;
  /** On stable storage when it resolves; all of the messages or none. */
  append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
  ): Promise<Result<AppendOutcome, StoreRefusal>>;
  copy(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>>;
  move(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>>;
  changeFlags(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    change: FlagChange,
  ): Promise<Result<FlagChangeOutcome, StoreRefusal>>;
  /** Unknown UIDs are passed over; returns those that went. */
  expunge(account: AccountId, name: MailboxName, uids: Uint32Array): Promise<Result<Uint32Array, StoreRefusal>>;
  /**
   * In the order asked for; messages that are gone are left out. Where there are `words` (as `Sieve` takes them), those whose
   * header surely has none of them may be left out, too.
   */
  prepareFetch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
    words?: readonly string[],
  ): AsyncIterable<PreparedFetch>;
  /**
   * Many, in the order asked for, without those that are gone; each is open until the next is asked for. Where there are `words`,
   * messages that surely have none of them may be left out, too.
   */
  openMessages(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    words?: readonly string[],
  ): AsyncIterable<OpenMessage>;
  /** `undefined` when it is gone. An opened message stays readable though it be expunged meanwhile. */
  openMessage(account: AccountId, name: MailboxName, uid: number): Promise<MessageContent | undefined>;

  // Events
  /** Looks for what other programs did to the files (a new/ drop, a renamed flag); the changes come to the watchers. */
  refresh(account: AccountId, name: MailboxName): Promise<void>;
  /**
   * The listener is called in the order of the changes, never inside the call that watches. Watch before opening: a
   * change whose modseq is not above the snapshot's `highestModSeq` is in the snapshot already.
   */
  watch(account: AccountId, name: MailboxName, listener: (change: MailboxChange) => void): Disposable;
}
