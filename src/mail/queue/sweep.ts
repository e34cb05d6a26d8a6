// What nothing else wakes, looked for every queue_run_delay: senders that were not told yet, mail that is late, mail that
// expires while its destination is suspended, and times that were written under another clock.

import { messageOf } from '#base/thrown.ts';
import type { Backlog } from './backlog.ts';
import type { DestinationLine } from './destination-line.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { QueueWorld } from './queue-world.ts';
import type { Reporter } from './reporter.ts';
import { latestAttempt } from './retry-schedule.ts';

/** Messages that one question to the store answers with. */
const PAGE = 200;

export class Sweep {
  readonly #world: Pick<QueueWorld, 'store' | 'clock' | 'alarm' | 'log'>;
  readonly #settings: QueueSettings;
  readonly #line: DestinationLine;
  readonly #backlog: Backlog;
  readonly #reporter: Reporter;
  #alarm: Disposable | undefined;
  #stopped = false;

  constructor(
    world: Pick<QueueWorld, 'store' | 'clock' | 'alarm' | 'log'>,
    settings: QueueSettings,
    line: DestinationLine,
    backlog: Backlog,
    reporter: Reporter,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#line = line;
    this.#backlog = backlog;
    this.#reporter = reporter;
  }

  start(): void {
    void this.#run();
  }

  /** `queue_run_delay` counts from now. */
  restart(): void {
    // One that runs takes the new pause at its end.
    if (this.#alarm === undefined || this.#stopped) return;
    this.#alarm[Symbol.dispose]();
    this.#wait();
  }

  stop(): void {
    this.#stopped = true;
    this.#alarm?.[Symbol.dispose]();
  }

  #wait(): void {
    this.#alarm = this.#world.alarm.after(this.#settings.queueRunDelayMs, () => {
      this.#alarm = undefined;
      void this.#run();
    });
  }

  async #run(): Promise<void> {
    const { clock, store, log } = this.#world;
    try {
      const nowMs = clock.nowMs();
      await store.mendTimes(latestAttempt(this.#settings, nowMs), nowMs);
      await this.#tellSenders();
      await this.#warnSenders(nowMs);
      await this.#giveUpSuspended(nowMs);
    } catch (error) {
      log.write('error', 'qmgr', `looking through the queue: ${messageOf(error)}`);
    }
    // Also those that nobody announced: an alarm that was lost costs minutes, not days.
    this.#backlog.lookBy(clock.nowMs());
    if (!this.#stopped) this.#wait();
  }

  async #tellSenders(): Promise<void> {
    let after = '';
    for (;;) {
      const ids = await this.#world.store.unreported(after, PAGE);
      for (const id of ids) this.#reporter.report(id);
      after = ids.at(-1) ?? '';
      if (ids.length < PAGE || this.#stopped) return;
    }
  }

  async #warnSenders(nowMs: number): Promise<void> {
    const { delayWarningMs } = this.#settings;
    if (delayWarningMs === 0) return;
    // Those whose sender cannot be told now stay where they are, before the others.
    const untold = new Set<string>();
    for (;;) {
      const limit = PAGE + untold.size;
      const ids = await this.#world.store.unwarned(nowMs - delayWarningMs, limit);
      for (const id of ids) if (!untold.has(id) && !(await this.#reporter.warn(id))) untold.add(id);
      if (ids.length < limit || this.#stopped) return;
    }
  }

  async #giveUpSuspended(nowMs: number): Promise<void> {
    const { maximalLifetimeMs, bounceLifetimeMs } = this.#settings;
    const arrivedBeforeMs = nowMs - Math.min(maximalLifetimeMs, bounceLifetimeMs);
    for (const destination of [...this.#line.all()]) {
      if (destination.suspension !== undefined) await this.#backlog.loadExpired(destination, arrivedBeforeMs);
    }
  }
}
