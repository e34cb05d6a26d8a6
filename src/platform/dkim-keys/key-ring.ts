// The keys in use, by the domain of the author. Each domain's folder is looked at when it is needed, at most once a second,
// and read anew where it changed: what an administrator does with or without the server is in force by then.

import { WorldError } from '#base/world-error.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Signer, SigningKey, SigningOrder } from '#mail/ports/signer.ts';
import type { BodyHashes } from './body-hashes.ts';
import type { KeyFiles } from './key-files.ts';
import type { KeyMaterial } from './key-material.ts';
import type { SigningThreads } from './signing-threads.ts';

const LOOK_EVERY_MS = 1_000;
/** Authors that are remembered; whoever may send may write any domain behind From. */
const MOST_AUTHORS = 10_000;

interface Held {
  readonly lookedMs: number;
  readonly changedMs: number | undefined;
  readonly keys: readonly SigningKey[];
  /** Of the keys that should sign and cannot. */
  readonly faults: readonly string[];
}

export interface KeyRingWorld {
  readonly files: KeyFiles;
  readonly threads: SigningThreads;
  readonly bodies: BodyHashes;
  readonly clock: Clock;
  readonly log: Log;
}

export class KeyRing implements Signer {
  readonly #world: KeyRingWorld;
  readonly #held = new Map<string, Held>();
  readonly #materials = new WeakMap<SigningKey, KeyMaterial>();

  constructor(world: KeyRingWorld) {
    this.#world = world;
  }

  async keysFor(authorDomain: string): Promise<readonly SigningKey[]> {
    const { keys, faults } = this.#lookOrFail(authorDomain);
    const [fault] = faults;
    if (keys.length > 0 || fault === undefined) return keys;
    throw new WorldError('read the key', { transient: true, cause: new Error(fault) });
  }

  hashBody(content: MessageContent, start: number): Promise<Buffer> {
    return this.#world.bodies.hash(content, start);
  }

  async sign(orders: readonly SigningOrder[]): Promise<readonly Buffer[]> {
    const job = orders.map(({ key, octets }) => {
      const material = this.#materials.get(key);
      if (material === undefined) throw new Error(`no key of this ring: ${key.selector}, ${key.domain}`);
      return { secretKey: material.secretKey, algorithm: material.algorithm, octets };
    });
    return await this.#world.threads.sign(job);
  }

  /** What is known of all domains is read again. */
  forget(): void {
    this.#held.clear();
  }

  #lookOrFail(author: string): Held {
    try {
      return this.#look(author);
    } catch (cause) {
      throw new WorldError(`read the keys of ${author}`, { transient: true, cause });
    }
  }

  #look(author: string): Held {
    const { files, clock } = this.#world;
    const before = this.#held.get(author);
    const nowMs = clock.nowMs();
    if (before && Math.abs(nowMs - before.lookedMs) < LOOK_EVERY_MS) return before;
    const changedMs = files.changedMs(author);
    // The file system's clock is coarse: what changed just before the last look may have changed once more since.
    const isSettled = changedMs === undefined || (before !== undefined && before.lookedMs - changedMs > LOOK_EVERY_MS);
    const isSame = before !== undefined && before.changedMs === changedMs && isSettled;
    const next = isSame ? { ...before, lookedMs: nowMs } : this.#read(author, nowMs, changedMs, before);
    if (this.#held.size >= MOST_AUTHORS) this.#held.clear();
    this.#held.set(author, next);
    return next;
  }

  #read(author: string, lookedMs: number, changedMs: number | undefined, before: Held | undefined): Held {
    const stored = changedMs === undefined ? [] : this.#world.files.read(author);
    const active = stored.filter(({ status }) => status === 'active');
    const faults = active.flatMap(({ material }) => (material.ok ? [] : [material.error]));
    for (const fault of faults) {
      if (!before?.faults.includes(fault)) this.#world.log.write('error', 'dkim', `no signature by a key: ${fault}`);
    }
    const keys = active.flatMap(({ domain, selector, algorithm, material }) => {
      if (!material.ok) return [];
      const key = { domain, selector, algorithm };
      this.#materials.set(key, material.value);
      return [key];
    });
    return { lookedMs, changedMs, keys, faults };
  }
}
