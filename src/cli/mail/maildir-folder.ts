// A Maildir as a folder: each message a file, its state in the file's name. Messages that were read stay where they are, marked,
// as all programs that share a Maildir expect it. In the scratch file they stand as in an mbox.

import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SEEN } from '#mail/mailboxes/flags.ts';
import { isMissing } from '#platform/files/errno.ts';
import { baseNameOf, deliveryMicrosOf, flagsOfFileName, withFlags } from '#platform/maildir/message-file-name.ts';
import { formatFromLine } from '#platform/mbox/from-line.ts';
import { PLAIN_FORM } from '#platform/mbox/mbox-book.ts';
import { MboxDecoder } from '#platform/mbox/mbox-decoder.ts';
import { MboxEncoder } from '#platform/mbox/mbox-encoder.ts';
import { fieldTexts, parseHeaderFields } from '#protocols/message/header-fields.ts';
import { addressesOf } from '../sendmail/recipients.ts';
import type { StoredMessage } from './listed-message.ts';
import type { LockedFolder, MailFolder, Outcome } from './mail-folder.ts';
import { headerEnd } from './message-header.ts';
import { ScratchFile } from './scratch-file.ts';

export class MaildirFolder implements MailFolder {
  readonly path: string;
  readonly scratch = new ScratchFile();
  readonly isReadOnly = false;
  readonly keepsRead = true;
  /** By the base name, which never changes. */
  readonly #known = new Map<string, StoredMessage>();

  constructor(path: string) {
    this.path = path;
  }

  async readNew(): Promise<readonly StoredMessage[]> {
    const files = await this.#files();
    const found: StoredMessage[] = [];
    for (const [base, file] of files) {
      if (this.#known.has(base)) continue;
      const message = await this.#read(file);
      if (message === undefined) continue;
      this.#known.set(base, message);
      found.push(message);
    }
    return found;
  }

  async lock(): Promise<LockedFolder> {
    const files = await this.#files();
    const baseOf = new Map([...this.#known].map(([base, message]) => [message, base]));
    const fileOf = (message: StoredMessage) => files.get(baseOf.get(message) ?? '');
    return {
      hasNewMail: [...files.keys()].some((base) => !this.#known.has(base)),
      has: (message) => fileOf(message) !== undefined,
      settle: async (outcomes) => {
        for (const [message, outcome] of outcomes) {
          const file = fileOf(message);
          if (file !== undefined) await this.#settle(file, outcome);
        }
      },
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  [Symbol.dispose](): void {
    this.scratch[Symbol.dispose]();
  }

  /** In the order of delivery; by base name, `cur/…` or `new/…`. */
  async #files(): Promise<Map<string, string>> {
    const folders = await Promise.all(['cur', 'new'].map(async (folder) => await listFiles(this.path, folder)));
    const files = folders.flat().map((file) => ({ file, base: baseNameOf(file.slice(4)) }));
    files.sort((a, b) => deliveryMicrosOf(a.base) - deliveryMicrosOf(b.base) || (a.base < b.base ? -1 : 1));
    return new Map(files.map(({ file, base }) => [base, file]));
  }

  async #read(file: string): Promise<StoredMessage | undefined> {
    const path = join(this.path, file);
    try {
      const octets = await readFile(path);
      const encoder = new MboxEncoder();
      const from = formatFromLine(senderOf(octets), statSync(path).mtimeMs);
      const body = Buffer.concat([encoder.encode(octets), encoder.end(), Buffer.from('\n')]);
      const { start } = this.scratch.append(Buffer.from(from));
      const { end } = this.scratch.append(body);
      const wasRead = (flagsOfFileName(file) & SEEN) !== 0;
      return { start, end, wasRead, wasOld: file.startsWith('cur/') };
    } catch (cause) {
      // Moved or removed by another program at this moment.
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  }

  async #settle(file: string, outcome: Outcome): Promise<void> {
    const path = join(this.path, file);
    if (outcome.kind === 'removed') {
      await unlink(path).catch((cause: unknown) => {
        if (!isMissing(cause)) throw cause;
      });
      return;
    }
    if (outcome.kind === 'rewritten') await this.#rewrite(path, outcome);
    const flags = flagsOfFileName(file);
    const name = withFlags(file.slice(4), outcome.isRead ? flags | SEEN : flags & ~SEEN);
    const target = join(this.path, outcome.isOld || outcome.isRead ? 'cur' : 'new', name);
    if (target !== path) await rename(path, target);
  }

  /** As with mutt, the file keeps its name; the new one is whole before it takes the place of the old one. */
  async #rewrite(path: string, { range }: Extract<Outcome, { kind: 'rewritten' }>): Promise<void> {
    const message = this.scratch.read(range);
    const decoder = new MboxDecoder(PLAIN_FORM);
    const crlf = Buffer.concat([
      decoder.decode(message.subarray(message.indexOf('\n') + 1, message.length - 1)),
      decoder.end(),
    ]);
    const temporary = join(this.path, 'tmp', `${process.pid}.mail`);
    await mkdir(join(this.path, 'tmp'), { recursive: true });
    await writeFile(temporary, crlf.toString('latin1').replaceAll('\r\n', '\n'), {
      encoding: 'latin1',
      mode: 0o600,
      flush: true,
    });
    await rename(temporary, path);
  }
}

async function listFiles(path: string, folder: string): Promise<string[]> {
  const names = await readdir(join(path, folder));
  return names.filter((name) => !name.startsWith('.')).map((name) => `${folder}/${name}`);
}

/** Of the Return-Path that the delivery wrote, else of the author. */
function senderOf(octets: Buffer): string {
  const lines = octets.indexOf('\r\n\r\n');
  const block = parseHeaderFields(octets.subarray(0, lines < 0 ? headerEnd(octets) : lines + 2));
  const [returnPath] = fieldTexts(block, 'return-path');
  if (returnPath !== undefined) return addressesOf(returnPath)[0] ?? '';
  return fieldTexts(block, 'from').flatMap(addressesOf)[0] ?? '';
}
