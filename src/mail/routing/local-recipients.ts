// Names of this machine (`mydestination`): aliases first, then the users of the system, then accounts of the directory by
// their bare names, then `fallback_transport` and `luser_relay`. As Postfix's local(8) and aliases(5); what stands in a user's home is looked at
// after the 250, as that user.

import { unreachable } from '#base/unreachable.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { splitExtension } from './address-extension.ts';
import { type AddressMatch, addressKeys, findInTables, localPartKeys } from './address-lookup.ts';
import { isSameAddress, readAddress } from './address-text.ts';
import { type AliasTarget, formatAliasTarget } from './aliases/alias-target.ts';
import { parseAliasTargets } from './aliases/parse-alias-targets.ts';
import { propagate } from './canonical.ts';
import { isDoubleBounce } from './double-bounce.ts';
import { expandLuserRelay } from './luser-relay.ts';
import { followMailTransport } from './mailbox-transports.ts';
import { findPostmaster, isPostmaster } from './postmaster.ts';
import type { Pending } from './route-search.ts';
import type { RouteQuestion, RoutingContext } from './routing-world.ts';

/** Throws WorldError when a table, the system or the directory cannot be asked. */
export async function resolveLocal(question: RouteQuestion, pending: Pending): Promise<void> {
  if (isDoubleBounce(pending.address, question.context.settings)) {
    const nextHop = { transport: 'discard' } as const;
    return question.search.arriveAtNextHop('double-bounce', pending.address, nextHop, undefined);
  }
  const isOpen = question.context.settings.local_recipient_maps !== undefined;
  if (isOpen && !(await isListed(question, pending))) {
    return question.search.refuseUnknown(pending.address, 'local recipient table');
  }
  if (pending.stage !== 'user' && (await followAlias(question, pending))) return;
  if (await arriveAtName(question, pending)) return;
  if (isPostmaster(pending.address)) return await findPostmaster(question, pending.address);
  if (isOpen && (await followMailTransport(question, pending, 'mailbox'))) return;
  if (await followMailTransport(question, pending, 'fallback')) return;
  if (await followLuserRelay(question, pending)) return;
  if (!isOpen) return question.search.refuseUnknown(pending.address, 'local recipient table');
  bounceUnknown(question, pending);
}

/** local_recipient_maps says who is let in; it is asked of what the sender wrote, not of what an alias names. */
async function isListed({ context }: RouteQuestion, { address, depth }: Pending): Promise<boolean> {
  const { settings, tables } = context;
  if (depth > 0 || isPostmaster(address) || tables.local_recipient_maps.length === 0) return true;
  return (await findInTables(tables.local_recipient_maps, addressKeys(address, settings, true))) !== undefined;
}

/** Let in by local_recipient_maps, and nobody after all: as Postfix has it, its sender hears of it by a bounce. */
function bounceUnknown({ search }: RouteQuestion, { address }: Pending): void {
  const text = `unknown user: "${address.localPart}"`;
  search.arriveAtNextHop('unknown-name', address, { transport: 'error', status: '5.1.1', text }, undefined);
}

/** A user of the machine, or an account: mailbox_transport may have their mail. */
async function arriveAtName(question: RouteQuestion, pending: Pending): Promise<boolean> {
  const { context, search, sender } = question;
  const { address, owner } = pending;
  const user = await findUser(context, address);
  const account = user === undefined ? await findAccount(context, address) : undefined;
  if (user === undefined && account === undefined) return false;
  if (await followMailTransport(question, pending, 'mailbox')) return true;
  if (user !== undefined)
    search.arriveAtNextHop('system-user', address, user, sender === undefined ? undefined : owner);
  else if (account !== undefined) search.arriveAtAccount('address', address, account);
  return true;
}

async function followAlias(question: RouteQuestion, pending: Pending): Promise<boolean> {
  const { context, search } = question;
  const { settings, tables } = context;
  const match = await findInTables(tables.alias_maps, localPartKeys(pending.address.localPart, settings));
  if (match === undefined) return false;
  const parsed = parseAliasTargets(match.value, settings.virtual_alias_expansion_limit);
  if (!parsed.ok) {
    search.giveUp(`${match.table}: ${match.key}: ${parsed.error.text}`);
    return true;
  }
  const owner = (await findOwner(question, match.key)) ?? pending.owner;
  await followTargets(question, { ...pending, owner }, match, parsed.value);
  return true;
}

/** Failures of a list are its owner's business, where there is an alias `owner-lista`. */
async function findOwner({ context }: RouteQuestion, alias: string): Promise<AddrSpec | undefined> {
  const { settings, tables } = context;
  const match = await findInTables(tables.alias_maps, localPartKeys(`owner-${alias}`, settings).slice(0, 1));
  return match === undefined ? undefined : readAddress(`owner-${alias}`, settings);
}

async function followTargets(
  question: RouteQuestion,
  pending: Pending,
  match: AddressMatch,
  targets: readonly AliasTarget[],
): Promise<void> {
  const { search } = question;
  const further: Pending[] = [];
  const deliveries: AliasTarget[] = [];
  for (const target of targets) {
    if (target.kind === 'include') {
      const included = await readIncluded(question, target.path);
      if (included === undefined) return;
      for (const each of included) {
        const next = pendingTarget(question, pending, match, each, 'include');
        if (next === undefined) return search.giveUp(`${target.path}: not allowed here: ${formatAliasTarget(each)}`);
        further.push(next);
      }
    } else if (target.kind === 'command' || target.kind === 'file') deliveries.push(target);
    else {
      const next = pendingTarget(question, pending, match, target, 'alias');
      if (next === undefined)
        return search.giveUp(`${match.table}: ${match.key}: no address: ${formatAliasTarget(target)}`);
      further.push(next);
    }
  }
  search.follow('local-alias', match.key, further, targets.map(formatAliasTarget));
  for (const target of deliveries) arriveAtTarget(question, pending, target);
}

/** `undefined`: it cannot be followed. Commands and files do not stand in lists that others may write. */
function pendingTarget(
  { context: { settings } }: RouteQuestion,
  pending: Pending,
  { key, unmatched }: AddressMatch,
  target: AliasTarget,
  step: 'alias' | 'include',
): Pending | undefined {
  if (target.kind !== 'address' && target.kind !== 'local-name') return undefined;
  const depth = pending.depth + 1;
  if (target.kind === 'local-name' && (target.isFinal || target.name.toLowerCase() === key)) {
    const address = { localPart: target.name, domain: pending.address.domain };
    return { ...pending, address, depth, stage: 'user' };
  }
  const written = target.kind === 'address' ? target.address : target.name;
  const address = readAddress(written, settings);
  if (address === undefined) return undefined;
  const extended = step === 'alias' ? propagate(address, unmatched, settings, 'alias') : address;
  const stage = isSameAddress(extended, pending.address) ? 'user' : 'whole';
  return { ...pending, address: extended, depth, stage };
}

async function readIncluded({ context, search }: RouteQuestion, path: string): Promise<AliasTarget[] | undefined> {
  const { settings, readInclude } = context;
  if (readInclude === undefined) {
    search.giveUp(`:include:${path} is not read here`);
    return undefined;
  }
  const read = await readInclude(path);
  if (!read.ok) {
    search.giveUp(`:include:${path}: ${read.error}`);
    return undefined;
  }
  const parsed = parseAliasTargets(read.value, settings.virtual_alias_expansion_limit);
  if (parsed.ok) return parsed.value;
  search.giveUp(`:include:${path}: line ${parsed.error.line}: ${parsed.error.text}`);
  return undefined;
}

function arriveAtTarget({ context, search, sender }: RouteQuestion, pending: Pending, target: AliasTarget): void {
  const { address } = pending;
  const user = context.settings.default_privs;
  const owner = sender === undefined ? undefined : pending.owner;
  switch (target.kind) {
    case 'command':
      search.arriveAtNextHop('pipe', address, { transport: 'pipe', command: target.command, user }, owner);
      return;
    case 'file':
      search.arriveAtNextHop('mail-file', address, { transport: 'file', path: target.path, user }, owner);
      return;
    case 'address':
    case 'local-name':
    case 'include':
      throw new Error(`${target.kind} is no delivery`);
    default:
      unreachable(target);
  }
}

async function findUser({ systemUsers, settings }: RoutingContext, address: AddrSpec): Promise<NextHop | undefined> {
  if (systemUsers === undefined) return undefined;
  const split = splitExtension(address.localPart, settings);
  // Login names are in lower case; the case of an address tells nobody apart.
  const user = await systemUsers.find((split?.base ?? address.localPart).toLowerCase());
  return user && { transport: 'local', user: user.name, extension: split?.extension };
}

/** `usuario1@localhost`, where only one domain of the directory could be meant. */
async function findAccount({ directory, settings }: RoutingContext, address: AddrSpec): Promise<Account | undefined> {
  for (const { text } of localPartKeys(address.localPart, settings)) {
    const account = text.includes('@') ? undefined : await directory.findAccount(text);
    if (account !== undefined) return account;
  }
  return undefined;
}

async function followLuserRelay({ context, search }: RouteQuestion, pending: Pending): Promise<boolean> {
  const { settings } = context;
  const { address, depth } = pending;
  if (settings.luser_relay === '') return false;
  const relay = readAddress(expandLuserRelay(settings.luser_relay, address, settings), settings);
  // Unknown itself, it would lead to itself.
  if (relay === undefined) search.giveUp(`luser_relay: no address: ${settings.luser_relay}`);
  else if (isSameAddress(relay, address)) return false;
  else
    search.follow('luser-relay', formatAddrSpec(address), [
      { ...pending, address: relay, depth: depth + 1, stage: 'whole' },
    ]);
  return true;
}
