// A part of a change of settings: all that can fail has been done, and nothing of it holds yet.

/** Closed without `enter`, everything is as it was. */
export interface Prepared extends AsyncDisposable {
  /** In force from now on. Never fails. */
  enter(): void;
}
