// What a client may say, parsed: nothing looks at its text again. RFC 3501 §6 and the extensions named at each command.

import type { FetchItem } from './fetch-item.ts';
import type { SearchKey } from './search-key.ts';
import type { SequenceSet } from './sequence-set.ts';

/** UTF-8 text, never modified UTF-7; `INBOX` in upper case, whatever the client wrote. */
export type MailboxName = string;

/** `utf8` after ENABLE UTF8=ACCEPT (RFC 6855 §3) or IMAP4rev2 (RFC 9051 §5.1). */
export type NameEncoding = 'modified-utf7' | 'utf8';

export interface Tagged<C> {
  readonly tag: string;
  readonly command: C;
}

export type Command =
  // Any state
  | { readonly kind: 'capability' }
  | { readonly kind: 'noop' }
  | { readonly kind: 'logout' }
  /** RFC 2971: `undefined` parameters are NIL. */
  | { readonly kind: 'id'; readonly parameters: readonly IdParameter[] | undefined }
  // Not authenticated
  | { readonly kind: 'starttls' }
  | AuthenticateCommand
  | { readonly kind: 'login'; readonly user: string; readonly password: string }
  // Authenticated
  /** RFC 5161: upper-case names, known to us or not. */
  | { readonly kind: 'enable'; readonly capabilities: readonly string[] }
  | SelectCommand
  /** RFC 6154 §3: `specialUses` are the attributes of USE, in canonical case where known (`\Sent`). */
  | { readonly kind: 'create'; readonly mailbox: MailboxName; readonly specialUses: readonly string[] }
  | { readonly kind: 'delete'; readonly mailbox: MailboxName }
  | { readonly kind: 'rename'; readonly from: MailboxName; readonly to: MailboxName }
  | { readonly kind: 'subscribe'; readonly mailbox: MailboxName }
  | { readonly kind: 'unsubscribe'; readonly mailbox: MailboxName }
  | ListCommand
  | { readonly kind: 'lsub'; readonly reference: string; readonly pattern: string }
  | { readonly kind: 'status'; readonly mailbox: MailboxName; readonly items: readonly StatusItem[] }
  | AppendCommand
  /** RFC 2342. */
  | { readonly kind: 'namespace' }
  /** RFC 2177; ended by the line DONE, which is no command. */
  | { readonly kind: 'idle' }
  // Selected
  | { readonly kind: 'check' }
  | { readonly kind: 'close' }
  /** RFC 3691. */
  | { readonly kind: 'unselect' }
  /** `uids` only in UID EXPUNGE (RFC 4315 §2.1). */
  | { readonly kind: 'expunge'; readonly uids: SequenceSet | undefined }
  | SearchCommand
  | FetchCommand
  | StoreCommand
  /** MOVE: RFC 6851. */
  | {
      readonly kind: 'copy' | 'move';
      readonly uid: boolean;
      readonly set: SequenceSet;
      readonly mailbox: MailboxName;
    };

export type CommandKind = Command['kind'];

export type IdParameter = readonly [field: string, value: string | undefined];

export interface AuthenticateCommand {
  readonly kind: 'authenticate';
  /** Upper-case. */
  readonly mechanism: string;
  /** RFC 4959, decoded; empty for `=`, `undefined` where none was sent. */
  readonly initialResponse: Buffer | undefined;
}

export interface SelectCommand {
  readonly kind: 'select' | 'examine';
  readonly mailbox: MailboxName;
  /** RFC 7162 §3.1.8. */
  readonly condstore: boolean;
  readonly qresync: QresyncParameter | undefined;
}

/** RFC 7162 §3.2.5. Sets without `*`. */
export interface QresyncParameter {
  readonly uidValidity: number;
  readonly modSeq: number;
  readonly knownUids: SequenceSet | undefined;
  readonly sequenceMatch: { readonly sequences: SequenceSet; readonly uids: SequenceSet } | undefined;
}

/** RFC 5258, RFC 5819, RFC 6154, RFC 8438. */
export interface ListCommand {
  readonly kind: 'list';
  /** False for the command as RFC 3501 has it: one pattern, no options. */
  readonly extended: boolean;
  readonly selection: ListSelection;
  readonly reference: string;
  /** UTF-8 text with `*` and `%`; see `mailbox-pattern.ts`. */
  readonly patterns: readonly string[];
  readonly returns: ListReturn;
}

export interface ListSelection {
  readonly subscribed: boolean;
  readonly remote: boolean;
  readonly recursiveMatch: boolean;
  readonly specialUse: boolean;
}

export interface ListReturn {
  readonly subscribed: boolean;
  readonly children: boolean;
  readonly specialUse: boolean;
  /** `undefined` where no STATUS was asked for. */
  readonly status: readonly StatusItem[] | undefined;
}

/** RFC 3501 §6.3.10, RFC 7162 §3.1.7, RFC 7889 §3.1, RFC 8438, RFC 9051 §6.3.11 (DELETED). */
export type StatusItem =
  | 'MESSAGES'
  | 'RECENT'
  | 'UIDNEXT'
  | 'UIDVALIDITY'
  | 'UNSEEN'
  | 'DELETED'
  | 'SIZE'
  | 'HIGHESTMODSEQ'
  | 'APPENDLIMIT';

/** Known as soon as the message is announced, before its first octet arrives. */
export interface AppendCommand {
  readonly kind: 'append';
  readonly mailbox: MailboxName;
  readonly message: AppendMessage;
}

export interface AppendMessage {
  /** As in StoreCommand. */
  readonly flags: readonly string[];
  /** Milliseconds since 1970. */
  readonly internalDateMs: number | undefined;
  readonly sizeBytes: number;
}

export interface SearchCommand {
  readonly kind: 'search';
  readonly uid: boolean;
  /** `undefined`: answer with SEARCH; otherwise with ESEARCH (RFC 4731), `RETURN ()` being `['ALL']`. */
  readonly returns: readonly SearchReturn[] | undefined;
  readonly key: SearchKey;
}

export type SearchReturn = 'MIN' | 'MAX' | 'ALL' | 'COUNT';

export interface FetchCommand {
  readonly kind: 'fetch';
  readonly uid: boolean;
  readonly set: SequenceSet;
  readonly items: readonly FetchItem[];
  /** RFC 7162 §3.1.4.1. */
  readonly changedSince: number | undefined;
  /** RFC 7162 §3.2.6; only with UID and CHANGEDSINCE. */
  readonly vanished: boolean;
}

export interface StoreCommand {
  readonly kind: 'store';
  readonly uid: boolean;
  readonly set: SequenceSet;
  readonly mode: 'replace' | 'add' | 'remove';
  readonly silent: boolean;
  /** System flags in canonical case (`\Seen`), keywords as written; never `\Recent`. */
  readonly flags: readonly string[];
  /** RFC 7162 §3.1.3. */
  readonly unchangedSince: number | undefined;
}
