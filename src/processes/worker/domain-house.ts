// All that has to do with what domains publish, put together: who advises, and who looks every day. The settings may change at
// any time.

import { join } from 'node:path';
import { DomainWatch } from '#mail/domain-check/domain-watch.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';
import type { Config } from '#platform/config/schema.ts';
import { openConfiguredAdvisor } from '#platform/domain-check/configured-advisor.ts';
import { KeptWatch } from '#platform/domain-check/kept-watch.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { systemClock } from '#platform/machine/clock.ts';

export interface DomainHouseWorld {
  readonly directory: Pick<DirectoryAdmin, 'listDomains'>;
  readonly keys: Pick<SigningKeyAdmin, 'list'>;
  readonly log: Log;
}

export class DomainHouse implements AsyncDisposable {
  readonly advisor: DomainAdvisor;
  readonly watch: DomainWatch;
  readonly #kept: KeptWatch;
  #config: Config;

  constructor(config: Config, { directory, keys, log }: DomainHouseWorld) {
    this.#config = config;
    this.#kept = new KeptWatch(join(config.state_directory, 'domain-checks.json'), log);
    const advisor = openConfiguredAdvisor(() => this.#config, keys);
    this.watch = new DomainWatch({
      ...{ advisor, log, clock: systemClock, alarm: systemAlarm },
      listDomains: async () => {
        const domains = await directory.listDomains();
        return domains.filter(({ disabled }) => !disabled).map(({ name }) => name);
      },
      intervalMs: () => this.#config.domain_check_interval,
      kept: this.#kept.read(),
      keep: (watched) => this.#kept.keep(watched),
    });
    this.advisor = {
      ...advisor,
      check: async (domain) => {
        const report = await advisor.check(domain);
        if (report.ok) await this.watch.hear(report.value);
        return report;
      },
    };
  }

  change(config: Config): void {
    this.#config = config;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.watch[Symbol.dispose]();
    await this.#kept[Symbol.asyncDispose]();
  }
}
