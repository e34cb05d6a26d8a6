// `dovecot-uidlist` on disk. Whoever changes it holds `dovecot-uidlist.lock`. A delivery adds lines; the file is written
// anew (atomically) when half of its lines stand for messages that are gone. The lines of a delivery are written before its
// files appear, both under the lock: a crash between the two leaves lines without files, whose UIDs nobody ever saw.

import { closeSync, openSync, readFileSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Steps } from '#base/steps.ts';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { isMissing } from '#platform/files/errno.ts';
import { UIDLIST } from './folder-files.ts';
import {
  formatUidlistRecord,
  parseUidlist,
  readUidlist,
  type Uidlist,
  type UidlistRecord,
  writeUidlist,
} from './uidlist.ts';

export type UidlistReading =
  | { readonly kind: 'read'; readonly list: Uidlist }
  | { readonly kind: 'missing' }
  | { readonly kind: 'broken'; readonly reason: string; readonly text: string };

/** The GUID of the mailbox in this folder; `undefined` when it has none, or none that can be read. */
export function readMailboxId(folderPath: string): string | undefined {
  try {
    const parsed = parseUidlist(readFileSync(join(folderPath, UIDLIST), 'utf8'));
    return parsed.ok ? parsed.value.guid : undefined;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

export class UidlistFile {
  readonly #path: string;
  #signature = '';
  #lines = 0;

  constructor(folderPath: string) {
    this.#path = join(folderPath, UIDLIST);
  }

  get lines(): number {
    return this.#lines;
  }

  /** Did anybody else write it since we did? */
  hasChanged(): boolean {
    return signatureOf(this.#path) !== this.#signature;
  }

  /** Of the file as it was last seen or written. */
  get signature(): string {
    return this.#signature;
  }

  /** What the index knew of it: if it has not changed since, there is no need to read it. */
  trust(lines: number, signature: string): void {
    this.#signature = signature;
    this.#lines = lines;
  }

  *read(): Steps<UidlistReading> {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (cause) {
      if (isMissing(cause)) return { kind: 'missing' };
      throw cause;
    }
    const signature = signatureOf(this.#path);
    const parsed = yield* readUidlist(text);
    if (!parsed.ok) return { kind: 'broken', reason: parsed.error, text };
    this.#signature = signature;
    this.#lines = parsed.value.records.length;
    return { kind: 'read', list: parsed.value };
  }

  /** A broken one, for somebody to look at; returns its name. */
  setAside(): string {
    const aside = `${this.#path}.broken`;
    renameSync(this.#path, aside);
    return aside;
  }

  add(records: readonly UidlistRecord[]): void {
    if (records.length === 0) return;
    const file = openSync(this.#path, 'a');
    try {
      const text = Buffer.from(records.map(formatUidlistRecord).join(''));
      // A short write is a full disk: the torn line is left out by every reader, and mended by the next writer.
      if (writeSync(file, text) !== text.length) throw new Error('short write: the disk is full');
    } finally {
      closeSync(file);
    }
    this.#lines += records.length;
    this.#signature = signatureOf(this.#path);
  }

  *replace(list: Omit<Uidlist, 'isTorn'>): Steps<void> {
    this.write(yield* writeUidlist(list), list.records.length);
  }

  write(text: string, lines: number): void {
    writeAtomically(this.#path, text);
    this.#lines = lines;
    this.#signature = signatureOf(this.#path);
  }

  /** Are more than half of the lines (and more than a few) without a message? */
  isWorthReplacing(messages: number): boolean {
    return this.#lines - messages > Math.max(200, messages);
  }
}

function signatureOf(path: string): string {
  const stat = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stat === undefined ? '' : `${stat.mtimeNs}.${stat.ino}.${stat.size}`;
}
