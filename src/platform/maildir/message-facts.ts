// Size and date of a message file that we know nothing of. The date is the file's time, as with Dovecot.

import { readFileSync, statSync } from 'node:fs';
import { isMissing } from '#platform/files/errno.ts';
import { hasOnlyCrlf, withCrlf } from './line-ends.ts';
import { sizesOfFileName } from './message-file-name.ts';

export interface MessageFacts {
  /** As it is sent: with CRLF. */
  readonly sizeBytes: number;
  readonly internalDateMs: number;
  /** What had to be read for it: nothing of a file whose name tells its size. */
  readonly readBytes: number;
}

/** `undefined` when it is gone again. */
export function findMessageFacts(path: string): MessageFacts | undefined {
  try {
    const stat = statSync(path);
    const { wireBytes } = sizesOfFileName(path.slice(path.lastIndexOf('/') + 1));
    return {
      sizeBytes: wireBytes ?? wireSizeOf(path),
      internalDateMs: Math.round(stat.mtimeMs),
      readBytes: wireBytes === undefined ? stat.size : 0,
    };
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function wireSizeOf(path: string): number {
  const octets = readFileSync(path);
  return hasOnlyCrlf(octets) ? octets.length : withCrlf(octets).length;
}
