// What is known on the way from an address to its destinations. Aliases are followed breadth first, each once, so that a
// cycle ends and two ways to one mailbox give one copy. Messages are never told apart by Message-ID: only the envelope
// counts.
//
// A member of an alias that exists no more, or is disabled, does not hold up the others; where nobody is left, the
// recipient is refused. A table that nobody can follow holds up all of it: what is in it may be somebody's mail.

import type { Account } from '#mail/ports/directory.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { foldAddress } from './address-text.ts';
import type { AddressClass } from './domain-classes.ts';
import type { Destination, Route, UnknownIn } from './route.ts';
import type { RoutingSettings } from './settings.ts';
import { describeNextHop } from './transports.ts';

/** An address that is still to be looked at. */
export interface Pending {
  readonly address: AddrSpec;
  readonly depth: number;
  /** `whole`: all tables; `expanded`: no virtual alias any more; `user`: no alias of any kind (`\user`). */
  readonly stage: 'whole' | 'expanded' | 'user';
  /** Who hears of failures, instead of the sender: `owner-lista`. */
  readonly owner: AddrSpec | undefined;
}

export type SearchLimits = Pick<RoutingSettings, 'virtual_alias_recursion_limit' | 'virtual_alias_expansion_limit'>;

export class RouteSearch {
  readonly #limits: SearchLimits;
  readonly #pending: Pending[] = [];
  readonly #followed = new Set<string>();
  readonly #destinations = new Map<string, Destination>();
  readonly #steps: string[] = [];
  #next = 0;
  #disabled = 0;
  #unknownIn: UnknownIn | undefined;
  #mistake: string | undefined;
  #overLimit = false;

  constructor(limits: SearchLimits) {
    this.#limits = limits;
  }

  /** `undefined` when there is nothing left to look at, or no use in it. */
  take(): Pending | undefined {
    return this.#overLimit || this.#mistake !== undefined ? undefined : this.#pending[this.#next++];
  }

  begin(address: AddrSpec): void {
    this.#pending.push({ address, depth: 0, stage: 'whole', owner: undefined });
  }

  /** `alias sales@valija.test → …`: the first word says what was found. */
  note(step: string): void {
    this.#steps.push(step);
  }

  /** Goes on with what an alias stands for; an alias that was followed before leads nowhere new. */
  follow(
    kind: string,
    alias: string,
    targets: readonly Pending[],
    shown: readonly string[] = shownTargets(targets),
  ): void {
    const name = `${kind} ${alias}`;
    if (this.#followed.has(name)) {
      this.note(`again ${alias}`);
      return;
    }
    this.#followed.add(name);
    this.note(`${name} → ${shown.join(', ')}`);
    const { virtual_alias_recursion_limit: deepest, virtual_alias_expansion_limit: most } = this.#limits;
    const tooDeep = targets.some(({ depth }) => depth > deepest);
    if (tooDeep || this.#pending.length + targets.length > most) this.#overLimit = true;
    else this.#pending.push(...targets);
  }

  exceedLimit(): void {
    this.#overLimit = true;
  }

  arriveAtAccount(word: string, address: AddrSpec, account: Account): void {
    const text = formatAddrSpec(address);
    if (account.disabled) {
      this.refuseDisabled(`disabled ${text}`);
      return;
    }
    const isNew = this.#arrive(account.id, { kind: 'mailbox', account, address });
    this.note(`${isNew ? word : 'again'} ${text} → ${account.id}`);
  }

  arriveAtNextHop(word: string, address: AddrSpec, nextHop: NextHop, sender: AddrSpec | undefined): void {
    const destination: Destination = { kind: 'next-hop', address, nextHop, sender };
    const isNew = this.#arrive(`${JSON.stringify(nextHop)} ${foldAddress(address)}`, destination);
    this.note(`${isNew ? word : 'again'} ${formatAddrSpec(address)} → ${describeNextHop(nextHop)}`);
  }

  refuseDisabled(step: string): void {
    this.#disabled++;
    this.note(step);
  }

  refuseUnknown(address: AddrSpec, unknownIn: UnknownIn): void {
    this.#unknownIn ??= unknownIn;
    this.note(`unknown ${formatAddrSpec(address)}`);
  }

  giveUp(mistake: string): void {
    this.#mistake = mistake;
    this.note(`broken ${mistake}`);
  }

  conclude(addressClass: AddressClass): Route {
    const known = { steps: this.#steps, addressClass };
    if (this.#mistake !== undefined) return { kind: 'broken-table', mistake: this.#mistake, ...known };
    if (this.#overLimit) return { kind: 'alias-limit', ...known };
    const [first, ...others] = this.#destinations.values();
    if (first !== undefined) return { kind: 'deliverable', destinations: [first, ...others], ...known };
    if (this.#disabled > 0) return { kind: 'disabled', ...known };
    if (this.#unknownIn !== undefined) return { kind: 'unknown-user', unknownIn: this.#unknownIn, ...known };
    return { kind: 'alias-loop', ...known };
  }

  #arrive(key: string, destination: Destination): boolean {
    const isNew = !this.#destinations.has(key);
    if (isNew) this.#destinations.set(key, destination);
    return isNew;
  }
}

function shownTargets(targets: readonly Pending[]): string[] {
  return targets.map(({ address }) => formatAddrSpec(address));
}
