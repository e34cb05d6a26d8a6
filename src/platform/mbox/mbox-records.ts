// What a user's mailboxes are called in numbers, and what mbox files cannot hold: kept in `~/mail/.valija-mailboxes`. The numbers
// stand in the files as well, while these have messages; subscriptions are in Dovecot's own `.subscriptions`.

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Check, shape, textOf, wholeNumber } from '#base/shape.ts';
import type { MailboxName, SpecialUse } from '#mail/ports/mail-store.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { isMissing } from '#platform/files/errno.ts';
import { formatSpecialUses, parseSpecialUses } from '#platform/maildir/special-use-file.ts';
import { formatSubscriptions, parseSubscriptions } from '#platform/maildir/subscriptions-file.ts';
import type { MboxNumbers } from './mbox-index.ts';

const RECORDS = '.valija-mailboxes';
const SUBSCRIPTIONS = '.subscriptions';

const isNumbers: Check<MboxNumbers> = shape({
  mailboxId: textOf(64),
  uidValidity: wholeNumber,
  uidNext: wholeNumber,
  firstRecentUid: wholeNumber,
});

export class MboxRecords {
  readonly #folder: string;
  readonly numbers = new Map<MailboxName, MboxNumbers>();
  readonly marked: Map<MailboxName, SpecialUse>;
  readonly subscribed: Set<MailboxName>;
  #lastUidValidity: number;

  /** Reads what is there; a file that cannot be read as records is as none. */
  constructor(folder: string) {
    this.#folder = folder;
    const records = parseRecords(readText(join(folder, RECORDS)));
    this.#lastUidValidity = records.lastUidValidity;
    for (const [name, numbers] of records.numbers) this.numbers.set(name, numbers);
    this.marked = records.marked;
    this.subscribed = new Set(parseSubscriptions(readText(join(folder, SUBSCRIPTIONS))));
  }

  /** Above all that were given here, and never behind the clock. */
  newNumbers(mailboxId: string, nowMs: number): MboxNumbers {
    this.#lastUidValidity = Math.max(this.#lastUidValidity + 1, Math.floor(nowMs / 1000));
    return { mailboxId, uidValidity: this.#lastUidValidity, uidNext: 1, firstRecentUid: 1 };
  }

  save(): void {
    this.#write(
      RECORDS,
      `${JSON.stringify({
        lastUidValidity: this.#lastUidValidity,
        mailboxes: Object.fromEntries(this.numbers),
        specialUses: formatSpecialUses(this.marked),
      })}\n`,
    );
  }

  saveSubscriptions(): void {
    this.#write(SUBSCRIPTIONS, formatSubscriptions(this.subscribed));
  }

  #write(file: string, text: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    writeAtomically(join(this.#folder, file), text);
  }
}

interface Records {
  readonly lastUidValidity: number;
  readonly numbers: readonly (readonly [MailboxName, MboxNumbers])[];
  readonly marked: Map<MailboxName, SpecialUse>;
}

const isRecords = shape({ lastUidValidity: wholeNumber, specialUses: textOf(1_000_000) });

function parseRecords(text: string): Records {
  const value = parseJson(text);
  if (!isRecords(value)) return { lastUidValidity: 0, numbers: [], marked: new Map() };
  const mailboxes: unknown = 'mailboxes' in value ? value.mailboxes : {};
  const numbers = Object.entries(typeof mailboxes === 'object' && mailboxes !== null ? mailboxes : {}).flatMap(
    ([name, each]: [string, unknown]) => (isNumbers(each) ? [[name, each] as const] : []),
  );
  return { lastUidValidity: value.lastUidValidity, numbers, marked: parseSpecialUses(value.specialUses) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (isMissing(cause)) return '';
    throw cause;
  }
}
