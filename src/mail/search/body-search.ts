// Which texts occur in a message's body: its text parts, decoded, and the headers of messages within it. The body
// streams by, so that memory does not depend on its size.

import type { MessageContent } from '#mail/ports/message-content.ts';
import type { BodyPart, OctetRange } from '#protocols/message/envelope.ts';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { MESSAGE_LIMITS } from '#protocols/message/limits.ts';
import { describeStream } from '#protocols/message/structure.ts';
import { openPartText, textParts } from '#protocols/message/text-content.ts';
import { foldCase } from './fold-case.ts';
import { foldHeader } from './searched-header.ts';
import { TextFinder } from './text-finder.ts';

const PIECE_BYTES = 64 * 1024;

/** Gives others a turn when the time has come. */
export type Pause = () => Promise<void> | undefined;

/** `texts` folded. */
export async function findInBody(
  content: MessageContent,
  texts: readonly string[],
  pause: Pause,
): Promise<ReadonlySet<string>> {
  const finder = new TextFinder(texts);
  const { structure } = await describeStream(content.stream());
  for (const part of textParts(structure)) {
    if (!finder.done) await searchPart(content, part, finder, pause);
  }
  for (const header of nestedHeaders(structure)) {
    if (!finder.done) await searchHeader(content, header, finder);
  }
  return finder.found;
}

async function searchPart(content: MessageContent, part: BodyPart, finder: TextFinder, pause: Pause): Promise<void> {
  const decoder = openPartText(part);
  const { start, end } = part.body;
  finder.begin();
  for (let at = start; at < end && !finder.done; at += PIECE_BYTES) {
    finder.push(foldCase(decoder.push(await content.read(at, Math.min(PIECE_BYTES, end - at)))));
    await pause();
  }
  finder.push(foldCase(decoder.end()));
}

async function searchHeader(content: MessageContent, header: OctetRange, finder: TextFinder): Promise<void> {
  const lengthBytes = Math.min(header.end - header.start, MESSAGE_LIMITS.maxHeaderBytes);
  finder.begin();
  finder.push(foldHeader(parseHeaderFields(await content.read(header.start, lengthBytes))));
}

function nestedHeaders(structure: BodyPart): OctetRange[] {
  const headers: OctetRange[] = [];
  const waiting: BodyPart[] = [structure];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part.kind === 'multipart') waiting.push(...part.children.toReversed());
    if (part.kind !== 'message') continue;
    headers.push(part.content.header);
    waiting.push(part.content);
  }
  return headers;
}
