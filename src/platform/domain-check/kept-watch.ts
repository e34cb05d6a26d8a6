// What was wrong with each domain at the last look, kept over restarts, so that nobody is told twice. A cache: one that cannot be
// read is begun anew.

import { readFileSync } from 'node:fs';
import { listOf, oneOf, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { WatchedDomain } from '#mail/domain-check/domain-watch.ts';
import { CHECK_NAMES } from '#mail/domain-check/rules.ts';
import type { Log } from '#mail/ports/log.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { isMissing } from '#platform/files/errno.ts';

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

export function readKeptWatch(file: string, log: Log): readonly WatchedDomain[] {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (listOf(watched, MOST_DOMAINS)(kept)) return kept;
    throw new Error('it holds something else');
  } catch (cause) {
    if (!isMissing(cause)) log.write('warn', 'domain', `${file} is begun anew: ${String(cause)}`);
    return [];
  }
}

export function writeKeptWatch(file: string, kept: readonly WatchedDomain[], log: Log): void {
  try {
    writeAtomically(file, JSON.stringify(kept.slice(0, MOST_DOMAINS)));
  } catch (cause) {
    log.write('warn', 'domain', `${file} was not written: ${String(cause)}`);
  }
}
