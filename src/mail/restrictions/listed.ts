// Do we, or does the next server, know the address? RFC 5321 §3.6.2: who relays must not take what it cannot deliver.

import { REJECT_UNLISTED_RECIPIENT, REJECT_UNVERIFIED_RECIPIENT, unlistedReply } from '#mail/policy/recipient.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { ask, type Inquiry } from './fact.ts';
import { plain } from './kinds.ts';
import { type Opinion, refuse, tempfail, temporaryFailure } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';
import type { TemporaryFailureAction } from './settings.ts';

function rejectUnlistedRecipient({ recipient, destination, settings }: JudgedCommand): Opinion | undefined {
  if (recipient === undefined || destination?.unlistedIn === undefined) return undefined;
  const { code, where } = unlistedReply(destination.unlistedIn, settings);
  const text = `<${formatAddrSpec(recipient)}>: Recipient address rejected: User unknown${where}`;
  return refuse(code, '1.1', text);
}

/** Somebody writes in the name of an address of ours that does not exist. */
function* rejectUnlistedSender({ sender, settings }: JudgedCommand): Inquiry<Opinion | undefined> {
  if (sender == null) return undefined;
  const address = formatAddrSpec(sender);
  const found = yield* ask({ kind: 'listed', which: 'sender' });
  if (found.kind === 'later') return temporaryFailure(address);
  if (found.kind === 'listed') return undefined;
  const { code, where } = unlistedReply(found.where, settings);
  return refuse(code, '1.0', `<${address}>: Sender address rejected: User unknown${where}`);
}

function* rejectUnverifiedRecipient(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const { recipient, settings } = command;
  if (recipient === undefined) return undefined;
  return yield* rejectUnverified('recipient', {
    rejected: `<${formatAddrSpec(recipient)}>: Recipient address rejected`,
    status: '1.1',
    rejectCode: settings.unverified_recipient_reject_code,
    deferCode: settings.unverified_recipient_defer_code,
    reason: settings.unverified_recipient_reject_reason,
    onTempfail: settings.unverified_recipient_tempfail_action,
  });
}

function* rejectUnverifiedSender(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const { sender, settings } = command;
  if (sender == null) return undefined;
  return yield* rejectUnverified('sender', {
    rejected: `<${formatAddrSpec(sender)}>: Sender address rejected`,
    status: '1.0',
    rejectCode: settings.unverified_sender_reject_code,
    deferCode: settings.unverified_sender_defer_code,
    reason: settings.unverified_sender_reject_reason,
    onTempfail: settings.unverified_sender_tempfail_action,
  });
}

interface VerificationWords {
  readonly rejected: string;
  readonly status: string;
  readonly rejectCode: number;
  readonly deferCode: number;
  /** In place of what the other server said. */
  readonly reason: string;
  readonly onTempfail: TemporaryFailureAction;
}

function* rejectUnverified(which: 'sender' | 'recipient', words: VerificationWords): Inquiry<Opinion | undefined> {
  const found = yield* ask({ kind: 'verified', which });
  if (found.kind === 'deliverable') return undefined;
  const { rejected, status, rejectCode, deferCode, onTempfail } = words;
  const reason = words.reason === '' ? found.reason : words.reason;
  if (found.kind === 'later') {
    return tempfail(onTempfail, deferCode, status, `${rejected}: unverified address: ${reason}`);
  }
  const text = `${rejected}: undeliverable address: ${reason}`;
  return rejectCode < 500 ? tempfail(onTempfail, rejectCode, status, text) : refuse(rejectCode, status, text);
}

export const REJECT_UNLISTED_SENDER = 'reject_unlisted_sender';

export const LISTED: RestrictionKinds = {
  [REJECT_UNLISTED_RECIPIENT]: plain('recipient', rejectUnlistedRecipient),
  [REJECT_UNLISTED_SENDER]: plain('sender', rejectUnlistedSender),
  [REJECT_UNVERIFIED_RECIPIENT]: plain('recipient', rejectUnverifiedRecipient),
  reject_unverified_sender: plain('sender', rejectUnverifiedSender),
};
