// Content-Transfer-Encoding: undone for a body that comes in pieces of any size, or whole. Decoding takes what it is
// given and never fails. RFC 2045 §6.

import { Base64Decoder } from './base64.ts';
import { QuotedPrintableDecoder } from './quoted-printable.ts';

export interface TransferDecoder {
  push(octets: Buffer): Buffer;
  end(): Buffer;
}

const EMPTY = Buffer.alloc(0);

/** `encoding` in any case; 7bit, 8bit, binary and unknown ones leave the octets alone. */
export function openTransferDecoder(encoding: string): TransferDecoder {
  switch (encoding.trim().toLowerCase()) {
    case 'base64':
      return new Base64Decoder();
    case 'quoted-printable':
      return new QuotedPrintableDecoder();
    default:
      return { push: (octets) => octets, end: () => EMPTY };
  }
}

export function decodeTransfer(encoding: string, octets: Buffer): Buffer {
  const decoder = openTransferDecoder(encoding);
  const head = decoder.push(octets);
  const tail = decoder.end();
  return tail.length === 0 ? head : Buffer.concat([head, tail]);
}
