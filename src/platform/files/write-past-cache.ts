// A large message is written past the kernel's cache (O_DIRECT, open(2)): there it would push out what is read often, and each page
// it takes has to be found first. Nobody's turn of the event loop goes by meanwhile, however large it is.
//
// What is written so begins and ends at whole blocks, in the file and in memory. The rest of the last block goes the usual
// way, as does all of it where a file system has no other.

import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { AlignedPieces } from './aligned-pieces.ts';
import { errnoOf } from './errno.ts';
import { writeAll } from './file-ranges.ts';

export interface LargeFile {
  /** Made, or written over. */
  readonly target: string;
  /** Stands before the octets of the source. */
  readonly prefix: Buffer;
  readonly modifiedMs: number;
}

export interface OctetSource {
  /** Puts octets from `offset` on into the piece; how many, 0 at the end. It is asked one piece after the other, from 0 on. */
  fill(piece: Buffer, offset: number): number | Promise<number>;
}

const BLOCK_BYTES = 4096;
const PIECE_BYTES = 1024 * 1024;
/** Libuv has four threads for files, of the whole process: a disk that does not answer leaves one to the others. */
const PIECES_AT_ONCE = 3;

const pieces = new AlignedPieces(PIECE_BYTES, PIECES_AT_ONCE);

/** Not synced. Throws what the disk says, and nothing is left of the target then. */
export async function copyPastCache({ source, ...file }: LargeFile & { readonly source: string }): Promise<void> {
  let from: FileHandle | undefined;
  const fill: OctetSource['fill'] = async (piece, offset) => {
    if (offset === 0) {
      await from?.close();
      from = undefined;
    }
    from ??= await open(source, 'r');
    return (await from.read(piece)).bytesRead;
  };
  try {
    await writePastCache(file, { fill });
  } finally {
    await from?.close();
  }
}

/** The same for octets from anywhere. */
export async function writePastCache(file: LargeFile, source: OctetSource): Promise<void> {
  using piece = await pieces.lend();
  try {
    await writeTarget(file, source, piece.octets, constants.O_DIRECT).catch((cause) => {
      if (errnoOf(cause) !== 'EINVAL') throw cause;
      return writeTarget(file, source, piece.octets, 0);
    });
  } catch (cause) {
    await rm(file.target, { force: true });
    throw cause;
  }
}

async function writeTarget(
  { target, prefix, modifiedMs }: LargeFile,
  source: OctetSource,
  piece: Buffer,
  flags: number,
): Promise<void> {
  const { O_WRONLY, O_CREAT, O_TRUNC } = constants;
  await using to = await open(target, O_WRONLY | O_CREAT | O_TRUNC | flags, 0o600);
  let written = 0;
  let filled = 0;
  for (let taken = 0; taken < prefix.length; ) {
    const copied = prefix.copy(piece, filled, taken);
    taken += copied;
    filled += copied;
    if (filled === piece.length) await writePiece();
  }
  for (let taken = 0; ; ) {
    const read = await source.fill(piece.subarray(filled), taken);
    if (read === 0) break;
    taken += read;
    filled += read;
    if (filled === piece.length) await writePiece();
  }
  const rest = filled % BLOCK_BYTES;
  written = await writeAll(to, piece.subarray(0, filled - rest), written);
  if (rest > 0) {
    await using end = await open(target, O_WRONLY);
    await writeAll(end, piece.subarray(filled - rest, filled), written);
  }
  const date = new Date(modifiedMs);
  await to.utimes(date, date);

  async function writePiece(): Promise<void> {
    written = await writeAll(to, piece, written);
    filled = 0;
  }
}
