// What was learned of recipients elsewhere, kept in a file over restarts: a cache, written now and then, and begun anew
// where it cannot be read. Nothing but questions that are asked again hangs on it, so that no write is waited for.

import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { listOf, oneOf, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { Log } from '#mail/ports/log.ts';
import { type KnownRecipient, KnownRecipients } from '#mail/verification/known-recipients.ts';
import { isMissing } from '../files/errno.ts';

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
  const known = new KnownRecipients(most, readKept(file, most, log));
  let timer: NodeJS.Timeout | undefined;
  let writing = Promise.resolve();
  const write = () => {
    timer = undefined;
    writing = writing.then(() => replaceFile(file, known.all(), log));
  };
  known.onLearned = () => {
    timer ??= setTimeout(write, gatherMs).unref();
  };
  return {
    known,
    async [Symbol.asyncDispose]() {
      known.onLearned = undefined;
      if (timer !== undefined) {
        clearTimeout(timer);
        write();
      }
      await writing;
    },
  };
}

function readKept(file: string, most: number, log: Log): readonly KnownRecipient[] {
  try {
    const kept: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (listOf(recipient, 2 * most)(kept)) return kept;
    throw new Error('it holds something else');
  } catch (cause) {
    if (!isMissing(cause)) log.write('warn', 'verify', `${file} is begun anew: ${String(cause)}`);
    return [];
  }
}

async function replaceFile(file: string, known: readonly KnownRecipient[], log: Log): Promise<void> {
  try {
    await writeFile(`${file}.new`, JSON.stringify(known), { mode: 0o600 });
    await rename(`${file}.new`, file);
  } catch (cause) {
    log.write('warn', 'verify', `${file} was not written: ${String(cause)}`);
  }
}
