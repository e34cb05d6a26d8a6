// Restrictions that look something up in an access table.

import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { type ActionContext, readAction } from './access-action.ts';
import { addressKeys, domainKeys, mailKeys } from './access-keys.ts';
import { findClientName, findReverseClientName } from './client-name.ts';
import { ask, type Inquiry } from './fact.ts';
import { withTable } from './kinds.ts';
import { configurationError, type Opinion, refuse } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds, Subject } from './restriction.ts';

/** `found` though the table has nothing against it: nothing else is looked up. */
export interface TableAnswer {
  readonly found: boolean;
  readonly opinion: Opinion | undefined;
}

const NOT_FOUND: TableAnswer = { found: false, opinion: undefined };

export function* lookUp(
  table: string,
  keys: readonly string[],
  { command, subject }: Pick<ActionContext, 'command' | 'subject'>,
): Inquiry<TableAnswer> {
  const answer = yield* ask({ kind: 'table', table, keys });
  if (answer.kind === 'found') {
    return { found: true, opinion: readAction(answer.value, { command, subject, source: table, key: answer.key }) };
  }
  if (answer.kind !== 'later') return NOT_FOUND;
  const text = `<${subject.name}>: ${subject.what} rejected: Server configuration error`;
  return { found: true, opinion: { ...refuse(451, '3.5', text), isOurFault: true } };
}

/** Neither names nor HELO nor what servers a domain has can be believed so far that they let somebody in. */
export function forbidPermission(
  restriction: string,
  about: string,
  opinion: Opinion | undefined,
): Opinion | undefined {
  if (opinion?.kind !== 'permit') return opinion;
  return configurationError(
    `restriction ${restriction} returns OK for ${about}: this is not allowed for security reasons; use DUNNO instead of OK if you want to make an exception`,
  );
}

function checkClient(table: string) {
  return function* (command: JudgedCommand): Inquiry<Opinion | undefined> {
    // Patterns of networks have no names.
    const name = table.startsWith('cidr:') ? undefined : yield* findClientName();
    return yield* checkNameAndAddress(table, name, command, 'Client host');
  };
}

function checkReverseClient(table: string) {
  return function* (command: JudgedCommand): Inquiry<Opinion | undefined> {
    const name = yield* findReverseClientName();
    const opinion = yield* checkNameAndAddress(table, name, command, 'Unverified Client host');
    return forbidPermission('check_reverse_client_hostname_access', name, opinion);
  };
}

function* checkNameAndAddress(
  table: string,
  name: string | undefined,
  command: JudgedCommand,
  what: Subject['what'],
): Inquiry<Opinion | undefined> {
  const { clientAddress } = command.session.connection;
  const subject = { name: clientTitle(command), what };
  if (name !== undefined) {
    const byName = yield* lookUp(table, domainKeys(name, command.settings), { command, subject });
    if (byName.found) return byName.opinion;
  }
  return (yield* lookUp(table, addressKeys(clientAddress), { command, subject })).opinion;
}

/** As the log names it: `mail.example.org[192.0.2.1]`. */
export function clientTitle({ session: { connection } }: Pick<JudgedCommand, 'session'>): string {
  return `${connection.clientName ?? 'unknown'}[${connection.clientAddress}]`;
}

function checkHelo(table: string) {
  return function* (command: JudgedCommand): Inquiry<Opinion | undefined> {
    const { helo } = command.session;
    if (helo === undefined) return undefined;
    const subject = { name: helo, what: 'Helo command' } as const;
    return (yield* lookUp(table, domainKeys(helo, command.settings), { command, subject })).opinion;
  };
}

function checkSender(table: string) {
  return function* (command: JudgedCommand): Inquiry<Opinion | undefined> {
    const { sender, settings } = command;
    if (sender === null) return undefined;
    const subject = { name: sender === undefined ? '' : formatAddrSpec(sender), what: 'Sender address' } as const;
    const keys = sender === undefined ? [settings.smtpd_null_access_lookup_key] : mailKeys(sender, settings);
    return (yield* lookUp(table, keys, { command, subject })).opinion;
  };
}

function checkRecipient(table: string) {
  return function* (command: JudgedCommand): Inquiry<Opinion | undefined> {
    const { recipient, destination, settings } = command;
    if (recipient === undefined) return undefined;
    const subject = recipientSubject(recipient);
    const { opinion } = yield* lookUp(table, mailKeys(recipient, settings), { command, subject });
    // Who says how the mail goes on behind us is let in by nobody.
    return opinion?.kind === 'permit' && destination?.hasSenderRoute === true ? undefined : opinion;
  };
}

function recipientSubject(recipient: AddrSpec): Subject {
  return { name: formatAddrSpec(recipient), what: 'Recipient address' };
}

function checkSasl(table: string) {
  return function* (command: JudgedCommand): Inquiry<Opinion | undefined> {
    const { login } = command.session;
    if (login === undefined) return undefined;
    const subject = { name: login.account, what: 'SASL login name' } as const;
    return (yield* lookUp(table, [login.account], { command, subject })).opinion;
  };
}

export const ACCESS: RestrictionKinds = {
  check_client_access: withTable('client', checkClient, { kind: 'dns' }),
  check_reverse_client_hostname_access: withTable('client', checkReverseClient, { kind: 'dns' }),
  check_helo_access: withTable('greeting', checkHelo),
  check_sender_access: withTable('sender', checkSender),
  check_recipient_access: withTable('recipient', checkRecipient),
  check_sasl_access: withTable('client', checkSasl),
};
