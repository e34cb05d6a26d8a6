// Sees a router that hides who comes (SNAT): nearly all of many connections on port 25 are from one gateway. Then nothing
// that is known of clients means anything, neither SPF nor block lists nor limits of one network, and it is said.

/** So many connections from elsewhere are needed to say anything. */
const LEAST_CONNECTIONS = 20;
const TELLING_SHARE = 0.9;
/** What is older than about so many connections counts less and less. */
const MEMORY_CONNECTIONS = 1_000;

export interface TranslatorSighting {
  readonly address: string;
  /** Connections from it, and all of those that it was seen among. */
  readonly connections: number;
  readonly among: number;
}

export class GatewayWatch {
  #gateways: readonly string[];
  #total = 0;
  readonly #counts = new Map<string, number>();
  #told = new Set<string>();

  constructor(gateways: readonly string[]) {
    this.#gateways = gateways;
  }

  /** Of the routes as they are now. */
  change(gateways: readonly string[]): void {
    this.#gateways = gateways;
    this.#total = 0;
    this.#counts.clear();
    this.#told = new Set();
  }

  /** A client that is not on this machine. The answer is what is to be said now, once for each gateway. */
  arrive(address: string): TranslatorSighting | undefined {
    if (this.#gateways.length === 0) return undefined;
    if (this.#total >= MEMORY_CONNECTIONS) this.#forgetHalf();
    this.#total += 1;
    if (!this.#gateways.includes(address)) return undefined;
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1);
    const sighting = this.current();
    if (sighting?.address !== address || this.#told.has(address)) return undefined;
    this.#told.add(address);
    return sighting;
  }

  /** The gateway that nearly everybody comes from. */
  current(): TranslatorSighting | undefined {
    const among = this.#total;
    for (const [address, connections] of this.#counts) {
      if (among >= LEAST_CONNECTIONS && connections / among >= TELLING_SHARE) return { address, connections, among };
    }
    return undefined;
  }

  #forgetHalf(): void {
    this.#total = Math.floor(this.#total / 2);
    for (const [address, count] of this.#counts) this.#counts.set(address, Math.floor(count / 2));
  }
}
