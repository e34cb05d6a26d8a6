// What was learned of recipients elsewhere, kept in a file over restarts.

import { listOf, oneOf, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { Log } from '#mail/ports/log.ts';
import { KnownRecipients } from '#mail/verification/known-recipients.ts';
import { CacheFile } from '../files/cache-file.ts';

export interface KeptRecipientsOptions {
  readonly file: string;
  /** Of those that exist, and of the others. */
  readonly most: number;
  readonly log: Log;
  /** Gathered for so long before they are written. */
  readonly gatherMs?: number;
}

/** Disposing writes what is not written. */
export interface KeptRecipients extends AsyncDisposable {
  readonly known: KnownRecipients;
}

const GATHER_MS = 10_000;
const LONGEST_TEXT = 8_192;

const recipient = shape({
  address: textOf(LONGEST_TEXT),
  kind: oneOf('deliverable', 'undeliverable', 'unknown'),
  text: textOf(LONGEST_TEXT),
  heardMs: wholeNumber,
});

export function openKeptRecipients({ file, most, log, gatherMs = GATHER_MS }: KeptRecipientsOptions): KeptRecipients {
  const report = (text: string) => log.write('warn', 'verify', text);
  const cache = new CacheFile({ file, isContent: listOf(recipient, 2 * most), gatherMs, report });
  const known = new KnownRecipients(most, cache.read());
  known.onLearned = () => cache.change(() => known.all());
  return {
    known,
    async [Symbol.asyncDispose]() {
      known.onLearned = undefined;
      await cache[Symbol.asyncDispose]();
    },
  };
}
