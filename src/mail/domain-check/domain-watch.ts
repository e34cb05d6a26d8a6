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
  readonly keep: (watched: readonly WatchedDomain[]) => void;
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
    const times = all.map(({ checkedMs }) => checkedMs);
    return {
      checked: all.length,
      checkedMs: times.length === 0 ? undefined : Math.max(...times),
      troubled: all.filter(({ troubles }) => troubles.length > 0).slice(0, MOST_TROUBLED_TOLD),
    };
  }

  /** Also of one that somebody asked for. */
  learn({ domain, checkedMs, findings }: DomainReport): void {
    const before = this.#watched.get(domain)?.troubles;
    const troubles = rememberTroubles(before ?? [], findings);
    this.#watched.set(domain, { domain, checkedMs, troubles });
    if (before === undefined) this.#tellFirst(domain, troubles);
    else for (const change of findChanges(before, troubles)) this.#tell(domain, change.kind, change.trouble);
    this.#world.keep([...this.#watched.values()]);
  }

  async #lookAround(): Promise<void> {
    const { listDomains, advisor, log } = this.#world;
    try {
      if (this.#world.intervalMs() === 0) return;
      const domains = await listDomains();
      for (const gone of [...this.#watched.keys()].filter((known) => !domains.includes(known)))
        this.#watched.delete(gone);
      for (const domain of domains.filter((each) => this.#isDue(each))) {
        if (this.#isOver) return;
        const report = await advisor.check(domain);
        if (report.ok) this.learn(report.value);
      }
    } catch (cause) {
      log.write('warn', 'domain', `the domains could not be checked: ${String(cause)}`);
    }
  }

  #isDue(domain: string): boolean {
    const { clock, intervalMs } = this.#world;
    const interval = intervalMs();
    const last = this.#watched.get(domain)?.checkedMs;
    const dueMs = last === undefined ? this.#startedMs + Math.min(interval, LONGEST_FIRST_WAIT_MS) : last + interval;
    // A clock that was set back must not put it off for ever.
    return clock.nowMs() >= dueMs || (last !== undefined && clock.nowMs() < last);
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
