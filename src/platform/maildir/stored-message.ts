// Opens a message's file to be sent: octets as they are where the file has CRLF line ends (`S=` and `W=` agree), with CRLF
// put in where another program stored LF.

import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { withCrlf } from './line-ends.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import type { OpenedMessage } from './maildir-backend.ts';
import { sizesOfFileName } from './message-file-name.ts';

const IN_ONE_PIECE_BYTES = 128 * 1024;

export function openStoredMessage(folder: MailboxFolder, uid: number): OpenedMessage | undefined {
  return folder.useFile(uid, (path) => {
    const { fileBytes, wireBytes } = sizesOfFileName(path.slice(path.lastIndexOf('/') + 1));
    const isWire = fileBytes !== undefined && fileBytes === wireBytes;
    const descriptor = openSync(path, 'r');
    let isHandedOn = false;
    try {
      const sizeBytes = fstatSync(descriptor).size;
      if (isWire && sizeBytes > IN_ONE_PIECE_BYTES) {
        isHandedOn = true;
        return { kind: 'file', descriptor, sizeBytes };
      }
      const octets = readFileSync(descriptor);
      return { kind: 'octets', octets: isWire ? octets : withCrlf(octets) };
    } finally {
      if (!isHandedOn) closeSync(descriptor);
    }
  });
}

/** All of it. */
export function readStoredMessage(folder: MailboxFolder, uid: number): Buffer | undefined {
  return folder.useFile(uid, (path) => {
    const { fileBytes, wireBytes } = sizesOfFileName(path.slice(path.lastIndexOf('/') + 1));
    const octets = readFileSync(path);
    return fileBytes !== undefined && fileBytes === wireBytes ? octets : withCrlf(octets);
  });
}
