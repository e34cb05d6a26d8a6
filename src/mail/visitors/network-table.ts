// What is counted of each network at each door. Strangers cannot make it grow: who has a connection open is bounded by
// the connections, and of the others only a named number stays, the least recent going first.

export interface NetworkEntry {
  readonly service: string;
  readonly network: string;
  open: number;
  /** Begins with the first event after the former minute was over, as Postfix's anvil counts. */
  minuteStartMs: number;
  arrivals: number;
  messages: number;
}

const MINUTE_MS = 60_000;

export class NetworkTable {
  /** From the least recent to the most recent. */
  readonly #entries = new Map<string, NetworkEntry>();
  readonly #mostIdle: number;
  #idle = 0;

  constructor(mostIdle: number) {
    this.#mostIdle = mostIdle;
  }

  get size(): number {
    return this.#entries.size;
  }

  arrive(service: string, network: string, nowMs: number): NetworkEntry {
    const key = `${service} ${network}`;
    const known = this.#entries.get(key);
    if (known !== undefined) this.#entries.delete(key);
    if (known?.open === 0) this.#idle -= 1;
    const entry = known ?? { service, network, open: 0, minuteStartMs: nowMs, arrivals: 0, messages: 0 };
    this.#entries.set(key, entry);
    entry.open += 1;
    turnMinute(entry, nowMs);
    entry.arrivals += 1;
    return entry;
  }

  leave(entry: NetworkEntry): void {
    entry.open -= 1;
    if (entry.open > 0) return;
    this.#idle += 1;
    if (this.#idle > this.#mostIdle) this.#forgetOldestIdle();
  }

  countMessage(entry: NetworkEntry, nowMs: number): number {
    turnMinute(entry, nowMs);
    entry.messages += 1;
    return entry.messages;
  }

  /** Who is still connected moves to the young end, so that the search is short however many stay. */
  #forgetOldestIdle(): void {
    for (const [key, entry] of this.#entries) {
      this.#entries.delete(key);
      if (entry.open === 0) {
        this.#idle -= 1;
        return;
      }
      this.#entries.set(key, entry);
    }
  }
}

function turnMinute(entry: NetworkEntry, nowMs: number): void {
  if (nowMs - entry.minuteStartMs < MINUTE_MS) return;
  entry.minuteStartMs = nowMs;
  entry.arrivals = 0;
  entry.messages = 0;
}
