// The daily look at the DNS of all domains: what is new since the last one goes to the log, what is wrong stands in the status.

import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { DomainAdvisor, DomainReport } from '#mail/ports/domain-advisor.ts';
import type { Log } from '#mail/ports/log.ts';
import { findChanges, rememberTroubles, type Trouble } from './changes.ts';

/** Of one domain, as it is kept over restarts. */
export interface WatchedDomain {
  readonly domain: string;
  readonly checkedMs: number;
  readonly troubles: readonly Trouble[];
}

export interface DomainWatchWorld {
  readonly advisor: Pick<DomainAdvisor, 'check'>;
  readonly listDomains: () => Promise<readonly string[]>;
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly log: Log;
  /** 0: never. */
  readonly intervalMs: () => number;
  readonly kept: readonly WatchedDomain[];
  /** They have changed: what there is then is to be kept. */
  readonly keep: (watched: () => readonly WatchedDomain[]) => void;
}

export interface DomainStatus {
  readonly checked: number;
  /** When the last one was; `undefined`: never. */
  readonly checkedMs: number | undefined;
  readonly troubled: readonly WatchedDomain[];
}

/** A server that has just started has better things to do, and its neighbours may still be starting. */
const LONGEST_FIRST_WAIT_MS = 600_000;
/** How often it is looked whether it is time: clocks jump, settings change. */
const LOOK_EVERY_MS = 60_000;
const MOST_TROUBLED_TOLD = 20;

export class DomainWatch implements Disposable {
  readonly #world: DomainWatchWorld;
  readonly #watched: Map<string, WatchedDomain>;
  readonly #startedMs: number;
  #waiting: Disposable | undefined;
  #isOver = false;

  constructor(world: DomainWatchWorld) {
    this.#world = world;
    this.#watched = new Map(world.kept.map((each) => [each.domain, each]));
    this.#startedMs = world.clock.nowMs();
  }

  start(): void {
    if (this.#isOver) return;
    const interval = this.#world.intervalMs();
    const delayMs = Math.min(LOOK_EVERY_MS, interval === 0 ? LOOK_EVERY_MS : interval);
    this.#waiting = this.#world.alarm.after(delayMs, () => {
      void this.#lookAround().finally(() => this.start());
    });
  }

  get status(): DomainStatus {
    const all = [...this.#watched.values()];
    return {
      checked: all.length,
      checkedMs: all.length === 0 ? undefined : all.reduce((last, { checkedMs }) => Math.max(last, checkedMs), 0),
      troubled: all.filter(({ troubles }) => troubles.length > 0).slice(0, MOST_TROUBLED_TOLD),
    };
  }

  /** Of a domain that somebody asked for: what is wrong with one that is not ours is nobody's alarm. */
  async hear(report: DomainReport): Promise<void> {
    const domains = await this.#world.listDomains();
    if (domains.includes(report.domain)) this.#learn(report);
  }

  #learn({ domain, checkedMs, findings }: DomainReport): void {
    const before = this.#watched.get(domain)?.troubles;
    const troubles = rememberTroubles(before ?? [], findings);
    this.#watched.set(domain, { domain, checkedMs, troubles });
    if (before === undefined) this.#tellFirst(domain, troubles);
    else for (const change of findChanges(before, troubles)) this.#tell(domain, change.kind, change.trouble);
    this.#keep();
  }

  async #lookAround(): Promise<void> {
    try {
      if (this.#world.intervalMs() === 0) return;
      const domains = await this.#world.listDomains();
      this.#forgetOthers(new Set(domains));
      await this.#checkAll(domains.filter((domain) => this.#isDue(domain)));
    } catch (cause) {
      this.#world.log.write('warn', 'domain', `the domains could not be checked: ${String(cause)}`);
    }
  }

  #forgetOthers(domains: ReadonlySet<string>): void {
    const gone = [...this.#watched.keys()].filter((known) => !domains.has(known));
    for (const domain of gone) this.#watched.delete(domain);
    if (gone.length > 0) this.#keep();
  }

  /** One that cannot be checked keeps no other from it; throws the first such failure when all have had their turn. */
  async #checkAll(domains: readonly string[]): Promise<void> {
    const failures: unknown[] = [];
    for (const domain of domains) {
      if (this.#isOver) return;
      try {
        const report = await this.#world.advisor.check(domain);
        if (report.ok) this.#learn(report.value);
      } catch (cause) {
        failures.push(new Error(`${domain}: ${String(cause)}`));
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  #keep(): void {
    this.#world.keep(() => [...this.#watched.values()]);
  }

  #isDue(domain: string): boolean {
    const { clock, intervalMs } = this.#world;
    const last = this.#watched.get(domain)?.checkedMs;
    const sinceMs = last ?? this.#startedMs;
    const waitMs = last === undefined ? Math.min(intervalMs(), LONGEST_FIRST_WAIT_MS) : intervalMs();
    const passedMs = clock.nowMs() - sinceMs;
    // A clock that was set back must not put it off for ever.
    return passedMs >= waitMs || passedMs < 0;
  }

  #tellFirst(domain: string, troubles: readonly Trouble[]): void {
    const { log } = this.#world;
    if (troubles.length === 0) {
      log.write('info', 'domain', `${domain}: all that was checked holds`);
      return;
    }
    const rules = [...new Set(troubles.map(({ rule }) => rule))].join(', ');
    log.write('warn', 'domain', `${domain}: ${rules}; «valija domain check ${domain}» explains`);
  }

  #tell(domain: string, kind: 'appeared' | 'mended', { rule, subject, severity }: Trouble): void {
    const level = kind === 'mended' ? 'info' : severity === 'failure' ? 'error' : 'warn';
    const outcome = kind === 'mended' ? 'mended' : `«valija domain check ${domain}» explains`;
    this.#world.log.write(level, 'domain', `${domain}: ${rule} ${subject}: ${outcome}`, { rule });
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#waiting?.[Symbol.dispose]();
  }
}
