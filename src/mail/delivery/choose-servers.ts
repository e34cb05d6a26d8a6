// A destination → the servers to try, in order, or why there is none: by MX, by the host's own addresses, or as named.
// Mail must not run in circles: where we stand among the exchangers ourselves, only better ones are left. RFC 5321 §5.1,
// RFC 7505 §3 (null MX). Wording and status codes are Postfix's where it has them.

import { type IpNetwork, isInAnyNetwork } from '#base/ip-network.ts';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { DnsAnswer, MxRecord, Resolver } from '#mail/ports/resolver.ts';
import type { RemoteServer } from '#mail/ports/transport.ts';
import { type DeliveryFailure, lookupFailure, worseFailure } from './delivery-failure.ts';
import { type Destination, parseDestinations } from './destination.ts';
import { findUsableAddresses, type HostLookupWorld } from './host-addresses.ts';
import { type OrderSettings, orderServers, shuffle } from './server-order.ts';

export interface MailServer extends RemoteServer {
  /** Of the MX record; 0 where there is none. */
  readonly preference: number;
  /** Of the best preference: one that greets with our own name is then a loop for certain. */
  readonly isBest: boolean;
  /** That it is a server of the destination is proven by DNSSEC, or it was named by the administrator. */
  readonly isProven: boolean;
  /** Its address was proven by DNSSEC, as DANE wants it. */
  readonly hasProvenAddress: boolean;
  /** What its name leads to by CNAME; the name itself where it is none. */
  readonly canonicalName: string;
}

/** Postfix's parameters of the same names, with one of ours. */
export type ServerChoiceSettings = OrderSettings &
  HostLookupWorld['settings'] & {
    /** For destinations that name no port. */
    readonly smtp_tcp_port: number;
    readonly ignore_mx_lookup_error: boolean;
    readonly smtp_defer_if_no_mx_address_found: boolean;
  };

export const DEFAULT_SERVER_CHOICE: ServerChoiceSettings = {
  inet_protocols: ['ipv4', 'ipv6'],
  smtp_tcp_port: 25,
  smtp_address_preference: 'any',
  smtp_mx_address_limit: 5,
  smtp_balance_inet_protocols: true,
  ignore_mx_lookup_error: false,
  smtp_defer_if_no_mx_address_found: false,
  allowLoopback: false,
};

export interface ServerChoiceWorld extends HostLookupWorld {
  /** For MX records. */
  readonly resolver: Resolver;
  readonly randomness: Randomness;
  readonly settings: ServerChoiceSettings;
  /** Where we are reached ourselves: `inet_interfaces` and `proxy_interfaces`. */
  readonly ownAddresses: readonly IpNetwork[];
  /** `myhostname` and what else we greet with; lower case. */
  readonly ownNames: ReadonlySet<string>;
}

type Choice = Result<readonly MailServer[], DeliveryFailure>;

interface Host {
  readonly name: string;
  readonly preference: number;
  readonly isProven: boolean;
}

/** Exchangers of one domain that are looked up; a longer list is a stranger's mistake or worse. */
const MOST_EXCHANGERS = 20;

/** Where several destinations are named, the servers of the first stand first. */
export async function chooseServers(world: ServerChoiceWorld, destination: string): Promise<Choice> {
  const parsed = parseDestinations(destination, world.settings.smtp_tcp_port);
  // The administrator's mistake is never the sender's: the mail waits until it is mended.
  if (!parsed.ok) return deferred('4.3.5', `mail system configuration error: ${mistakeInEnglish(parsed.error)}`);
  const servers: MailServer[] = [];
  let failure: DeliveryFailure | undefined;
  for (const each of parsed.value) {
    const isHost = each.isBracketed || each.isAddress;
    const chosen = isHost ? await chooseHost(world, each, true) : await chooseExchangers(world, each);
    if (chosen.ok) servers.push(...chosen.value);
    else failure = worseFailure(failure, chosen.error);
  }
  return servers.length === 0 && failure !== undefined ? err(failure) : ok(servers);
}

async function chooseHost(world: ServerChoiceWorld, destination: Destination, isProven: boolean): Promise<Choice> {
  const { host } = destination;
  const found = await findServers(world, destination, [{ name: host, preference: 0, isProven }]);
  if (!found.ok) return found;
  const isOurs = findOurselves(world, destination, found.value) !== undefined;
  return isOurs ? loop(host) : ok(orderServers(found.value, world.settings, world.randomness));
}

async function chooseExchangers(world: ServerChoiceWorld, destination: Destination): Promise<Choice> {
  const { host } = destination;
  const answer = await world.resolver.resolve(host, 'MX');
  switch (answer.kind) {
    case 'no-data':
    case 'no-such-name':
      return chooseHost(world, destination, answer.isAuthenticated);
    case 'failed':
      if (world.settings.ignore_mx_lookup_error) return chooseHost(world, destination, false);
      return err(lookupFailure(host, 'MX', answer));
    case 'found':
      if (!isNullMx(answer.records)) return chooseAmong(world, destination, exchangers(world, answer));
      return failed('5.1.10', `Domain ${host} does not accept mail (nullMX)`);
  }
}

/** The only record, and it names the root. */
function isNullMx(records: readonly MxRecord[]): boolean {
  return records.length === 1 && records[0]?.exchange === '';
}

/** Best first, in a random order among equals. */
function exchangers(world: ServerChoiceWorld, answer: Extract<DnsAnswer<'MX'>, { kind: 'found' }>): Host[] {
  const isProven = answer.isAuthenticated;
  return shuffle(answer.records, world.randomness)
    .filter(({ exchange }) => exchange !== '')
    .sort((a, b) => a.preference - b.preference)
    .slice(0, MOST_EXCHANGERS)
    .map(({ exchange, preference }) => ({ name: exchange.toLowerCase(), preference, isProven }));
}

/** Our own name or address in the list takes itself away, and whatever is not better. */
async function chooseAmong(
  world: ServerChoiceWorld,
  destination: Destination,
  hosts: readonly Host[],
): Promise<Choice> {
  const { settings, ownNames, randomness } = world;
  const named = destination.usesDefaultPort ? hosts.find(({ name }) => ownNames.has(name)) : undefined;
  const better = betterThan(named, hosts);
  if (better.length === 0 && named !== undefined) return loop(destination.host);
  const found = await findServers(world, destination, better);
  if (!found.ok) return named === undefined ? withoutAddress(settings, found.error) : withoutPrimary(destination.host);
  const own = findOurselves(world, destination, found.value);
  const servers = betterThan(own, found.value);
  if (servers.length > 0) return ok(orderServers(servers, settings, randomness));
  // Better ones than we are in the list, without an address: the mail is theirs, and waits.
  return own?.preference === hosts[0]?.preference ? loop(destination.host) : withoutPrimary(destination.host);
}

function betterThan<T extends { readonly preference: number }>(
  own: { readonly preference: number } | undefined,
  all: readonly T[],
): readonly T[] {
  return own === undefined ? all : all.filter(({ preference }) => preference < own.preference);
}

/** At another port another server listens, even here. */
function findOurselves(
  { ownAddresses }: ServerChoiceWorld,
  { usesDefaultPort }: Destination,
  servers: readonly MailServer[],
): MailServer | undefined {
  return usesDefaultPort ? servers.find(({ address }) => isInAnyNetwork(address, ownAddresses)) : undefined;
}

/** All hosts are looked up at once; the servers stand in the order of the hosts. */
async function findServers(
  world: ServerChoiceWorld,
  destination: Destination,
  hosts: readonly Host[],
): Promise<Choice> {
  const lookups = await Promise.all(hosts.map(({ name }) => findUsableAddresses(world, destination, name)));
  const servers: Omit<MailServer, 'isBest'>[] = [];
  let failure: DeliveryFailure | undefined;
  for (const [i, { name, preference, isProven }] of hosts.entries()) {
    const lookup = lookups[i];
    if (lookup === undefined) continue;
    if ('status' in lookup) {
      failure = worseFailure(failure, lookup);
      continue;
    }
    const { canonicalName, isAuthenticated: hasProvenAddress } = lookup;
    for (const address of lookup.addresses) {
      servers.push({ name, address, port: destination.port, preference, isProven, hasProvenAddress, canonicalName });
    }
  }
  const [best] = servers;
  if (best !== undefined) return ok(servers.map((each) => ({ ...each, isBest: each.preference === best.preference })));
  return failure === undefined
    ? failed('5.4.4', `Domain ${destination.host} names no host that could take mail`)
    : err(failure);
}

/** That an exchanger's name does not exist says nothing against the recipient's domain, which does. */
function withoutAddress(settings: ServerChoiceSettings, { kind, status, text }: DeliveryFailure): Choice {
  if (kind === 'deferred') return deferred(status, text);
  return settings.smtp_defer_if_no_mx_address_found ? deferred('4.4.4', text) : failed('5.4.4', text);
}

function withoutPrimary(domain: string): Choice {
  return deferred('4.4.4', `unable to find primary relay for ${domain}`);
}

function loop(domain: string): Choice {
  return failed('5.4.6', `mail for ${domain} loops back to myself`);
}

function deferred(status: string, text: string): Choice {
  return err({ kind: 'deferred', status, text });
}

function failed(status: string, text: string): Choice {
  return err({ kind: 'failed', status, text });
}
