// Opens one file of the maildrop folder, trusting nothing that a user can arrange: no link is followed, no device or pipe
// is waited for, and whose message it is says the file's owner alone.

import { constants, type FileHandle, open } from 'node:fs/promises';
import { err, ok, type Result } from '#base/result.ts';
import { errnoOf, isMissing } from '../files/errno.ts';
import { type DropHead, LONGEST_HEAD_BYTES, parseDropHead } from './drop-head.ts';

export interface DroppedFile extends AsyncDisposable {
  /** Of the file's owner. */
  readonly uid: number;
  readonly head: DropHead;
  /** Behind the head line, as much as there was when the file was opened. */
  octets(): AsyncIterable<Buffer>;
}

/** `gone`: another look took it. What is `bad` will never be good. */
export type DropProblem = { readonly kind: 'gone' } | { readonly kind: 'bad'; readonly reason: string };

const READ_BYTES = 256 * 1024;
const LF = 0x0a;

/** Throws what the file system says where that may pass. */
export async function openDroppedFile(path: string, limitBytes: number): Promise<Result<DroppedFile, DropProblem>> {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  let file: FileHandle;
  try {
    file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (cause) {
    if (isMissing(cause)) return err({ kind: 'gone' });
    const reason = REFUSALS[errnoOf(cause) ?? ''];
    if (reason === undefined) throw cause;
    return err({ kind: 'bad', reason });
  }
  const read = await readHead(file, limitBytes);
  if (!read.ok) {
    await file.close();
    return err({ kind: 'bad', reason: read.error });
  }
  const { uid, head, start, end } = read.value;
  return ok({
    uid,
    head,
    octets: () => readOctets(file, start, end),
    [Symbol.asyncDispose]: () => file.close(),
  });
}

const REFUSALS: Readonly<Record<string, string>> = {
  ELOOP: 'it is a symbolic link',
  ENXIO: 'it is a socket, or a pipe',
  EACCES: 'the server may not read it',
};

interface ReadHead {
  readonly uid: number;
  readonly head: DropHead;
  readonly start: number;
  readonly end: number;
}

async function readHead(file: FileHandle, limitBytes: number): Promise<Result<ReadHead, string>> {
  const { uid, nlink, size, mode } = await file.stat();
  if ((mode & constants.S_IFMT) !== constants.S_IFREG) return err('it is no regular file');
  // Who links another's file here would write in their name.
  if (nlink !== 1) return err('it has more than one name');
  if (size > limitBytes + LONGEST_HEAD_BYTES) return err(`it is larger than ${limitBytes} octets`);
  const first = await readFully(file, Math.min(size, LONGEST_HEAD_BYTES));
  const lineEnd = first.indexOf(LF);
  if (lineEnd < 0) return err('its first line has no end');
  const head = parseDropHead(first.subarray(0, lineEnd));
  if (!head.ok) return head;
  if (size - lineEnd - 1 > limitBytes) return err(`it is larger than ${limitBytes} octets`);
  return ok({ uid, head: head.value, start: lineEnd + 1, end: size });
}

async function readFully(file: FileHandle, sizeBytes: number): Promise<Buffer> {
  const octets = Buffer.alloc(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await file.read(octets, filled, sizeBytes - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return octets.subarray(0, filled);
}

async function* readOctets(file: FileHandle, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; ) {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(READ_BYTES, end - at)), 0, undefined, at);
    // Its owner cut it while it was read: what is left is taken, for it is their own message.
    if (bytesRead === 0) return;
    at += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}
