// What is asked of a mail store in another process, by method, and the words of both sides for what is no plain value.

import type { AccountId } from '#mail/ports/account.ts';
import type { AppendRequest, MailboxName, MailStore } from '#mail/ports/mail-store.ts';
import type { Loan } from '#platform/ipc/lent-content.ts';

/** Arguments and answers of these are plain data. */
export const PLAIN_METHODS = [
  'listMailboxes',
  'createMailbox',
  'deleteMailbox',
  'renameMailbox',
  'setSubscribed',
  'status',
  'quotaUsage',
  'openMailbox',
  'copy',
  'move',
  'changeFlags',
  'expunge',
  'refresh',
] as const satisfies readonly (keyof MailStore)[];
export type PlainMethod = (typeof PLAIN_METHODS)[number];

export const STORE = 'mail-store';
/** The other way: a watched mailbox has changed. */
export const CHANGE = 'mailbox-change';
export const READ_OPENED = 'read-opened';
export const CLOSE_OPENED = 'close-opened';

/** A small message comes along. */
export type SentContent = { readonly octets: Buffer } | { readonly loan: Loan };

export interface SentAppend extends Omit<AppendRequest, 'content'> {
  readonly content: SentContent;
}

export type SentMessage =
  | { readonly uid: number; readonly octets: Buffer }
  | { readonly uid: number; readonly opened: number; readonly sizeBytes: number };

export interface SentBatch {
  readonly taken: number;
  readonly messages: readonly SentMessage[];
}

export type MailboxPlace = readonly [account: AccountId, name: MailboxName];

export const COMES_ALONG_BYTES = 128 * 1024;
