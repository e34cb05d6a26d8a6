// How far a long command is: one line that is written over, at a terminal only, on standard error.

export interface Progress {
  show(text: string): void;
  /** Before anything else is written. */
  clear(): void;
}

/** A line that changes more often is not read. */
const LEAST_MS = 100;

export function openProgress(stream: NodeJS.WriteStream): Progress {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  let shownMs = Number.NEGATIVE_INFINITY;
  let isShown = false;
  return {
    show(text) {
      if (performance.now() - shownMs < LEAST_MS) return;
      shownMs = performance.now();
      isShown = true;
      stream.write(`\r\x1b[K${text}`);
    },
    clear() {
      if (isShown) stream.write('\r\x1b[K');
      isShown = false;
    },
  };
}
