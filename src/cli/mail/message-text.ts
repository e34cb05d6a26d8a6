// A message as a person reads it: chosen fields with their encoded words read, and the text of its parts in the charset of this
// terminal. Whole (`Type`), it is shown as it stands.

import { openCharsetDecoder } from '#protocols/message/charset.ts';
import { decodeEncodedWords } from '#protocols/message/encoded-word.ts';
import type { BodyPart } from '#protocols/message/envelope.ts';
import { unfold } from '#protocols/message/header-fields.ts';
import { MESSAGE_LIMITS } from '#protocols/message/limits.ts';
import { MessageParser } from '#protocols/message/message-parser.ts';
import { findParameter } from '#protocols/message/parameters.ts';
import { openPartText, textParts } from '#protocols/message/text-content.ts';
import type { FieldFilter } from './field-filter.ts';
import type { ListedMessage } from './listed-message.ts';
import { formatHeader, splitFields } from './message-header.ts';
import type { OctetRange, ScratchFile } from './scratch-file.ts';
import type { Session } from './session.ts';

export interface TextForm {
  readonly filter: FieldFilter | undefined;
  /** Neither parts nor charsets are looked at. */
  readonly isRaw: boolean;
}

/** In pieces of any size, with LF line ends. The open box must hold the message. */
export function* messageText(session: Session, message: ListedMessage, { filter, isRaw }: TextForm): Generator<string> {
  const scratch = session.box?.folder.scratch;
  if (scratch === undefined) return;
  const header = message.headerRange;
  yield `${message.fromLine}\n`;
  const octets = formatHeader(message.header.octets, { filter, status: message.status });
  for (const field of splitFields(octets)) yield fieldText(field, isRaw);
  const body = { start: header.end, end: message.range.end };
  const parts = isRaw ? undefined : structureOf(scratch, { start: header.start, end: body.end });
  if (parts === undefined || isPlainText(parts)) yield* plainText(scratch, body);
  else yield* partsText(session, scratch, header.start, parts);
}

function fieldText(field: Buffer, isRaw: boolean): string {
  const text = decodeText(field);
  if (isRaw || !text.includes('=?')) return text;
  return `${decodeEncodedWords(unfold(text))}\n`;
}

function decodeText(octets: Buffer): string {
  const decoder = openCharsetDecoder('');
  return decoder.push(octets) + decoder.end();
}

function structureOf(scratch: ScratchFile, range: OctetRange): BodyPart {
  const parser = new MessageParser(MESSAGE_LIMITS);
  for (const piece of scratch.pieces(range)) parser.push(piece);
  return parser.end().structure;
}

/** Such a body is shown as it stands, the parting empty line included. */
function isPlainText(part: BodyPart): boolean {
  if (part.kind !== 'leaf' || part.type !== 'text') return false;
  const charset = (findParameter(part.parameters, 'charset') ?? '').toLowerCase();
  return /^(?:7bit|8bit|binary)$/i.test(part.encoding) && ['', 'us-ascii', 'utf-8', 'utf8'].includes(charset);
}

function* plainText(scratch: ScratchFile, range: OctetRange): Generator<string> {
  const decoder = openCharsetDecoder('');
  for (const piece of scratch.pieces(range)) yield withoutCarriageReturns(decoder.push(piece));
  yield decoder.end();
}

/** Of alternatives the plain one; what is no text is named. */
function* partsText(session: Session, scratch: ScratchFile, start: number, structure: BodyPart): Generator<string> {
  for (const part of shownParts(structure)) {
    if (part.type !== 'text') {
      yield `${describePart(session, part)}\n\n`;
      continue;
    }
    const decoder = openPartText(part);
    const { start: from, end: to } = part.body;
    let last = '';
    for (const piece of scratch.pieces({ start: start + from, end: start + to })) {
      const text = withoutCarriageReturns(decoder.push(piece));
      last = text || last;
      yield text;
    }
    const rest = withoutCarriageReturns(decoder.end());
    yield rest;
    yield (rest || last).endsWith('\n') ? '\n' : '\n\n';
  }
}

function shownParts(structure: BodyPart): BodyPart[] {
  const shown: BodyPart[] = [];
  const waiting: BodyPart[] = [structure];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part.kind === 'message') waiting.push(part.content);
    else if (part.kind === 'leaf') shown.push(part);
    else waiting.push(...chosenChildren(part.subtype, part.children).toReversed());
  }
  return shown;
}

function chosenChildren(subtype: string, children: readonly BodyPart[]): readonly BodyPart[] {
  if (subtype !== 'alternative') return children;
  const plain = children.find((child) => textParts(child).some((part) => part.subtype === 'plain'));
  return plain === undefined ? children.slice(-1) : [plain];
}

function describePart({ say }: Session, part: BodyPart): string {
  const named = findParameter(part.disposition?.parameters ?? [], 'filename') ?? findParameter(part.parameters, 'name');
  const type = `${part.type}/${part.subtype}`;
  const bytes = part.body.end - part.body.start;
  const name = named === undefined ? type : `${decodeEncodedWords(named)}, ${type}`;
  return say('mail.attachment', { name, bytes });
}

function withoutCarriageReturns(text: string): string {
  return text.replaceAll('\r', '');
}
