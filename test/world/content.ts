// Message content that lives in memory, and a store whose disk can be made to fail.

import { WorldError } from '#base/world-error.ts';
import type { ContentStore, ContentWriter, MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';

export { memoryContent };

export interface MemoryContentStore extends ContentStore {
  /** Set it, and every write from then on fails with it. */
  failure: WorldError | undefined;
  /** Writers that were opened and neither finished nor disposed of: a leak when a test ends. */
  readonly openWriters: number;
}

export function memoryContentStore(): MemoryContentStore {
  let open = 0;
  return {
    failure: undefined,
    get openWriters() {
      return open;
    },
    openWriter() {
      if (this.failure !== undefined) throw this.failure;
      open++;
      return memoryWriter(
        () => this.failure,
        () => open--,
      );
    },
  };
}

function memoryWriter(failure: () => WorldError | undefined, ended: () => void): ContentWriter {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  let done = false;
  const end = () => {
    if (!done) ended();
    done = true;
  };
  return {
    get sizeBytes() {
      return sizeBytes;
    },
    write(bytes) {
      const failed = failure();
      if (failed !== undefined) return Promise.reject(failed);
      // A copy: whoever reads from a socket may use the buffer again.
      chunks.push(Buffer.from(bytes));
      sizeBytes += bytes.length;
      return undefined;
    },
    async finish(): Promise<MessageContent> {
      const failed = failure();
      if (failed !== undefined) throw failed;
      end();
      return memoryContent(Buffer.concat(chunks));
    },
    async [Symbol.asyncDispose]() {
      end();
    },
  };
}

export function diskFull(): WorldError {
  const cause = Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  return new WorldError('write', { transient: true, cause });
}
