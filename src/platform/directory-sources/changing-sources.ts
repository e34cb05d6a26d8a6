// The sources of the settings, in their order. The settings may change: a source that they name as before goes on, with its
// connections and what it has answered; one that they no longer name stays open for what began with it.

import type { DirectorySource } from '#mail/directory-sources/directory-source.ts';
import type { DirectorySettings } from '#platform/config/directory-settings.ts';
import { Retirement } from '#platform/machine/retirement.ts';
import { type OpenSurroundings, openSource } from './open-source.ts';

/** The longest session that may still ask it. */
const RETIREMENT_MS = 3_600_000;

interface NamedSource {
  /** All that the settings say of it. */
  readonly written: string;
  readonly source: DirectorySource;
}

/** Open, and not in force yet. Closed without `enter`, what was in force stays so. */
export interface PreparedSources extends AsyncDisposable {
  readonly sources: readonly DirectorySource[];
  enter(): void;
}

export class ChangingSources implements AsyncDisposable {
  readonly #around: OpenSurroundings;
  readonly #retired = new Retirement(RETIREMENT_MS);
  #named: readonly NamedSource[] = [];
  #sources: readonly DirectorySource[] = [];

  constructor(around: OpenSurroundings) {
    this.#around = around;
  }

  /** In force. */
  get sources(): readonly DirectorySource[] {
    return this.#sources;
  }

  prepare(all: readonly DirectorySettings[]): PreparedSources {
    const fresh = new AsyncDisposableStack();
    const next = all.map((settings, at) => {
      const name = settings.name ?? `${settings.type} ${at + 1}`;
      const written = JSON.stringify([name, settings]);
      const known = this.#named.find((one) => one.written === written);
      return known ?? { written, source: fresh.use(openSource(name, settings, this.#around)) };
    });
    return {
      sources: next.map(({ source }) => source),
      enter: () => {
        fresh.move();
        this.#enter(next);
      },
      [Symbol.asyncDispose]: () => fresh.disposeAsync(),
    };
  }

  #enter(next: readonly NamedSource[]): void {
    for (const one of this.#named) if (!next.includes(one)) this.#retired.retire(one.source);
    this.#named = next;
    this.#sources = next.map(({ source }) => source);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { source } of this.#named) await source[Symbol.asyncDispose]();
    await this.#retired[Symbol.asyncDispose]();
  }
}
