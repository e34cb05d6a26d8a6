// What was replaced, and may still be in use by what began with it: it is closed when its time is over, or with the house.

export class Retirement implements AsyncDisposable {
  readonly #delayMs: number;
  readonly #waiting = new Map<AsyncDisposable, NodeJS.Timeout>();

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** A failure to close it ends the process: it would be a bug. */
  retire(resource: AsyncDisposable): void {
    const close = () => {
      this.#waiting.delete(resource);
      void resource[Symbol.asyncDispose]();
    };
    this.#waiting.set(resource, setTimeout(close, this.#delayMs).unref());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const left = [...this.#waiting];
    this.#waiting.clear();
    for (const [resource, timer] of left) {
      clearTimeout(timer);
      await resource[Symbol.asyncDispose]();
    }
  }
}
