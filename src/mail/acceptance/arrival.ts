// What a message says of itself, for the journey and the log: text of strangers, one line each and bounded.

import type { HeaderRecord, JourneyEvent } from '#mail/journey/event.ts';
import { decodeEncodedWords } from '#protocols/message/encoded-word.ts';
import type { Amendments } from './amendments.ts';
import { printable } from './log-lines.ts';
import { type MessageHeader, textsOf } from './message-header.ts';

/** `header` and `amendments` are missing when the header is too large to be read. */
export function describeArrival(
  sizeBytes: number,
  header: MessageHeader | undefined,
  amendments: Amendments | undefined,
): Extract<JourneyEvent, { kind: 'received' }> {
  const find = (name: string) => {
    const [text] = header ? textsOf(header, name) : [];
    return text === undefined ? undefined : printable(text);
  };
  const read = (name: string) => {
    const text = find(name);
    return text === undefined ? undefined : printable(decodeEncodedWords(text));
  };
  const given = amendments?.add.find(({ name }) => name === 'Message-ID')?.value;
  return {
    kind: 'received',
    messageId: find('message-id') ?? given,
    subject: read('subject'),
    from: read('from'),
    sizeBytes,
    ...(header && { header: recordHeader(header) }),
  };
}

/** More than one is a mistake already. */
const MOST_AUTHOR_FIELDS = 3;

function recordHeader(header: MessageHeader): HeaderRecord {
  const fields = (name: string) => textsOf(header, name).slice(0, MOST_AUTHOR_FIELDS).map(printable);
  return { sizeBytes: header.end, from: fields('from'), sender: fields('sender') };
}
