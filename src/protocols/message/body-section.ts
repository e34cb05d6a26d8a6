// A section of a message (`1.2.HEADER`, `TEXT`, `3.MIME`) → the octets it names. RFC 3501 §6.4.5.

import { unreachable } from '#base/unreachable.ts';
import type { BodyPart, OctetRange } from './envelope.ts';
import { parseHeaderFields } from './header-fields.ts';

export interface BodySection {
  /** `1.2` → [1, 2]; empty for the message itself. */
  readonly part: readonly number[];
  readonly content: SectionContent;
}

export type SectionContent =
  /** BODY[] is all of the message, BODY[1] the body of part 1. */
  | { readonly kind: 'whole' }
  | { readonly kind: 'header' }
  /** `names` in any case. */
  | { readonly kind: 'header-fields'; readonly names: readonly string[]; readonly not: boolean }
  | { readonly kind: 'text' }
  /** The part's own MIME header; only with a part number. */
  | { readonly kind: 'mime' };

export type SectionOctets =
  | { readonly kind: 'range'; readonly range: OctetRange }
  /** Read the header and give it to `selectHeaderFields`. */
  | { readonly kind: 'fields'; readonly header: OctetRange; readonly names: readonly string[]; readonly not: boolean };

/** `undefined` where the message has no such part, or the part no header of a message: IMAP answers NIL. */
export function findSection(structure: BodyPart, { part, content }: BodySection): SectionOctets | undefined {
  if (part.length === 0) return sectionOfMessage(structure, content);
  const found = findPart(structure, part);
  if (found === undefined) return undefined;
  if (content.kind === 'whole') return { kind: 'range', range: found.body };
  if (content.kind === 'mime') return { kind: 'range', range: found.header };
  // HEADER, HEADER.FIELDS and TEXT speak of the message that the part contains.
  return found.kind === 'message' ? sectionOfMessage(found.content, content) : undefined;
}

function sectionOfMessage(message: BodyPart, content: SectionContent): SectionOctets | undefined {
  switch (content.kind) {
    case 'whole':
      return { kind: 'range', range: { start: message.header.start, end: message.body.end } };
    case 'header':
    case 'mime':
      return { kind: 'range', range: message.header };
    case 'text':
      return { kind: 'range', range: message.body };
    case 'header-fields':
      return { kind: 'fields', header: message.header, names: content.names, not: content.not };
    default:
      return unreachable(content);
  }
}

/** Every message has a part 1: its body, where it is no multipart. A contained message counts its parts anew. */
function findPart(message: BodyPart, path: readonly number[]): BodyPart | undefined {
  let within: BodyPart | undefined = message;
  let found: BodyPart | undefined;
  for (const number of path) {
    if (within === undefined) return undefined;
    found = within.kind === 'multipart' ? within.children[number - 1] : number === 1 ? within : undefined;
    if (found === undefined) return undefined;
    within = contentsOf(found);
  }
  return found;
}

/** Where the next number counts; a leaf has no further parts. */
function contentsOf(part: BodyPart): BodyPart | undefined {
  if (part.kind === 'message') return part.content;
  return part.kind === 'multipart' ? part : undefined;
}

/** The chosen fields of a header in their order, as they stand, and the empty line. */
export function selectHeaderFields(header: Buffer, names: readonly string[], not: boolean): Buffer {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const everything = { maxHeaderBytes: header.length, maxHeaderFields: header.length };
  const chosen = parseHeaderFields(header, everything)
    // A line without a name is none of those that were asked for, nor one that was asked to be left out.
    .fields.filter((field) => wanted.has(field.name.toLowerCase()) !== not)
    .map((field) => header.subarray(field.range.start, field.range.end));
  return Buffer.concat([...chosen, Buffer.from('\r\n')]);
}
