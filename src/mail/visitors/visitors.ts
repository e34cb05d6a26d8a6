// Who is here: every connection is counted from its arrival, before TLS and before any protocol, and turned away where
// there are too many. In memory and bounded; a restart forgives.

import { type IpNetwork, isInAnyNetwork } from '#base/ip-network.ts';
import {
  decideAccountSessions,
  decideAdmission,
  decideMessageRate,
  type Limitation,
  type VisitorLimits,
} from '#mail/policy/connection.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import { LimitationRecord, type LimitationRecordOptions } from './limitation-record.ts';
import { wordsOf } from './limitation-words.ts';
import { networkOf } from './network.ts';
import { type NetworkEntry, NetworkTable } from './network-table.ts';

/** One `[[listen]]`: what it is called, and what it bears. */
export interface Door {
  readonly service: string;
  /** The log's word for it. */
  readonly area: string;
  readonly limits: VisitorLimits;
}

export interface VisitorsOptions extends Omit<LimitationRecordOptions, 'mostRemembered'> {
  readonly clock: Clock;
  /** Networks of our own, to which no limit of one network applies. */
  readonly exceptions: readonly IpNetwork[];
  /** Networks without a connection that are remembered for the sake of rates. */
  readonly mostIdleNetworks?: number;
  /** Of those turned away, how many may be told so at once; the others are dropped without a word. */
  readonly farewellsAtOnce?: number;
}

const DEFAULT_MOST_IDLE_NETWORKS = 20_000;
const DEFAULT_FAREWELLS_AT_ONCE = 100;

export interface Refusal extends Limitation {
  /** For the client; each protocol says it in its own form. */
  readonly text: string;
}

/** One connection, until it is disposed of. */
export interface Visit extends Disposable {
  /** Where it may not stay: say why, and close; without a word when `heard` is false. */
  readonly refusal: (Refusal & { readonly heard: boolean }) | undefined;
  /** Before a message is begun. */
  beginMessage(): Refusal | undefined;
  /** When somebody has logged in; what is permitted counts until the visit ends. */
  openSession(account: AccountId): Refusal | undefined;
}

export class Visitors {
  readonly record: LimitationRecord;
  readonly #options: VisitorsOptions;
  readonly #networks: NetworkTable;
  readonly #atDoor = new Map<Door, number>();
  readonly #sessions = new Map<string, number>();
  #inAll = 0;
  #farewells = 0;

  constructor(options: VisitorsOptions) {
    const { mostIdleNetworks = DEFAULT_MOST_IDLE_NETWORKS } = options;
    this.#options = options;
    this.#networks = new NetworkTable(mostIdleNetworks);
    this.record = new LimitationRecord({ ...options, mostRemembered: mostIdleNetworks });
  }

  /** Remembered now, for each door. */
  get networks(): number {
    return this.#networks.size;
  }

  enter(facts: ConnectionFacts, door: Door): Visit {
    const { clock, exceptions, farewellsAtOnce = DEFAULT_FAREWELLS_AT_ONCE } = this.#options;
    const entry = this.#networks.arrive(door.service, networkOf(facts.clientAddress), clock.nowMs());
    this.#inAll += 1;
    const atDoor = count(this.#atDoor, door, 1);
    const excepted = isInAnyNetwork(facts.clientAddress, exceptions);
    const crowd = { inAll: this.#inAll, atDoor, ofNetwork: entry.open, arrivals: entry.arrivals };
    const limitation = decideAdmission(crowd, door.limits, excepted);
    const heard = this.#farewells < farewellsAtOnce;
    if (limitation !== undefined) {
      this.#farewells += 1;
      this.record.note({ limitation, door, network: entry.network, account: undefined, facts });
    }
    const refusal = limitation === undefined ? undefined : { ...refuse(limitation, facts), heard };
    return this.#visit({ facts, door, entry, excepted, refusal });
  }

  #visit(visitor: Visitor): Visit {
    const { facts, door, entry, excepted, refusal } = visitor;
    let session: string | undefined;
    const limited = (limitation: Limitation | undefined, account?: AccountId): Refusal | undefined => {
      if (limitation === undefined) return undefined;
      this.record.note({ limitation, door, network: entry.network, account, facts });
      return refuse(limitation, facts);
    };
    return {
      refusal,
      beginMessage: () => {
        const messages = this.#networks.countMessage(entry, this.#options.clock.nowMs());
        return limited(decideMessageRate(messages, door.limits, excepted));
      },
      openSession: (account) => {
        // A login that its client broke off at the last moment may be followed by another.
        if (session !== undefined) count(this.#sessions, session, -1);
        session = undefined;
        const key = `${entry.service} ${entry.network} ${account}`;
        const sessions = (this.#sessions.get(key) ?? 0) + 1;
        const refused = limited(decideAccountSessions(sessions, door.limits, excepted), account);
        if (refused !== undefined) return refused;
        count(this.#sessions, key, 1);
        session = key;
        return undefined;
      },
      [Symbol.dispose]: () => {
        this.#networks.leave(entry);
        this.#inAll -= 1;
        count(this.#atDoor, door, -1);
        if (refusal !== undefined) this.#farewells -= 1;
        if (session !== undefined) count(this.#sessions, session, -1);
      },
    };
  }
}

interface Visitor {
  readonly facts: ConnectionFacts;
  readonly door: Door;
  readonly entry: NetworkEntry;
  readonly excepted: boolean;
  readonly refusal: Visit['refusal'];
}

function refuse(limitation: Limitation, { clientAddress }: ConnectionFacts): Refusal {
  return { ...limitation, text: wordsOf(limitation).toClient(limitation, clientAddress) };
}

/** What has come down to nothing is forgotten. */
function count<K>(counts: Map<K, number>, key: K, change: 1 | -1): number {
  const next = (counts.get(key) ?? 0) + change;
  if (next === 0) counts.delete(key);
  else counts.set(key, next);
  return next;
}
