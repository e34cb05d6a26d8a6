// RETR and TOP: a message streamed as it is read, never whole in memory.

import type { MessageContent } from '#mail/ports/message-content.ts';
import { DotStuffing } from '#protocols/pop3/dot-stuffing.ts';
import type { Replies } from './replies.ts';

/** Resolves to the octets sent. `bodyLines`: `undefined` for all of it. */
export async function sendMessage(
  content: MessageContent,
  bodyLines: number | undefined,
  replies: Replies,
): Promise<number> {
  const encoder = new DotStuffing(bodyLines);
  let sentBytes = 0;
  for await (const chunk of content.stream()) {
    const octets = encoder.encode(chunk);
    sentBytes += octets.length;
    await replies.write(octets);
    if (encoder.complete) break;
  }
  await replies.write(Buffer.from(encoder.end()));
  return sentBytes;
}
