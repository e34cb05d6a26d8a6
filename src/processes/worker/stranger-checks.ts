// Who checks strangers: threads that judge, and the DNS that they ask. Both outlive a change of the settings, so that what
// is being judged goes on.

import type { SenderChecks } from '#mail/acceptance/sender-checks.ts';
import type { Log } from '#mail/ports/log.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { type OpenResolver, openResolver } from '#platform/dns/resolver.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { Retirement } from '#platform/machine/retirement.ts';
import { DEFAULT_JUDGEMENT_LIMITS } from '#platform/sender-auth/judgement-limits.ts';
import { type JudgementThreads, openJudgementThreads } from '#platform/sender-auth/judgement-threads.ts';

/** No judgement takes so long. */
const RETIREMENT_MS = 600_000;

export class StrangerChecks implements AsyncDisposable {
  readonly #threads: JudgementThreads;
  #config: Config;
  #resolver: OpenResolver;
  /** Asked by nobody any more, but for what is under way. */
  readonly #retired = new Retirement(RETIREMENT_MS);

  constructor(config: Config, log: Log) {
    this.#config = config;
    this.#resolver = openDns(config);
    this.#threads = openJudgementThreads(
      { resolver: { resolve: (name, type) => this.#resolver.dnsOnly.resolve(name, type) }, log },
      {
        signatures: config.dkim_verify_signature_limit,
        keyBits: config.dkim_verify_minimum_key_bits,
        dns: { ...DEFAULT_JUDGEMENT_LIMITS.dns, timeMs: config.sender_authentication_timeout },
      },
    );
  }

  /** `undefined` where the settings ask nothing of strangers. */
  get checks(): SenderChecks | undefined {
    if (!this.#config.sender_authentication) return undefined;
    return { authentication: this.#threads, policy: this.#config };
  }

  change(config: Config): void {
    const before = this.#config;
    this.#config = config;
    if (JSON.stringify(resolverOptions(before)) === JSON.stringify(resolverOptions(config))) return;
    this.#retired.retire(this.#resolver);
    this.#resolver = openDns(config);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]();
    await this.#resolver[Symbol.asyncDispose]();
    await this.#retired[Symbol.asyncDispose]();
  }
}

function openDns(config: Config): OpenResolver {
  return openResolver(resolverOptions(config), { clock: steadyClock, randomness: systemRandomness });
}
