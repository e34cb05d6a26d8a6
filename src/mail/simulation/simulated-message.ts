// The message of a simulation: the one that was given, or one as any mail program writes it. What is large is large in number
// only: its octets are made while they are read.

import { readInPieces } from '#base/read-in-pieces.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { formatDateTime } from '#protocols/message/date-time.ts';
import type { SimulationQuestion } from './question.ts';

export function simulatedMessage(
  { message, sizeBytes, sender, recipients }: SimulationQuestion,
  nowMs: number,
): MessageContent {
  if (message !== undefined) return contentOf(Buffer.from(message, 'base64'));
  const header = [
    `From: <${headerSafe(sender === '' ? 'postmaster@localhost' : sender)}>`,
    `To: <${headerSafe(recipients[0] ?? '')}>`,
    'Subject: simulation',
    `Date: ${formatDateTime(nowMs)}`,
    `Message-ID: <simulation.${nowMs}@localhost>`,
  ];
  const octets = Buffer.from(`${header.join('\r\n')}\r\n\r\nNothing of this is sent.\r\n`);
  return contentOf(octets, Math.max(octets.length, sizeBytes ?? 0));
}

/** `sizeBytes` beyond its octets are lines of dots. */
export function contentOf(octets: Buffer, sizeBytes: number = octets.length): MessageContent {
  const read = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    const known = octets.subarray(offset, offset + lengthBytes);
    const from = Math.max(offset, octets.length);
    const missing = Math.min(offset + lengthBytes, sizeBytes) - from;
    return missing > 0 ? Buffer.concat([known, filling(from - octets.length, missing)]) : known;
  };
  return {
    sizeBytes,
    read,
    stream: () => readInPieces(sizeBytes, CHUNK_OCTETS, read),
    async [Symbol.asyncDispose]() {
      // Nothing is held but memory.
    },
  };
}

const CHUNK_OCTETS = 65_536;
const LINE = Buffer.from(`${'.'.repeat(76)}\r\n`);

function filling(offset: number, length: number): Buffer {
  const start = offset % LINE.length;
  return Buffer.alloc(start + length, LINE).subarray(start);
}

function headerSafe(text: string): string {
  return text.replace(/[\x00-\x1f\x7f]/g, '?');
}
