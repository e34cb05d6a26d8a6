// What was wrong with each domain at the last look, kept in a file over restarts, so that nobody is told twice.

import { listOf, oneOf, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { WatchedDomain } from '#mail/domain-check/domain-watch.ts';
import { CHECK_NAMES } from '#mail/domain-check/rules.ts';
import type { Log } from '#mail/ports/log.ts';
import { CacheFile } from '#platform/files/cache-file.ts';

const GATHER_MS = 10_000;
const MOST_DOMAINS = 100_000;
const MOST_TROUBLES = 1_000;
const LONGEST_TEXT = 1_024;

const trouble = shape({
  check: oneOf(...CHECK_NAMES),
  rule: textOf(LONGEST_TEXT),
  subject: textOf(LONGEST_TEXT),
  severity: oneOf('warning', 'failure'),
});
const watched = shape({
  domain: textOf(LONGEST_TEXT),
  checkedMs: wholeNumber,
  troubles: listOf(trouble, MOST_TROUBLES),
});

export class KeptWatch implements AsyncDisposable {
  readonly #cache: CacheFile<readonly WatchedDomain[]>;

  constructor(file: string, log: Log) {
    const report = (text: string) => log.write('warn', 'domain', text);
    this.#cache = new CacheFile({ file, isContent: listOf(watched, MOST_DOMAINS), gatherMs: GATHER_MS, report });
  }

  read(): readonly WatchedDomain[] {
    return this.#cache.read() ?? [];
  }

  /** Those that there are when it is written. */
  keep(domains: () => readonly WatchedDomain[]): void {
    this.#cache.change(() => domains().slice(0, MOST_DOMAINS));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#cache[Symbol.asyncDispose]();
  }
}
