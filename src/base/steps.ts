// Long work that tells where it may be interrupted. Who does it decides what that means: others have their turn of the event
// loop, or it is done all at once.

/** Yields at the latest when it has looked at `STEP_ITEMS` things. */
export type Steps<T> = Generator<void, T, void>;

/** So many files, lines or rows: some milliseconds. */
export const STEP_ITEMS = 500;

/** For whoever has the thread to itself, and for what is small. */
export function allAtOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Counts what is looked at: `if (pace.isDue()) yield;`. */
export class Pace {
  #left = STEP_ITEMS;

  isDue(items = 1): boolean {
    this.#left -= items;
    if (this.#left > 0) return false;
    this.#left = STEP_ITEMS;
    return true;
  }
}
