// Who may write in whose name: by `smtpd_sender_login_maps`, or by the addresses of the accounts.

import { REJECT_SENDER_LOGIN_MISMATCH } from '#mail/policy/submission.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { ownerKeys } from './access-keys.ts';
import { ask, type Inquiry, type Later } from './fact.ts';
import { plain } from './kinds.ts';
import { type Opinion, refuse, temporaryFailure } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';

/** Whoever has logged in owns the sender; whoever has not writes in the name of nobody of ours. */
function* rejectMismatch(command: JudgedCommand): Inquiry<Opinion | undefined> {
  return command.session.login === undefined
    ? yield* rejectUnauthenticated(command)
    : yield* rejectAuthenticated(command);
}

function* rejectAuthenticated(command: JudgedCommand): Inquiry<Opinion | undefined> {
  return yield* rejectForeign(command, false);
}

/** As `reject_sender_login_mismatch`, but senders whom nobody owns are anybody's. */
function* rejectKnown(command: JudgedCommand): Inquiry<Opinion | undefined> {
  return command.session.login === undefined
    ? yield* rejectUnauthenticated(command)
    : yield* rejectForeign(command, true);
}

function* rejectForeign(
  { sender, session, settings }: JudgedCommand,
  allowsUnowned: boolean,
): Inquiry<Opinion | undefined> {
  const { login } = session;
  if (sender == null || login === undefined) return undefined;
  const address = formatAddrSpec(sender);
  const owners = yield* findOwners(sender, settings);
  if (owners.kind === 'later') return temporaryFailure(address);
  if (owners.accounts.length === 0 && allowsUnowned) return undefined;
  if (owners.accounts.some((account) => account.toLowerCase() === login.account.toLowerCase())) return undefined;
  return refuse(553, '7.1', `<${address}>: Sender address rejected: not owned by user ${login.account}`);
}

function* rejectUnauthenticated({ sender, session, settings }: JudgedCommand): Inquiry<Opinion | undefined> {
  if (sender == null || session.login !== undefined) return undefined;
  const address = formatAddrSpec(sender);
  const owners = yield* findOwners(sender, settings);
  if (owners.kind === 'later') return temporaryFailure(address);
  if (owners.accounts.length === 0) return undefined;
  return refuse(553, '7.1', `<${address}>: Sender address rejected: not logged in`);
}

function* findOwners(
  sender: AddrSpec,
  settings: JudgedCommand['settings'],
): Inquiry<Later | { readonly kind: 'found'; readonly accounts: readonly string[] }> {
  const { smtpd_sender_login_maps: tables } = settings;
  if (tables.length === 0) return yield* ask({ kind: 'sender-owners' });
  for (const table of tables) {
    const found = yield* ask({ kind: 'table', table, keys: ownerKeys(sender, settings) });
    if (found.kind === 'later') return found;
    if (found.kind === 'found') return { kind: 'found', accounts: found.value.split(/[\s,]+/) };
  }
  return { kind: 'found', accounts: [] };
}

export const SENDER_LOGIN: RestrictionKinds = {
  [REJECT_SENDER_LOGIN_MISMATCH]: plain('sender', rejectMismatch),
  reject_authenticated_sender_login_mismatch: plain('sender', rejectAuthenticated),
  reject_known_sender_login_mismatch: plain('sender', rejectKnown),
  reject_unauthenticated_sender_login_mismatch: plain('sender', rejectUnauthenticated),
};
