// Memory of messages on their way, for this process: pages of it that no message ever needed are none.

import { SharedChunkPool } from '#base/octet-chunk.ts';

/** As much of a message as stands in a record of the journal fits into one. */
const CHUNK_BYTES = 128 * 1024;
const ALL_BYTES = 64 * 1024 * 1024;

export const sharedMemory = new SharedArrayBuffer(ALL_BYTES);
export const sharedChunks = new SharedChunkPool(sharedMemory, CHUNK_BYTES);
