// Address → where its mail goes, decided before the 250: canonical_maps, then virtual aliases, then by the class of the
// domain, then transport_maps. What Postfix's cleanup, trivial-rewrite and local do in turn.

import type { Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { addressKeys, findInTables } from './address-lookup.ts';
import { isSameAddress, readAddress } from './address-text.ts';
import { type CanonicalRole, findCanonical } from './canonical.ts';
import { type AddressClass, type DomainOverlap, findOverlaps } from './domain-classes.ts';
import { isDoubleBounce } from './double-bounce.ts';
import { resolveLocal } from './local-recipients.ts';
import { isPostmaster, lookUpWithPostmaster } from './postmaster.ts';
import type { Route } from './route.ts';
import { type Pending, RouteSearch } from './route-search.ts';
import { openContext, type RouteQuestion, type RoutingContext, type RoutingWorld } from './routing-world.ts';
import { ROUTING_DEFAULTS } from './settings.ts';
import { forwardSender, reverseSender } from './srs.ts';
import { findRelayHost, findTransport, type OwnTransport, readTransport, transportEntry } from './transports.ts';
import { followVirtualAlias } from './virtual-aliases.ts';
import { resolveVirtualMailbox } from './virtual-mailboxes.ts';

export type { RoutingWorld } from './routing-world.ts';

/** All of it throws WorldError when the directory, the system or a table cannot be asked. */
export interface Routing {
  /** `sender` is the envelope's, `undefined` for the null reverse-path. */
  findRoute(address: AddrSpec, sender: AddrSpec | undefined): Promise<Route>;
  classify(address: AddrSpec): Promise<AddressClass>;
  /** The error is what is wrong with the table. */
  findCanonical(address: AddrSpec, role: CanonicalRole): Promise<Result<AddrSpec, string>>;
  /** `usuario1` → `usuario1@myorigin`; `undefined` where it is no address. */
  completeAddress(text: string): AddrSpec | undefined;
  /** Domains of two classes, as far as only the directory (`hosted`) and the tables can tell. */
  findOverlaps(hosted: readonly string[]): Promise<readonly DomainOverlap[]>;
}

export function createRouting(world: RoutingWorld): Routing {
  const context = openContext(world);
  const { settings } = world;
  return {
    findRoute: (address, sender) => findRoute(context, address, sender),
    classify: (address) => classify(context, address),
    findCanonical: (address, role) => findCanonical(context, address, role),
    completeAddress: (text) => readAddress(text, settings),
    findOverlaps: (hosted) => findOverlaps({ settings, findTable: context.findTable }, hosted),
  };
}

async function findRoute(context: RoutingContext, address: AddrSpec, sender: AddrSpec | undefined): Promise<Route> {
  const search = new RouteSearch(context.settings);
  const addressClass = await classify(context, address);
  const question = { context, search, sender, classified: { address, addressClass } };
  const canonical = await findCanonical(context, address, 'recipient');
  if (!canonical.ok) {
    search.giveUp(canonical.error);
    return search.conclude(addressClass);
  }
  if (!isSameAddress(canonical.value, address)) {
    search.note(`canonical ${formatAddrSpec(address)} → ${formatAddrSpec(canonical.value)}`);
  }
  search.begin(canonical.value);
  for (let pending = search.take(); pending !== undefined; pending = search.take()) await resolve(question, pending);
  return search.conclude(addressClass);
}

/** That of its domain; postmaster, and whom bounces come from, at the server's own name are always ours. RFC 5321 §4.5.1. */
async function classify({ classes, settings }: RoutingContext, address: AddrSpec): Promise<AddressClass> {
  const found = await classes.classify(address.domain);
  if (found !== 'foreign') return found;
  const domain = address.domain.toLowerCase();
  const isPostmasters = isPostmaster(address) && domain === settings.myhostname.toLowerCase();
  const isOurs = isPostmasters || isDoubleBounce(address, settings);
  return isOurs || (domain === settings.srs_domain && settings.srs_domain !== '') ? 'local' : 'foreign';
}

async function resolve(question: RouteQuestion, pending: Pending): Promise<void> {
  const { context } = question;
  const { tables, transports } = context;
  if (followSrs(question, pending)) return;
  const isAsked = pending.stage === 'whole' && tables.virtual_alias_maps.length > 0;
  if (isAsked && (await followVirtualAlias(question, pending))) return;
  const addressClass = await classOf(question, pending.address);
  if (transports.transport_maps.length > 0 && (await followTransport(question, pending, addressClass))) return;
  if (await followClassTransport(question, pending, addressClass)) return;
  await resolveInClass(question, pending, addressClass);
}

/** Most addresses are what was asked about. */
function classOf({ context, classified }: RouteQuestion, address: AddrSpec): AddressClass | Promise<AddressClass> {
  return address === classified.address ? classified.addressClass : classify(context, address);
}

async function resolveInClass(question: RouteQuestion, pending: Pending, addressClass: AddressClass): Promise<void> {
  switch (addressClass) {
    case 'hosted':
      return await resolveHosted(question, pending);
    case 'local':
      return await resolveLocal(question, pending);
    case 'virtual-alias':
      return question.search.refuseUnknown(pending.address, 'virtual alias table');
    case 'virtual-mailbox':
      return await resolveVirtualMailbox(question, pending);
    case 'relay':
      return await resolveRelay(question, pending);
    case 'foreign':
      return await resolveElsewhere(question, pending);
    default:
      return unreachable(addressClass);
  }
}

/** A bounce to mail that we forwarded goes back to whom it came from. */
function followSrs({ context, search }: RouteQuestion, pending: Pending): boolean {
  const { settings, clock } = context;
  const { address, depth } = pending;
  if (settings.srs_domain === '' || address.domain.toLowerCase() !== settings.srs_domain) return false;
  const reversed = reverseSender(address, settings, clock.nowMs());
  if (reversed.ok) {
    search.follow('srs', formatAddrSpec(address), [{ ...pending, address: reversed.value, depth: depth + 1 }]);
    return true;
  }
  if (reversed.error === 'not-srs') return false;
  search.note(`srs-${reversed.error} ${formatAddrSpec(address)}`);
  search.refuseUnknown(address, 'local recipient table');
  return true;
}

/** transport_maps stands above the classes, for recipients that exist. */
async function followTransport(
  question: RouteQuestion,
  pending: Pending,
  addressClass: AddressClass,
): Promise<boolean> {
  const { context, search } = question;
  const { address } = pending;
  const entry = await findTransport(context.transports, address);
  if (entry === undefined) return false;
  const hop = readTransport(entry, address.domain);
  if (!hop.ok) {
    search.giveUp(`${entry.key}: ${hop.error}`);
    return true;
  }
  // A next hop alone leaves the transport as it is: what is delivered here has none.
  const stays = entry.transport === '' && addressClass !== 'foreign' && addressClass !== 'relay';
  if (stays) return false;
  return await handOn(question, pending, addressClass, hop.value);
}

/** local_transport and virtual_transport; those for mail to others are asked where its next hop is found. */
async function followClassTransport(
  question: RouteQuestion,
  pending: Pending,
  addressClass: AddressClass,
): Promise<boolean> {
  if (addressClass !== 'local' && addressClass !== 'virtual-mailbox') return false;
  const { context, search } = question;
  const setting = addressClass === 'local' ? 'local_transport' : 'virtual_transport';
  const hop = readTransport(transportEntry(context.settings[setting], setting), pending.address.domain);
  if (!hop.ok) search.giveUp(`${setting}: ${hop.error}`);
  else if (hop.value === addressClass) return false;
  else return await handOn(question, pending, addressClass, hop.value);
  return true;
}

/** False: the tables of its class have to be followed, or do not know it. */
async function handOn(
  question: RouteQuestion,
  pending: Pending,
  addressClass: AddressClass,
  hop: NextHop | OwnTransport,
): Promise<boolean> {
  if (hop === 'local' || hop === 'virtual-mailbox') {
    await resolveInClass(question, pending, hop);
    return true;
  }
  if (!(await endsHere(question, pending, addressClass))) return false;
  arriveElsewhere(question, pending, 'transport', hop, await isForwardedForOther(question, pending));
  return true;
}

/** The tables of its class know it, and it is no alias: those are followed, and what is unknown is refused as ever. */
async function endsHere(
  { context, sender, classified }: RouteQuestion,
  pending: Pending,
  addressClass: AddressClass,
): Promise<boolean> {
  if (addressClass === 'foreign') return true;
  // A server behind us may know them all: as in Postfix, no table is no question.
  if (addressClass === 'virtual-mailbox' && context.tables.virtual_mailbox_maps.length === 0) return true;
  const trial = new RouteSearch(context.settings);
  await resolveInClass({ context, search: trial, sender, classified }, pending, addressClass);
  return trial.take() === undefined && trial.conclude(addressClass).kind === 'deliverable';
}

async function resolveHosted({ context, search }: RouteQuestion, { address, depth, ...rest }: Pending): Promise<void> {
  const text = formatAddrSpec(address);
  const found = await lookUpWithPostmaster(context.directory, address);
  switch (found.kind) {
    case 'account':
      return search.arriveAtAccount(found.matched, address, found.account);
    case 'alias':
      return search.follow(
        'alias',
        found.alias,
        found.targets.map((target) => ({ ...rest, address: target, depth: depth + 1, stage: 'whole' })),
      );
    case 'unknown-user':
    // The domain was taken away between two questions.
    case 'foreign-domain':
      return search.refuseUnknown(address, 'directory');
    case 'disabled-domain':
      return search.refuseDisabled(`domain-disabled ${text}`);
    default:
      return unreachable(found);
  }
}

async function resolveRelay(question: RouteQuestion, pending: Pending): Promise<void> {
  const { context, search } = question;
  const { address } = pending;
  const { settings, tables } = context;
  if (tables.relay_recipient_maps.length > 0) {
    const match = await findInTables(tables.relay_recipient_maps, addressKeys(address, settings, false));
    if (match === undefined) return search.refuseUnknown(address, 'relay recipient table');
  }
  await arriveAtServer(question, pending, 'relay_transport', false);
}

async function resolveElsewhere(question: RouteQuestion, pending: Pending): Promise<void> {
  await arriveAtServer(question, pending, 'default_transport', await isForwardedForOther(question, pending));
}

async function arriveAtServer(
  question: RouteQuestion,
  pending: Pending,
  setting: 'relay_transport' | 'default_transport',
  rewrites: boolean,
): Promise<void> {
  const { context, search, sender } = question;
  const entry = transportEntry(context.settings[setting], setting);
  const relayHost = entry.nextHop === '' ? await findRelayHost(context.transports, sender) : undefined;
  const hop = readTransport(entry, relayHost ?? pending.address.domain);
  if (!hop.ok) return search.giveUp(`${setting}: ${hop.error}`);
  if (hop.value === 'local' || hop.value === 'virtual-mailbox') {
    return await resolveInClass(question, pending, hop.value);
  }
  const isUsual = relayHost !== undefined || context.settings[setting] === ROUTING_DEFAULTS[setting];
  const word = relayHost === undefined ? WORDS[setting] : 'relayhost';
  arriveElsewhere(question, pending, isUsual ? word : 'transport', hop.value, rewrites);
}

const WORDS = { relay_transport: 'relay', default_transport: 'elsewhere' } as const;

/** An alias of ours sends on what a stranger wrote: our address, not theirs, is what SPF is asked about. */
async function isForwardedForOther({ context, sender }: RouteQuestion, { depth }: Pending): Promise<boolean> {
  if (depth === 0 || sender === undefined || context.settings.srs_domain === '') return false;
  return (await classify(context, sender)) === 'foreign';
}

function arriveElsewhere(
  { context, search, sender }: RouteQuestion,
  { address, owner }: Pending,
  word: string,
  nextHop: NextHop,
  rewrites: boolean,
): void {
  const { settings, clock } = context;
  const rewritten = rewrites && sender !== undefined ? forwardSender(sender, settings, clock.nowMs()) : undefined;
  // A bounce has no sender, and gets none: nobody shall bounce it.
  search.arriveAtNextHop(word, address, nextHop, sender === undefined ? undefined : (owner ?? rewritten));
}
