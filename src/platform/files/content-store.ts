// Where a message's octets wait while it is decided upon: in memory of its own up to 16 KiB; in chunks that are shared by
// threads and used again up to some megabytes, so long as there are some; beyond that in a file, which whoever keeps the
// message may link instead of copying it. The next start removes what a killed process left.

import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ChunkPool, type OctetChunk } from '#base/octet-chunk.ts';
import { readInPieces } from '#base/read-in-pieces.ts';
import { WorldError } from '#base/world-error.ts';
import type { ContentStore, ContentWriter, MessageContent } from '#mail/ports/message-content.ts';
import type { FileContent } from './file-content.ts';
import { memoryContent } from './memory-content.ts';
import { chunkedContent } from './shared-content.ts';
import { sharedChunks } from './shared-memory.ts';

export interface ContentStoreOptions {
  /** Of this server alone; made when missing. */
  readonly folder: string;
  /** A message above this size goes to shared chunks. */
  readonly memoryBytes?: number;
  /** And above this one to a file. */
  readonly chunkedBytes?: number;
}

export interface OpenedContentStore extends ContentStore, Disposable {}

const MEMORY_BYTES = 16 * 1024;
const CHUNKED_BYTES = 4 * 1024 * 1024;
const STREAM_BYTES = 256 * 1024;
/** Octets that may wait for the disk before `write` asks the caller to wait. */
const UNWRITTEN_BYTES = 512 * 1024;
const PREFIX = 'content-';
const CHUNK_BYTES = 256 * 1024;
/** For ten messages that come at the same time. */
const SPARE_CHUNKS = 32;
const chunks = new ChunkPool(CHUNK_BYTES, SPARE_CHUNKS);

export function openContentStore(options: ContentStoreOptions): OpenedContentStore {
  mkdirSync(options.folder, { recursive: true, mode: 0o700 });
  for (const file of readdirSync(options.folder)) {
    if (file.startsWith(PREFIX)) rmSync(join(options.folder, file), { force: true });
  }
  let count = 0;
  return {
    openWriter() {
      const path = join(options.folder, `${PREFIX}${process.pid}-${++count}`);
      const { memoryBytes = MEMORY_BYTES, chunkedBytes = CHUNKED_BYTES } = options;
      return new SpillingWriter(path, memoryBytes, chunkedBytes);
    },
    [Symbol.dispose]: () => undefined,
  };
}

type WriterState =
  | { readonly phase: 'memory'; readonly pieces: Buffer[] }
  | { readonly phase: 'chunked'; readonly filled: OctetChunk[] }
  | { readonly phase: 'file'; readonly file: Promise<FileHandle>; chunk: OctetChunk }
  | { readonly phase: 'ended' };

class SpillingWriter implements ContentWriter {
  readonly #path: string;
  readonly #memoryBytes: number;
  readonly #chunkedBytes: number;
  #state: WriterState = { phase: 'memory', pieces: [] };
  #sizeBytes = 0;
  #unwrittenBytes = 0;
  /** All writes so far, one behind the other; a failure stays in it until somebody waits. */
  #written: Promise<void> = Promise.resolve();

  constructor(path: string, memoryBytes: number, chunkedBytes: number) {
    this.#path = path;
    this.#memoryBytes = memoryBytes;
    this.#chunkedBytes = chunkedBytes;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  write(bytes: Buffer): Promise<void> | undefined {
    this.#sizeBytes += bytes.length;
    switch (this.#state.phase) {
      case 'memory':
        if (this.#sizeBytes > this.#memoryBytes) return this.#leaveMemory([...this.#state.pieces, bytes]);
        // The caller's buffer is used again as soon as we return.
        this.#state.pieces.push(Buffer.from(bytes));
        return undefined;
      case 'chunked':
      case 'file':
        return this.#put(bytes);
      case 'ended':
        throw new Error('written to after its end');
    }
  }

  async finish(): Promise<MessageContent> {
    const state = this.#state;
    if (state.phase === 'ended') throw new Error('finished twice');
    if (state.phase === 'memory') {
      this.#state = { phase: 'ended' };
      const [first] = state.pieces;
      const isWhole = first?.length === this.#sizeBytes;
      return memoryContent(isWhole ? first : Buffer.concat(state.pieces, this.#sizeBytes));
    }
    if (state.phase === 'chunked') {
      this.#state = { phase: 'ended' };
      return chunkedContent(state.filled, this.#sizeBytes);
    }
    this.#writeChunk(state.file, state.chunk);
    await this.#written;
    const file = await state.file;
    this.#state = { phase: 'ended' };
    return spilledContent(this.#path, file, this.#sizeBytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const state = this.#state;
    this.#state = { phase: 'ended' };
    if (state.phase === 'chunked') for (const chunk of state.filled) chunk.release();
    if (state.phase !== 'file') return;
    await this.#written.catch(() => undefined);
    const file = await state.file.catch(() => undefined);
    state.chunk.release();
    if (file !== undefined) await leave(file, this.#path);
  }

  #leaveMemory(pieces: readonly Buffer[]): Promise<void> | undefined {
    this.#state = { phase: 'chunked', filled: [] };
    for (const piece of pieces) void this.#put(piece);
    return this.#held();
  }

  #put(bytes: Buffer): Promise<void> | undefined {
    return this.#state.phase === 'chunked' ? this.#fill(this.#state.filled, bytes) : this.#append(bytes);
  }

  #fill(filled: OctetChunk[], bytes: Buffer): Promise<void> | undefined {
    if (this.#sizeBytes > this.#chunkedBytes) return this.#spill(filled, bytes);
    for (let taken = 0; taken < bytes.length; ) {
      const last = filled.at(-1);
      const chunk = last === undefined || last.isFull ? sharedChunks.take() : last;
      if (chunk === undefined) return this.#spill(filled, bytes.subarray(taken));
      if (chunk !== last) filled.push(chunk);
      taken += chunk.fill(bytes, taken);
    }
    return undefined;
  }

  /** What the chunks hold, and then the rest. */
  #spill(filled: readonly OctetChunk[], rest: Buffer): Promise<void> | undefined {
    const file = openNew(this.#path);
    // Whoever waits hears of it; when nobody does, disposing is all that follows.
    file.catch(() => undefined);
    this.#state = { phase: 'file', file, chunk: chunks.take() };
    for (const chunk of filled) this.#writeChunk(file, chunk);
    return this.#append(rest);
  }

  /** Octets gather in chunks: a write costs as much for a few of them as for many. */
  #append(bytes: Buffer): Promise<void> | undefined {
    const state = this.#state;
    if (state.phase !== 'file') throw new Error('no file to write to');
    for (let taken = 0; taken < bytes.length; ) {
      taken += state.chunk.fill(bytes, taken);
      if (!state.chunk.isFull) break;
      this.#writeChunk(state.file, state.chunk);
      state.chunk = chunks.take();
    }
    return this.#held();
  }

  #held(): Promise<void> | undefined {
    return this.#unwrittenBytes > UNWRITTEN_BYTES ? this.#written : undefined;
  }

  #writeChunk(file: Promise<FileHandle>, chunk: OctetChunk): void {
    const { octets } = chunk;
    this.#unwrittenBytes += octets.length;
    this.#written = this.#written.then(async () => {
      try {
        await (await file).appendFile(octets);
      } catch (cause) {
        throw cause instanceof WorldError ? cause : worldError('storing a message', cause);
      } finally {
        this.#unwrittenBytes -= octets.length;
        chunk.release();
      }
    });
    this.#written.catch(() => undefined);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx+', 0o600);
  } catch (cause) {
    throw worldError('storing a message', cause);
  }
}

function spilledContent(path: string, file: FileHandle, sizeBytes: number): FileContent {
  let isOpen = true;
  const readPart = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    const octets = Buffer.allocUnsafe(Math.max(0, Math.min(lengthBytes, sizeBytes - offset)));
    let filled = 0;
    while (filled < octets.length) {
      const { bytesRead } = await file.read(octets, filled, octets.length - filled, offset + filled).catch((cause) => {
        throw worldError('reading a stored message', cause);
      });
      if (bytesRead === 0) throw worldError('reading a stored message', new Error('it was cut short'));
      filled += bytesRead;
    }
    return octets;
  };
  return {
    path,
    sizeBytes,
    read: readPart,
    stream: () => readInPieces(sizeBytes, STREAM_BYTES, readPart),
    async [Symbol.asyncDispose]() {
      if (!isOpen) return;
      isOpen = false;
      await leave(file, path);
    },
  };
}

/** Never throws: what became of the message is decided by now, and a promise is not taken back for a file that stays behind. */
async function leave(file: FileHandle, path: string): Promise<void> {
  await file.close().catch(() => undefined);
  await unlink(path).catch(() => undefined);
}

function worldError(operation: string, cause: unknown): WorldError {
  return new WorldError(operation, { transient: true, cause });
}
