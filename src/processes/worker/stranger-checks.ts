// Who checks strangers: threads that judge, and the DNS that they ask. They outlive a change of the settings, so that what is
// being judged goes on.

import type { SenderChecks } from '#mail/acceptance/acceptance-world.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Config } from '#platform/config/schema.ts';
import { DEFAULT_JUDGEMENT_LIMITS } from '#platform/sender-auth/judgement-limits.ts';
import { type JudgementThreads, openJudgementThreads } from '#platform/sender-auth/judgement-threads.ts';

export class StrangerChecks implements AsyncDisposable {
  readonly #threads: JudgementThreads;

  constructor(config: Config, resolver: Resolver, log: Log) {
    this.#threads = openJudgementThreads(
      { resolver, log },
      {
        signatures: config.dkim_verify_signature_limit,
        keyBits: config.dkim_verify_minimum_key_bits,
        dns: { ...DEFAULT_JUDGEMENT_LIMITS.dns, timeMs: config.sender_authentication_timeout },
      },
    );
  }

  /** `undefined` where the settings ask nothing of strangers. */
  checksBy(config: Config): SenderChecks | undefined {
    return config.sender_authentication ? { authentication: this.#threads, policy: config } : undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#threads[Symbol.asyncDispose]();
  }
}
