// Reads messages' files: octets as they are where the file has CRLF line ends (`S=` and `W=` agree), with CRLF put in where
// another program stored LF. Small messages are read many at a time; a large one is handed on as an open file.

import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { Sieve } from '#mail/search/sieve.ts';
import { at } from '#platform/message-index/message-table.ts';
import { withCrlf } from './line-ends.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import type { OpenedBatch, OpenedMessage } from './maildir-backend.ts';
import { sizesOfFileName } from './message-file-name.ts';

const IN_ONE_PIECE_BYTES = 128 * 1024;
/** One batch; the next account waits for so long. */
const BATCH_BYTES = 256 * 1024;
/** So much is read at most for it, though nearly all be left out. */
const MOST_READ_BYTES = 1024 * 1024;

/** Where there are words, small messages that surely have none of them are left out. */
export function openStoredMessages(folder: MailboxFolder, uids: Uint32Array, words?: readonly string[]): OpenedBatch {
  const messages: OpenedMessage[] = [];
  const space = new ReadingSpace(folder, uids);
  const sieve = words && new Sieve(words);
  let taken = 0;
  for (let bytes = 0; taken < uids.length && bytes < BATCH_BYTES && space.readBytes < MOST_READ_BYTES; taken++) {
    const opened = openOrStop(folder, uids[taken] ?? 0, messages.length === 0, space);
    if (opened === 'stop') break;
    if (opened === undefined) continue;
    if (opened.kind === 'octets' && sieve?.mayBeInMessage(opened.octets) === false) {
      space.giveBack(opened.octets);
      continue;
    }
    messages.push(opened);
    // An open file ends the batch: nobody holds many of them.
    bytes += opened.kind === 'octets' ? opened.octets.length : BATCH_BYTES;
  }
  return { taken, messages };
}

/** A message that cannot be read spoils none of those before it: it fails when it is the first of a batch. */
function openOrStop(
  folder: MailboxFolder,
  uid: number,
  isFirst: boolean,
  space: ReadingSpace,
): OpenedMessage | 'stop' | undefined {
  try {
    return folder.useFile(uid, (path) => openFile(uid, path, space));
  } catch (cause) {
    if (isFirst) throw cause;
    return 'stop';
  }
}

function openFile(uid: number, path: string, space: ReadingSpace): OpenedMessage {
  const { fileBytes, wireBytes } = sizesOfFileName(path.slice(path.lastIndexOf('/') + 1));
  const isWire = fileBytes !== undefined && fileBytes === wireBytes;
  const descriptor = openSync(path, 'r');
  let isHandedOn = false;
  try {
    const known = isWire && fileBytes <= IN_ONE_PIECE_BYTES ? space.readExactly(descriptor, fileBytes) : undefined;
    if (known !== undefined) return { kind: 'octets', uid, octets: known };
    const sizeBytes = fstatSync(descriptor).size;
    if (isWire && sizeBytes > IN_ONE_PIECE_BYTES) {
      isHandedOn = true;
      return { kind: 'file', uid, descriptor, sizeBytes };
    }
    const octets = readFileSync(descriptor);
    return { kind: 'octets', uid, octets: isWire ? octets : withCrlf(octets) };
  } finally {
    if (!isHandedOn) closeSync(descriptor);
  }
}

/** One piece of memory for all the small messages of a batch: thousands of their own would keep the collector busy. */
class ReadingSpace {
  readBytes = 0;
  #free: Buffer;
  /** Where it ends, in its memory. */
  readonly #end: number;

  constructor({ table }: MailboxFolder, uids: Uint32Array) {
    let bytes = 0;
    for (const index of table.findAll(uids)) {
      bytes += at(table.sizesBytes, index) + 1;
      if (bytes >= BATCH_BYTES) break;
    }
    this.#free = Buffer.allocUnsafe(Math.min(bytes, BATCH_BYTES + IN_ONE_PIECE_BYTES));
    this.#end = this.#free.byteOffset + this.#free.length;
  }

  /** By one call, which asks for an octet more: `undefined` where the name does not tell the file's size. */
  readExactly(descriptor: number, sizeBytes: number): Buffer | undefined {
    const octets = this.#take(sizeBytes + 1);
    this.readBytes += sizeBytes;
    return readSync(descriptor, octets, 0, octets.length, 0) === sizeBytes ? octets.subarray(0, sizeBytes) : undefined;
  }

  /** What was read last is not wanted. */
  giveBack(octets: Buffer): void {
    if (octets.buffer !== this.#free.buffer || octets.byteOffset > this.#free.byteOffset) return;
    this.#free = Buffer.from(octets.buffer, octets.byteOffset, this.#end - octets.byteOffset);
  }

  #take(lengthBytes: number): Buffer {
    if (this.#free.length < lengthBytes) return Buffer.allocUnsafe(lengthBytes);
    const taken = this.#free.subarray(0, lengthBytes);
    this.#free = this.#free.subarray(lengthBytes);
    return taken;
  }
}

/** All of it. */
export function readStoredMessage(folder: MailboxFolder, uid: number): Buffer | undefined {
  return folder.useFile(uid, (path) => {
    const { fileBytes, wireBytes } = sizesOfFileName(path.slice(path.lastIndexOf('/') + 1));
    const octets = readFileSync(path);
    return fileBytes !== undefined && fileBytes === wireBytes ? octets : withCrlf(octets);
  });
}
