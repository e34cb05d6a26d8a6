// Being woken later: the only timer of pure code. Clock and alarm may disagree (somebody sets the clock), so whoever is
// woken looks at the clock again.

export interface Alarm {
  /** Calls `wake` once, in `delayMs` or a little later; disposing takes it back. */
  after(delayMs: number, wake: () => void): Disposable;
}
