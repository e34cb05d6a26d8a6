// Which configuration is in force, since when and by whom; those before it are kept below the state. And why the last one that
// was to be loaded was not.

import { messageOf } from '#base/thrown.ts';
import type { Log } from '#mail/ports/log.ts';
import type { ConfigurationStatus } from '#mail/ports/status-source.ts';
import { configDigest, configHistoryFolder, keepConfig } from '#platform/config/config-history.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemClock } from '#platform/machine/clock.ts';

/** Whoever says so has the file loaded at once. */
const ANNOUNCEMENT_MS = 60_000;

export interface Announcement {
  readonly by: string;
  /** `apply`, `rollback`. */
  readonly how: string;
}

export class ConfigRecord {
  readonly #log: Log;
  #number = 0;
  #digest = '';
  #loadedMs = 0;
  #refusal: ConfigurationStatus['refusal'];
  #announced: (Announcement & { readonly atMs: number }) | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  get status(): ConfigurationStatus {
    const { ppid: supervisorPid } = process;
    return {
      ...{ supervisorPid, number: this.#number, digest: this.#digest, loadedMs: this.#loadedMs },
      refusal: this.#refusal,
    };
  }

  announce(announcement: Announcement): void {
    this.#announced = { ...announcement, atMs: systemClock.nowMs() };
  }

  /** A history that cannot be written keeps no mail away. */
  loaded(text: string, config: Config, usualWay: 'start' | 'SIGHUP' | 'restored'): void {
    const nowMs = systemClock.nowMs();
    const { by, how } = this.#takeAnnouncement(nowMs) ?? { by: undefined, how: usualWay };
    const digest = configDigest(text);
    // Those that were in force before say nothing of others that were refused.
    if (usualWay !== 'restored') this.#refusal = undefined;
    if (digest !== this.#digest) this.#loadedMs = nowMs;
    this.#digest = digest;
    try {
      const folder = configHistoryFolder(config.state_directory);
      this.#number = keepConfig(folder, { loadedMs: nowMs, by, how, text }, config.config_history_limit);
    } catch (error) {
      const reason = messageOf(error);
      this.#log.write('error', 'valija', `this configuration is not kept for \`valija config history\`: ${reason}`);
    }
  }

  refused(text: string, spanish?: string): void {
    this.#announced = undefined;
    this.#refusal = { atMs: systemClock.nowMs(), text, spanish };
  }

  #takeAnnouncement(nowMs: number): Announcement | undefined {
    const announced = this.#announced;
    this.#announced = undefined;
    return announced !== undefined && nowMs - announced.atMs <= ANNOUNCEMENT_MS ? announced : undefined;
  }
}
