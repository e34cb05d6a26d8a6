// The DNS as the settings have it, for everybody in the worker who asks it: one cache. It outlives a change of the settings,
// so that what is being asked goes on.

import type { Resolver } from '#mail/ports/resolver.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { type OpenResolver, openResolver } from '#platform/dns/resolver.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { Retirement } from '#platform/machine/retirement.ts';

/** No question takes so long, and no judgement that asks many. */
const RETIREMENT_MS = 600_000;

export class NameService implements AsyncDisposable {
  readonly withHosts: Resolver = { resolve: (name, type) => this.#resolver.resolve(name, type) };
  readonly dnsOnly: Resolver = { resolve: (name, type) => this.#resolver.dnsOnly.resolve(name, type) };
  #config: Config;
  #resolver: OpenResolver;
  /** Asked by nobody any more, but for what is under way. */
  readonly #retired = new Retirement(RETIREMENT_MS);

  constructor(config: Config) {
    this.#config = config;
    this.#resolver = openDns(config);
  }

  change(config: Config): void {
    const before = this.#config;
    this.#config = config;
    if (JSON.stringify(resolverOptions(before)) === JSON.stringify(resolverOptions(config))) return;
    this.#retired.retire(this.#resolver);
    this.#resolver = openDns(config);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resolver[Symbol.asyncDispose]();
    await this.#retired[Symbol.asyncDispose]();
  }
}

function openDns(config: Config): OpenResolver {
  return openResolver(resolverOptions(config), { clock: steadyClock, randomness: systemRandomness });
}
