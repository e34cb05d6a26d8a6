// A message in memory → what IMAP, JMAP and the webmail need to know of it. Large ones go through `MessageParser` piece
// by piece; the result is the same.

import type { MessageDescription } from './envelope.ts';
import { MESSAGE_LIMITS, type MessageLimits } from './limits.ts';
import { MessageParser } from './message-parser.ts';

/** Any octets have a description: nothing is refused, and nothing thrown. */
export function describeMessage(octets: Buffer, limits: MessageLimits = MESSAGE_LIMITS): MessageDescription {
  const parser = new MessageParser(limits);
  parser.push(octets);
  return parser.end();
}

/** For a message that is read in pieces, such as a file. */
export async function describeStream(
  pieces: AsyncIterable<Buffer>,
  limits: MessageLimits = MESSAGE_LIMITS,
): Promise<MessageDescription> {
  const parser = new MessageParser(limits);
  for await (const piece of pieces) parser.push(piece);
  return parser.end();
}
