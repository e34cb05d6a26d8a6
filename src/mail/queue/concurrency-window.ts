// How many deliveries may run at once to one destination: Postfix's feedback (its SCHEDULER_README), with its default of
// 1 both ways. Each success adds one, each failure to reach the destination takes one away, and a whole cohort of
// failures (as many as the window is wide) suspends the destination. What a server says about one recipient is no failure.

export interface WindowSettings {
  readonly initial: number;
  readonly limit: number;
  readonly failedCohortLimit: number;
}

export class ConcurrencyWindow {
  readonly #settings: WindowSettings;
  #size: number;
  #failedCohorts = 0;

  constructor(settings: WindowSettings) {
    this.#settings = settings;
    this.#size = Math.min(settings.initial, settings.limit);
  }

  get size(): number {
    return this.#size;
  }

  /** `active` runs beside the one that succeeded: a window that is not used does not grow. */
  succeed(active: number): void {
    this.#failedCohorts = 0;
    if (this.#size < active + this.#settings.initial) this.#size = Math.min(this.#size + 1, this.#settings.limit);
  }

  /** `suspend` when the destination counts as dead. */
  fail(): 'go on' | 'suspend' {
    this.#failedCohorts += 1 / this.#size;
    // A rounding error of a few ulp must not cost one more failure.
    const { failedCohortLimit } = this.#settings;
    if (failedCohortLimit > 0 && this.#failedCohorts >= failedCohortLimit - 1e-9) return 'suspend';
    this.#size = Math.max(1, this.#size - 1);
    return 'go on';
  }

  /** Back from the almost grave: what it can bear is anyone's guess. */
  revive(): void {
    this.#failedCohorts = 0;
    this.#size = Math.min(this.#settings.initial, this.#settings.limit);
  }
}
