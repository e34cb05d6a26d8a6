// What will be done with an accepted message: one action for each final destination, complete in itself, so that it
// can be carried out again after a crash without deciding anything anew.

import type { AccountId } from '#mail/ports/account.ts';
import type { MailboxName } from '#mail/ports/mail-store.ts';

export interface FileAction {
  readonly kind: 'file';
  readonly account: AccountId;
  readonly mailbox: MailboxName;
  readonly systemFlags: number;
  readonly keywords: readonly string[];
  /** Put on top of the message for this destination: Return-Path, Delivered-To, Received … (RFC 5321 §4.4, RFC 9228). */
  readonly prefix: Buffer;
  /** The recipients of the envelope that this copy answers for. */
  readonly recipients: readonly string[];
  readonly internalDateMs: number;
}

/** The union grows: relay, pipe, … */
export type PlannedAction = FileAction;

export interface Plan {
  readonly actions: readonly PlannedAction[];
}
