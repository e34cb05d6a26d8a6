// Address → final recipients: aliases are followed breadth first, each once, so that a cycle ends and two ways to one
// account give one copy. Messages are never told apart by Message-ID: only the envelope counts.
//
// A member of an alias that exists no more, or is disabled, does not hold up the others; where nobody is left, the
// recipient is refused.

import { unreachable } from '#base/unreachable.ts';
import type { Directory, RecipientLookup } from '#mail/ports/directory.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { lookUpWithPostmaster } from './postmaster.ts';
import type { Destination, Route } from './route.ts';

/** Postfix's parameters of the same names. */
export interface AliasLimits {
  /** How deep aliases may lie in aliases. */
  readonly virtual_alias_recursion_limit: number;
  /** How many addresses one recipient may become. */
  readonly virtual_alias_expansion_limit: number;
}

export const DEFAULT_ALIAS_LIMITS: AliasLimits = {
  virtual_alias_recursion_limit: 100,
  virtual_alias_expansion_limit: 1_000,
};

export interface RoutingWorld {
  readonly directory: Directory;
  /** Mail for postmaster at this name is taken as for postmaster of the server. */
  readonly myhostname: string;
  readonly limits: AliasLimits;
}

interface Pending {
  readonly address: AddrSpec;
  readonly depth: number;
}

interface Search {
  readonly limits: AliasLimits;
  readonly pending: Pending[];
  readonly followed: Set<string>;
  readonly destinations: Map<string, Destination>;
  readonly steps: string[];
  foreign: AddrSpec | undefined;
  disabled: number;
  unknown: number;
  overLimit: boolean;
}

/** Throws WorldError when the directory cannot be asked. */
export async function findRoute(world: RoutingWorld, address: AddrSpec): Promise<Route> {
  const search: Search = {
    limits: world.limits,
    pending: [{ address, depth: 0 }],
    followed: new Set(),
    destinations: new Map(),
    steps: [],
    foreign: undefined,
    disabled: 0,
    unknown: 0,
    overLimit: false,
  };
  for (let next = 0; next < search.pending.length; next++) {
    const pending = search.pending[next];
    if (pending === undefined || search.overLimit) break;
    take(search, pending, await lookUpWithPostmaster(world, pending.address));
  }
  return conclude(search);
}

function take(search: Search, { address, depth }: Pending, found: RecipientLookup): void {
  const text = formatAddrSpec(address);
  switch (found.kind) {
    case 'account':
      takeAccount(search, address, found);
      return;
    case 'alias':
      takeAlias(search, depth, found);
      return;
    case 'unknown-user':
      search.unknown++;
      search.steps.push(`unknown ${text}`);
      return;
    case 'disabled-domain':
      search.disabled++;
      search.steps.push(`domain-disabled ${text}`);
      return;
    case 'foreign-domain':
      search.foreign ??= address;
      search.steps.push(`elsewhere ${text}`);
      return;
    default:
      unreachable(found);
  }
}

function takeAccount(
  search: Search,
  address: AddrSpec,
  { account, matched }: Extract<RecipientLookup, { kind: 'account' }>,
): void {
  const text = formatAddrSpec(address);
  if (account.disabled) {
    search.disabled++;
    search.steps.push(`disabled ${text}`);
    return;
  }
  const again = search.destinations.has(account.id);
  search.steps.push(`${again ? 'again' : matched} ${text} → ${account.id}`);
  if (!again) search.destinations.set(account.id, { account, address });
}

function takeAlias(
  search: Search,
  depth: number,
  { alias, targets }: Extract<RecipientLookup, { kind: 'alias' }>,
): void {
  if (search.followed.has(alias)) {
    search.steps.push(`again ${alias}`);
    return;
  }
  search.followed.add(alias);
  search.steps.push(`alias ${alias} → ${targets.map(formatAddrSpec).join(', ')}`);
  const { virtual_alias_recursion_limit: deepest, virtual_alias_expansion_limit: most } = search.limits;
  if (depth >= deepest || search.pending.length + targets.length > most) {
    search.overLimit = true;
    return;
  }
  for (const target of targets) search.pending.push({ address: target, depth: depth + 1 });
}

function conclude(search: Search): Route {
  const { steps, foreign, followed } = search;
  if (search.overLimit) return { kind: 'alias-limit', steps };
  if (foreign !== undefined) {
    return followed.size === 0 ? { kind: 'foreign', steps } : { kind: 'leads-elsewhere', target: foreign, steps };
  }
  const [first, ...others] = search.destinations.values();
  if (first !== undefined) return { kind: 'local', destinations: [first, ...others], steps };
  if (search.disabled > 0) return { kind: 'disabled', steps };
  if (search.unknown > 0 || followed.size === 0) return { kind: 'unknown-user', steps };
  return { kind: 'alias-loop', steps };
}
