// How long a peer may still take to send something large: a time-out to begin with, and more for every octet that comes
// at the least rate. Who sends a byte a minute is cut off when the time-out is over; who sends at all well, never.

export class TransferTime {
  readonly #timeoutMs: number;
  readonly #leastOctetsPerSecond: number;
  #leftMs: number;

  /** A rate of 0: each octet buys the whole time-out again. */
  constructor(timeoutMs: number, leastOctetsPerSecond: number) {
    this.#timeoutMs = timeoutMs;
    this.#leastOctetsPerSecond = leastOctetsPerSecond;
    this.#leftMs = timeoutMs;
  }

  get leftMs(): number {
    return Math.max(0, this.#leftMs);
  }

  /** What we needed ourselves in between is not the peer's affair: only waiting for it is spent. */
  spend(waitedMs: number, octets: number): void {
    const rate = this.#leastOctetsPerSecond;
    const earnedMs = octets === 0 ? 0 : rate === 0 ? Number.POSITIVE_INFINITY : (octets / rate) * 1_000;
    this.#leftMs = Math.min(this.#timeoutMs, this.#leftMs - waitedMs + earnedMs);
  }
}
