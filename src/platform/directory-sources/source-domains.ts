// Which domains a source has: those that the settings name, and those that its server says, asked now and then. While it does
// not answer, those that it said last stay; before it has said any nobody can tell, and a question ends with «later».

import { WorldError } from '#base/world-error.ts';
import { parseDomain } from '#platform/directory/addresses.ts';

export interface DomainsWorld {
  readonly named: readonly string[];
  /** Absent where the settings name them all. Throws WorldError. */
  readonly ask: (() => Promise<readonly string[]>) | undefined;
  readonly refreshMs: number;
  readonly nowMs: () => number;
  readonly warn: (text: string) => void;
}

export class SourceDomains {
  readonly #world: DomainsWorld;
  readonly #named: ReadonlySet<string>;
  #known: ReadonlySet<string> | undefined;
  #asking: Promise<ReadonlySet<string>> | undefined;
  #askedMs = Number.NEGATIVE_INFINITY;

  constructor(world: DomainsWorld) {
    this.#world = world;
    this.#named = new Set(world.named);
  }

  /** `'hosted'`: those of the embedded directory, whichever they are. Throws WorldError. */
  async find(): Promise<ReadonlySet<string> | 'hosted'> {
    const { ask, refreshMs, nowMs } = this.#world;
    if (ask === undefined) return this.#named.size === 0 ? 'hosted' : this.#named;
    if (this.#known !== undefined && nowMs() - this.#askedMs < refreshMs) return this.#known;
    this.#asking ??= this.#ask(ask);
    // Nobody waits for what is known already; what went wrong then has been told.
    if (this.#known === undefined) return await this.#asking;
    this.#asking.catch(() => undefined);
    return this.#known;
  }

  async #ask(ask: () => Promise<readonly string[]>): Promise<ReadonlySet<string>> {
    const { nowMs, warn } = this.#world;
    this.#askedMs = nowMs();
    try {
      const said = (await ask()).flatMap((text) => {
        const domain = parseDomain(text);
        if (domain === undefined) warn(`${JSON.stringify(text)} is no domain`);
        return domain ?? [];
      });
      this.#known = new Set([...this.#named, ...said]);
      return this.#known;
    } catch (error) {
      if (error instanceof WorldError) warn(`its domains cannot be asked: ${error.message}`);
      throw error;
    } finally {
      this.#asking = undefined;
    }
  }
}
