// The public keys of one issuer (JWKS, RFC 7517 §5), kept for a while. A token that names a key which is not among them makes
// them be fetched again, for issuers change their keys; but not more often than the pause allows, whatever strangers send.
// What a token itself says about where its key is (`jku`, `x5u`, `jwk`) is never looked at.

import type { createLocalJWKSet, JSONWebKeySet } from 'jose';
import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';

export interface KeySetLimits {
  /** After so long they are fetched again, beside the work. */
  readonly refreshMs: number;
  /** After so long without a fetch that went well they are believed no more. */
  readonly believedMs: number;
  /** Between two fetches. */
  readonly pauseMs: number;
  readonly mostKeys: number;
}

export type FindKey = ReturnType<typeof createLocalJWKSet>;

export interface KeySetWorld {
  readonly clock: Clock;
  /** Throws WorldError. */
  readonly fetchKeys: () => Promise<unknown>;
  readonly reportFailure: (failure: WorldError) => void;
}

export class KeySet {
  readonly #limits: KeySetLimits;
  readonly #world: KeySetWorld;
  #held: { readonly find: FindKey; readonly fetchedMs: number } | undefined;
  #triedMs: number | undefined;
  #failure: WorldError | undefined;
  #fetching: Promise<void> | undefined;

  constructor(limits: KeySetLimits, world: KeySetWorld) {
    this.#limits = limits;
    this.#world = world;
  }

  /** Throws WorldError when there are no keys to be had. */
  async current(): Promise<FindKey> {
    const ageMs = this.#held === undefined ? Number.POSITIVE_INFINITY : this.#sinceMs(this.#held.fetchedMs);
    if (ageMs > this.#limits.believedMs) await this.#refresh();
    else if (ageMs > this.#limits.refreshMs) void this.#refresh();
    const held = this.#held;
    if (held !== undefined && this.#sinceMs(held.fetchedMs) <= this.#limits.believedMs) return held.find;
    throw this.#failure ?? new WorldError('fetch keys', { transient: true });
  }

  /**
   * After a key was not found: others, where they can be had now. `undefined` where those that are here are as new as they
   * may be. Throws WorldError when the last fetch failed: then nobody knows.
   */
  async newer(than: FindKey): Promise<FindKey | undefined> {
    await this.#refresh();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#held?.find === than ? undefined : this.#held?.find;
  }

  /** One at a time, with pauses between them. Never throws. */
  async #refresh(): Promise<void> {
    if (this.#triedMs !== undefined && this.#fetching === undefined) {
      if (this.#sinceMs(this.#triedMs) < this.#limits.pauseMs) return;
    }
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    await this.#fetching;
  }

  async #fetch(): Promise<void> {
    this.#triedMs = this.#world.clock.nowMs();
    try {
      const keys = readKeySet(await this.#world.fetchKeys(), this.#limits.mostKeys);
      const { createLocalJWKSet } = await import('jose');
      this.#held = { find: createLocalJWKSet(keys), fetchedMs: this.#world.clock.nowMs() };
      this.#failure = undefined;
    } catch (failure) {
      this.#failure =
        failure instanceof WorldError ? failure : new WorldError('read keys', { transient: true, cause: failure });
      this.#world.reportFailure(this.#failure);
    }
  }

  #sinceMs(ms: number): number {
    return this.#world.clock.nowMs() - ms;
  }
}

function readKeySet(document: unknown, mostKeys: number): JSONWebKeySet {
  const keys = typeof document === 'object' && document !== null && 'keys' in document ? document.keys : undefined;
  if (!Array.isArray(keys)) throw new Error('the document is no set of keys');
  if (keys.length > mostKeys) throw new Error(`the set has more than ${mostKeys} keys`);
  return { keys: keys.filter((key) => typeof key === 'object' && key !== null) };
}
