// The octets of a message in a file of ours: opened when somebody reads, closed when it is disposed of.

import { openSync } from 'node:fs';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { descriptorContent } from './descriptor-content.ts';

/** It knows where its octets lie, so that whoever keeps them may link the file instead of copying it. */
export interface FileContent extends MessageContent {
  readonly path: string;
}

/** Where a message lies as it is, if it does. */
export function pathOf(content: MessageContent): string | undefined {
  return 'path' in content && typeof content.path === 'string' ? content.path : undefined;
}

export function fileContent(path: string, sizeBytes: number): FileContent {
  let opened: MessageContent | undefined;
  const content = (): MessageContent => {
    try {
      opened ??= descriptorContent(openSync(path, 'r'), sizeBytes);
    } catch (cause) {
      throw new WorldError('opening a message', { transient: true, cause });
    }
    return opened;
  };
  return {
    path,
    sizeBytes,
    read: async (offset, lengthBytes) => content().read(offset, lengthBytes),
    async *stream() {
      yield* content().stream();
    },
    async [Symbol.asyncDispose]() {
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
