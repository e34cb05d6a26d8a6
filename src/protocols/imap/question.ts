// What a session asks of the world, and what it may hear: plain data, so that the machine is tested with literals. The
// shapes are those of a mail store and a login, seen from IMAP; `services/imap/` puts the two together.

import type { Result } from '#base/result.ts';
import type { LoginOutcome } from '#protocols/sasl/login-outcome.ts';
import type { FetchItem } from './fetch-item.ts';
import type { ViewChange, ViewSnapshot } from './mailbox-view.ts';
import type { SearchKey } from './search-key.ts';
import type { Access, SelectedMailbox } from './selected-mailbox.ts';

export const SPECIAL_USES = ['\\Archive', '\\Drafts', '\\Flagged', '\\Junk', '\\Sent', '\\Trash', '\\All'] as const;

export type SpecialUse = (typeof SPECIAL_USES)[number];

export function isSpecialUse(name: string): name is SpecialUse {
  return SPECIAL_USES.some((known) => known === name);
}

export interface Refusal {
  readonly code: 'nonexistent' | 'already-exists' | 'cannot' | 'limit' | 'over-quota' | 'has-children' | 'in-use';
  readonly message: string;
}

export type Outcome<T> = Result<T, Refusal>;

/** Where the password was right, there may still be too many sessions of this account. */
export type LoginAnswer = LoginOutcome | { readonly kind: 'rejected'; readonly reason: 'too-many-sessions' };

export interface Listing {
  readonly name: string;
  readonly exists: boolean;
  readonly subscribed: boolean;
  readonly specialUse: string | undefined;
}

export interface MailboxNumbers {
  readonly uidValidity: number;
  readonly uidNext: number;
  readonly messages: number;
  readonly recent: number;
  readonly unseen: number;
  readonly deleted: number;
  readonly sizeBytes: number;
  readonly highestModSeq: number;
}

export interface OpenedMailbox extends ViewSnapshot {
  readonly name: string;
  readonly uidValidity: number;
}

export interface FlagsStored {
  readonly changed: Extract<ViewChange, { kind: 'flags' }>;
  /** UIDs left alone because of UNCHANGEDSINCE. */
  readonly modified: Uint32Array;
}

export interface Copied {
  readonly uidValidity: number;
  readonly sourceUids: Uint32Array;
  readonly targetUids: Uint32Array;
}

/** Each question with its answer. */
export interface World {
  'check-password': { asks: { readonly user: string; readonly password: string }; answers: LoginAnswer };
  'begin-sasl': {
    asks: { readonly mechanism: string; readonly initialResponse: Buffer | undefined };
    answers: LoginAnswer;
  };
  'continue-sasl': { asks: { readonly response: Buffer | 'cancel' }; answers: LoginAnswer };
  /** The mechanisms that are on offer under TLS. */
  'start-tls': { asks: object; answers: { readonly mechanisms: readonly string[] } };

  list: { asks: object; answers: readonly Listing[] };
  status: { asks: { readonly mailbox: string }; answers: Outcome<MailboxNumbers> };
  create: {
    asks: { readonly mailbox: string; readonly specialUse: SpecialUse | undefined };
    answers: Outcome<unknown>;
  };
  delete: { asks: { readonly mailbox: string }; answers: Outcome<unknown> };
  rename: { asks: { readonly from: string; readonly to: string }; answers: Outcome<unknown> };
  subscribe: { asks: { readonly mailbox: string; readonly subscribed: boolean }; answers: Outcome<unknown> };
  open: { asks: { readonly mailbox: string; readonly access: Access }; answers: Outcome<OpenedMailbox> };

  /** Takes the message that was announced in. */
  'receive-message': { asks: { readonly sizeBytes: number }; answers: 'received' | 'malformed' | 'has-nul' };
  append: {
    asks: { readonly mailbox: string; readonly flags: readonly string[]; readonly internalDateMs: number | undefined };
    answers: Outcome<{ readonly uidValidity: number; readonly uids: readonly number[] }>;
  };

  /** Looks for what other programs did to the mailbox's files. */
  refresh: { asks: { readonly mailbox: string }; answers: undefined };
  /** Streams the answers; `missing` counts messages whose text was gone, `read` are the rows that were sent. */
  fetch: { asks: FetchQuestion; answers: { readonly missing: number; readonly read: readonly number[] } };
  /** The rows that match, ascending. */
  search: { asks: { readonly mailbox: SelectedMailbox; readonly key: SearchKey }; answers: readonly number[] };
  store: {
    asks: {
      readonly mailbox: string;
      readonly uids: Uint32Array;
      readonly mode: 'replace' | 'add' | 'remove';
      readonly flags: readonly string[];
      readonly unchangedSince: number | undefined;
    };
    answers: Outcome<FlagsStored>;
  };
  expunge: { asks: { readonly mailbox: string; readonly uids: Uint32Array }; answers: Outcome<Uint32Array> };
  transfer: {
    asks: {
      readonly how: 'copy' | 'move';
      readonly from: string;
      readonly uids: Uint32Array;
      readonly to: string;
    };
    answers: Outcome<Copied>;
  };
}

export interface FetchQuestion {
  readonly mailbox: SelectedMailbox;
  readonly rows: readonly number[];
  readonly items: readonly FetchItem[];
  /** UID FETCH: the answer bears the UID, asked for or not. */
  readonly uid: boolean;
}

export type QuestionKind = keyof World;
export type QuestionOf<K extends QuestionKind> = { readonly kind: K } & World[K]['asks'];
export type Question = { [K in QuestionKind]: QuestionOf<K> }[QuestionKind];
export type AnswerTo<K extends QuestionKind> = World[K]['answers'];
