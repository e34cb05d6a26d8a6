// A message as far as rules look at it: a header of the recorded size with the recorded fields, and a body of which only the
// length is known.

import type { MessageContent } from '#mail/ports/message-content.ts';
import { contentOf } from '../simulated-message.ts';
import { NotRecorded } from './not-recorded.ts';
import type { RecordedContent } from './recorded-message.ts';

const PADDING = 'X-Not-Recorded: ';
const LONGEST_LINE = 900;

export function recordedContent({ sizeBytes, hops, header, headerTooLarge }: RecordedContent): MessageContent {
  if (header === undefined) return withoutHeader(sizeBytes, headerTooLarge);
  const fields = [
    ...Array.from({ length: hops }, () => 'Received: by a server on the way'),
    ...header.from.map((text) => `From: ${text}`),
    ...header.sender.map((text) => `Sender: ${text}`),
  ];
  const known = fields.map((field) => `${field}\r\n`).join('');
  const padding = paddingOf(header.sizeBytes - Buffer.byteLength(known));
  return contentOf(Buffer.from(`${known}${padding}\r\n`).subarray(0, sizeBytes), sizeBytes);
}

/** Of so many octets, or a little more where so few make no field. */
function paddingOf(octets: number): string {
  const lines: string[] = [];
  for (let left = octets; left > 0; left -= LONGEST_LINE) {
    const filling = Math.max(1, Math.min(left, LONGEST_LINE) - PADDING.length - '\r\n'.length);
    lines.push(`${PADDING}${'x'.repeat(filling)}\r\n`);
  }
  return lines.join('');
}

/** Whoever reads it asks for what nobody wrote down. */
function withoutHeader(sizeBytes: number, isTooLarge: boolean): MessageContent {
  const read = async (): Promise<never> => {
    throw new NotRecorded(isTooLarge ? 'the size of the header' : 'the header');
  };
  return {
    sizeBytes,
    read,
    stream: () => ({ [Symbol.asyncIterator]: () => ({ next: read }) }),
    async [Symbol.asyncDispose]() {
      // Nothing is held.
    },
  };
}
