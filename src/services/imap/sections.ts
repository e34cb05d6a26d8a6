// A section of a message (`BODY[1.2]<0.1000>`) → its octets, or where they stand when they are many. RFC 3501 §6.4.5.

import { readHeader } from '#mail/mailboxes/message-header.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Partial, SectionItem } from '#protocols/imap/fetch-item.ts';
import {
  type BodySection,
  findSection,
  type SectionOctets,
  selectHeaderFields,
} from '#protocols/message/body-section.ts';
import type { BodyPart, OctetRange } from '#protocols/message/envelope.ts';
import { MESSAGE_LIMITS } from '#protocols/message/limits.ts';
import { describeStream } from '#protocols/message/structure.ts';
import { PIECE_BYTES } from './limits.ts';

export type Section =
  /** `undefined`: the message has no such part. */
  | { readonly kind: 'octets'; readonly octets: Buffer | undefined }
  | { readonly kind: 'range'; readonly range: OctetRange };

/** A message while it is fetched: opened once, its structure found once, and only when it is asked for. */
export interface FetchedMessage {
  readonly content: MessageContent;
  structure(): Promise<BodyPart>;
}

/** Clients fetch a large message part by part, and piece by piece: the structure of the last one is kept. */
export class StructureMemory {
  #key: string | undefined;
  #structure: BodyPart | undefined;

  /** `key` names the message for as long as the session lives. */
  async find(key: string, content: MessageContent): Promise<BodyPart> {
    if (this.#key === key && this.#structure !== undefined) return this.#structure;
    const { structure } = await describeStream(content.stream());
    this.#key = key;
    this.#structure = structure;
    return structure;
  }
}

export async function findOctets({ section, partial }: SectionItem, message: FetchedMessage): Promise<Section> {
  const { content } = message;
  const found = await locate(section, message);
  if (found === undefined) return { kind: 'octets', octets: undefined };
  if (found.kind === 'fields') {
    const header = await readRange(content, found.header, MESSAGE_LIMITS.maxHeaderBytes);
    return { kind: 'octets', octets: cutOctets(selectHeaderFields(header, found.names, found.not), partial) };
  }
  const range = cut(found.range, partial);
  if (range.end - range.start > PIECE_BYTES) return { kind: 'range', range };
  return { kind: 'octets', octets: await readRange(content, range, PIECE_BYTES) };
}

/** Is it, or a part of it, the header of the message itself? */
export function isOfHeader({ section }: SectionItem): boolean {
  const { part, content } = section;
  return part.length === 0 && (content.kind === 'header' || content.kind === 'header-fields');
}

/** Where `isOfHeader`. */
export function findInHeader({ section, partial }: SectionItem, header: Buffer): Buffer {
  const { content } = section;
  if (content.kind !== 'header-fields') return cutOctets(header, partial);
  return cutOctets(selectHeaderFields(header, content.names, content.not), partial);
}

/** What concerns the whole message, or its header, needs no look at its parts. */
async function locate(section: BodySection, message: FetchedMessage): Promise<SectionOctets | undefined> {
  const { part, content: wanted } = section;
  const { sizeBytes } = message.content;
  if (part.length > 0) return findSection(await message.structure(), section);
  if (wanted.kind === 'whole') return { kind: 'range', range: { start: 0, end: sizeBytes } };
  const { block, whole } = await readHeader(message.content);
  if (!whole) return findSection(await message.structure(), section);
  const header = { start: 0, end: block.bodyStart };
  if (wanted.kind === 'text') return { kind: 'range', range: { start: header.end, end: sizeBytes } };
  if (wanted.kind === 'header-fields') return { kind: 'fields', header, names: wanted.names, not: wanted.not };
  return { kind: 'range', range: header };
}

/** A start behind the end is no error: the answer is empty. */
function cut({ start, end }: OctetRange, partial: Partial | undefined): OctetRange {
  if (partial === undefined) return { start, end };
  const from = Math.min(start + partial.start, end);
  return { start: from, end: Math.min(from + partial.lengthBytes, end) };
}

function cutOctets(octets: Buffer, partial: Partial | undefined): Buffer {
  const { start, end } = cut({ start: 0, end: octets.length }, partial);
  return octets.subarray(start, end);
}

async function readRange(content: MessageContent, { start, end }: OctetRange, limitBytes: number): Promise<Buffer> {
  return content.read(start, Math.min(end - start, limitBytes));
}
