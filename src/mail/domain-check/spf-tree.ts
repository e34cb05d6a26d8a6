// An SPF record with all that it refers to looked up, and counted as verifiers count: at most ten terms that ask the DNS, at most
// two of them in vain. RFC 7208 §4.6.4. What it says of an address is then a matter of reading.

import { type IpNetwork, parseIpAddress } from '#base/ip-network.ts';
import { unreachable } from '#base/unreachable.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import { lookUpHost, lookUpTexts } from './look-up.ts';
import { isSpfRecord, maskOctets, parseSpfRecord, type SpfQualifier, type SpfTerm } from './spf-record.ts';

export interface SpfTree {
  readonly domain: string;
  readonly branches: readonly SpfBranch[];
  /** What stands behind `redirect=`: asked where nothing matched, and no `all` stands. */
  readonly redirect: SpfTree | 'unfollowed' | undefined;
}

export type SpfBranch =
  | { readonly kind: 'all'; readonly qualifier: SpfQualifier }
  | { readonly kind: 'networks'; readonly qualifier: SpfQualifier; readonly networks: readonly IpNetwork[] }
  | { readonly kind: 'include'; readonly qualifier: SpfQualifier; readonly tree: SpfTree }
  /** It may match, or not: that hangs on the message. */
  | { readonly kind: 'unfollowed'; readonly qualifier: SpfQualifier };

export type SpfFault =
  | { readonly kind: 'malformed'; readonly domain: string; readonly term: string }
  | { readonly kind: 'several'; readonly domain: string }
  | { readonly kind: 'missing'; readonly domain: string }
  | { readonly kind: 'unanswered'; readonly domain: string };

export interface GrownSpf {
  readonly tree: SpfTree;
  readonly lookups: number;
  readonly voids: number;
  readonly faults: readonly SpfFault[];
  readonly usesPtr: boolean;
}

export const MOST_LOOKUPS = 10;
export const MOST_VOIDS = 2;
/** Behind which nobody follows any more: the count is over its limit by then. */
const GIVE_UP_LOOKUPS = 40;
/** Of MX records, each with its addresses. RFC 7208 §4.6.4. */
const MOST_EXCHANGERS = 10;

interface Growth {
  readonly dns: Resolver;
  lookups: number;
  voids: number;
  usesPtr: boolean;
  readonly faults: SpfFault[];
}

export async function growSpf(domain: string, record: string, dns: Resolver): Promise<GrownSpf> {
  const growth: Growth = { dns, lookups: 0, voids: 0, usesPtr: false, faults: [] };
  const tree = await growRecord(growth, domain, record);
  const { lookups, voids, faults, usesPtr } = growth;
  return { tree, lookups, voids, faults, usesPtr };
}

async function growRecord(growth: Growth, domain: string, record: string): Promise<SpfTree> {
  const terms = parseSpfRecord(record);
  if (!terms.ok) {
    growth.faults.push({ kind: 'malformed', domain, term: terms.error });
    return { domain, branches: [], redirect: undefined };
  }
  const branches: SpfBranch[] = [];
  let redirect: SpfTree['redirect'];
  for (const term of untilAll(terms.value)) {
    if (term.kind === 'redirect') redirect = (await growDomain(growth, term.domain)) ?? 'unfollowed';
    else branches.push(...(await growTerm(growth, domain, term)));
  }
  return { domain, branches, redirect };
}

/** What stands behind `all`, and `redirect=` anywhere beside it, counts for nothing. RFC 7208 §5.1. */
function untilAll(terms: readonly SpfTerm[]): readonly SpfTerm[] {
  const all = terms.findIndex(({ kind }) => kind === 'all');
  return all === -1 ? terms : terms.slice(0, all + 1).filter(({ kind }) => kind !== 'redirect');
}

async function growTerm(
  growth: Growth,
  domain: string,
  term: Exclude<SpfTerm, { kind: 'redirect' }>,
): Promise<SpfBranch[]> {
  switch (term.kind) {
    case 'other':
      return [];
    case 'all':
      return [term];
    case 'network':
      return [{ kind: 'networks', qualifier: term.qualifier, networks: [term.network] }];
    case 'ptr':
    case 'exists':
      growth.lookups++;
      growth.usesPtr ||= term.kind === 'ptr';
      return [{ kind: 'unfollowed', qualifier: term.qualifier }];
    case 'include': {
      const tree = await growDomain(growth, term.domain);
      return tree === undefined
        ? [{ kind: 'unfollowed', qualifier: term.qualifier }]
        : [{ kind: 'include', qualifier: term.qualifier, tree }];
    }
    case 'a':
    case 'mx':
      return await growHosts(growth, domain, term);
    default:
      return unreachable(term);
  }
}

/** `undefined`: its name hangs on the message, or enough was asked. */
async function growDomain(growth: Growth, domain: string): Promise<SpfTree | undefined> {
  growth.lookups++;
  if (domain.includes('%') || growth.lookups > GIVE_UP_LOOKUPS) return undefined;
  const look = await lookUpTexts(growth.dns, domain);
  if (look.kind === 'failed') {
    growth.faults.push({ kind: 'unanswered', domain });
    return undefined;
  }
  const [record, ...more] = look.records.filter(isSpfRecord);
  if (look.records.length === 0) growth.voids++;
  if (record === undefined) growth.faults.push({ kind: 'missing', domain });
  if (more.length > 0) growth.faults.push({ kind: 'several', domain });
  return record === undefined ? undefined : await growRecord(growth, domain, record);
}

async function growHosts(
  growth: Growth,
  domain: string,
  term: Extract<SpfTerm, { kind: 'a' | 'mx' }>,
): Promise<SpfBranch[]> {
  growth.lookups++;
  const { qualifier } = term;
  const name = term.domain ?? domain;
  if (name.includes('%') || growth.lookups > GIVE_UP_LOOKUPS) return [{ kind: 'unfollowed', qualifier }];
  const hosts = term.kind === 'a' ? [name] : await findExchangers(growth, name);
  if (hosts === undefined) return [{ kind: 'unfollowed', qualifier }];
  const looks = await Promise.all(hosts.map((host) => lookUpHost(growth.dns, host)));
  const hasFailed = looks.some((look) => look.hasFailed);
  if (hasFailed) growth.faults.push({ kind: 'unanswered', domain: name });
  if (!hasFailed && looks.every(({ addresses }) => addresses.length === 0)) growth.voids++;
  const networks = looks.flatMap(({ addresses }) => addresses).flatMap((address) => networkOf(address, term));
  const known = { kind: 'networks', qualifier, networks } as const;
  return hasFailed ? [known, { kind: 'unfollowed', qualifier }] : [known];
}

/** `undefined`: nobody could say. */
async function findExchangers(growth: Growth, name: string): Promise<readonly string[] | undefined> {
  const answer = await growth.dns.resolve(name, 'MX');
  if (answer.kind === 'failed') growth.faults.push({ kind: 'unanswered', domain: name });
  if (answer.kind === 'failed') return undefined;
  return answer.kind === 'found' ? answer.records.slice(0, MOST_EXCHANGERS).map(({ exchange }) => exchange) : [];
}

function networkOf(address: string, { prefixBits4, prefixBits6 }: Extract<SpfTerm, { kind: 'a' | 'mx' }>): IpNetwork[] {
  const octets = parseIpAddress(address);
  if (octets === undefined) return [];
  const prefixBits = octets.length === 4 ? prefixBits4 : prefixBits6;
  return [{ octets: maskOctets(octets, prefixBits), prefixBits }];
}

/** What a verifier says of mail from there. `unsure`: it hangs on what cannot be followed from here. */
export type SpfSaying = 'pass' | 'fail' | 'softfail' | 'neutral' | 'unsure';

const SAYINGS: Readonly<Record<SpfQualifier, SpfSaying>> = {
  '+': 'pass',
  '-': 'fail',
  '~': 'softfail',
  '?': 'neutral',
};

export function sayOf(tree: SpfTree, address: string): SpfSaying {
  const octets = parseIpAddress(address);
  let isSure = true;
  for (const branch of tree.branches) {
    const matches = octets !== undefined && doesMatch(branch, octets, address);
    if (matches === true) return isSure || branch.qualifier === '+' ? SAYINGS[branch.qualifier] : 'unsure';
    if (matches === undefined) isSure = false;
  }
  if (!isSure || tree.redirect === 'unfollowed') return 'unsure';
  return tree.redirect === undefined ? 'neutral' : sayOf(tree.redirect, address);
}

/** Whether mail from everywhere passes. */
export function permitsAll({ branches, redirect }: SpfTree): boolean {
  const isOpen = (branch: SpfBranch) => {
    if (branch.qualifier !== '+') return false;
    if (branch.kind === 'networks') return branch.networks.some(({ prefixBits }) => prefixBits === 0);
    return branch.kind === 'all' || (branch.kind === 'include' && permitsAll(branch.tree));
  };
  return branches.some(isOpen) || (typeof redirect === 'object' && permitsAll(redirect));
}

/** Whether nothing is said of mail from elsewhere. */
export function isOpenEnded({ branches, redirect }: SpfTree): boolean {
  const all = branches.find(({ kind }) => kind === 'all');
  if (all !== undefined) return all.qualifier === '?';
  return redirect === undefined || (redirect !== 'unfollowed' && isOpenEnded(redirect));
}

/** `undefined`: perhaps. */
function doesMatch(branch: SpfBranch, octets: Buffer, address: string): boolean | undefined {
  switch (branch.kind) {
    case 'all':
      return true;
    case 'networks':
      return branch.networks.some((network) => isWithin(octets, network));
    case 'include': {
      const saying = sayOf(branch.tree, address);
      return saying === 'unsure' ? undefined : saying === 'pass';
    }
    case 'unfollowed':
      return undefined;
    default:
      return unreachable(branch);
  }
}

function isWithin(octets: Buffer, network: IpNetwork): boolean {
  return octets.length === network.octets.length && maskOctets(octets, network.prefixBits).equals(network.octets);
}
