// Answers, for as long as their zones say. Bounded by the octets of the messages they came in; the one that was not asked
// for longest goes first. That a name does not exist holds for all its types. RFC 2308 §5, RFC 8020 §2, RFC 9520 §3.2.

import type { Clock } from '#mail/ports/clock.ts';
import type { DnsType } from '#mail/ports/resolver.ts';
import type { DnsQuestion } from './dns-question.ts';
import type { Reading } from './read-answer.ts';

export interface CacheLimits {
  readonly sizeBytes: number;
  readonly longestTtlSeconds: number;
  readonly longestNegativeTtlSeconds: number;
  /** How long nobody is asked again what could not be answered. */
  readonly failureTtlSeconds: number;
}

interface Kept {
  readonly reading: Reading<DnsType>;
  readonly untilMs: number;
  readonly octets: number;
}

/** What an entry takes besides its message. */
const ENTRY_OCTETS = 300;

export class AnswerCache {
  readonly #limits: CacheLimits;
  readonly #clock: Clock;
  /** In the order of use. */
  readonly #kept = new Map<string, Kept>();
  #octets = 0;

  constructor(limits: CacheLimits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get sizeBytes(): number {
    return this.#octets;
  }

  /** With the time that it still holds. */
  find<Type extends DnsType>({ name, type }: DnsQuestion & { type: Type }): Reading<Type> | undefined {
    const kept = this.#use(`${type} ${name}`) ?? this.#use(name);
    if (kept === undefined) return undefined;
    const reading = kept.reading as Reading<Type>;
    if (reading.kind === 'failed') return reading;
    return { ...reading, ttlSeconds: Math.ceil((kept.untilMs - this.#clock.nowMs()) / 1_000) };
  }

  /** Returns it as it is kept: with a TTL within the limits. */
  keep<Type extends DnsType>({ name, type }: DnsQuestion, reading: Reading<Type>, octets: number): Reading<Type> {
    const seconds = this.#holdsFor(reading);
    const kept = reading.kind === 'failed' ? reading : { ...reading, ttlSeconds: seconds };
    if (seconds > 0) {
      // Behind a CNAME it is the target that does not exist.
      const isOfName = kept.kind === 'no-such-name' && kept.canonicalName === name;
      const key = isOfName ? name : `${type} ${name}`;
      this.#forget(key);
      const entry = { reading: kept, untilMs: this.#clock.nowMs() + seconds * 1_000, octets: octets + ENTRY_OCTETS };
      this.#kept.set(key, entry);
      this.#octets += entry.octets;
      this.#makeRoom();
    }
    return kept;
  }

  #holdsFor(reading: Reading<DnsType>): number {
    const { longestTtlSeconds, longestNegativeTtlSeconds, failureTtlSeconds } = this.#limits;
    switch (reading.kind) {
      case 'found':
      case 'alias':
        return Math.min(reading.ttlSeconds, longestTtlSeconds);
      case 'no-such-name':
      case 'no-data':
        return Math.min(reading.ttlSeconds, longestNegativeTtlSeconds);
      case 'failed':
        return failureTtlSeconds;
    }
  }

  #use(key: string): Kept | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) return undefined;
    if (kept.untilMs <= this.#clock.nowMs()) {
      this.#forget(key);
      return undefined;
    }
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept;
  }

  #forget(key: string): void {
    this.#octets -= this.#kept.get(key)?.octets ?? 0;
    this.#kept.delete(key);
  }

  #makeRoom(): void {
    for (const key of this.#kept.keys()) {
      if (this.#octets <= this.#limits.sizeBytes) return;
      this.#forget(key);
    }
  }
}
