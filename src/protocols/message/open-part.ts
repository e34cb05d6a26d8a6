// A part whose header has been read and whose body is still coming, and what it becomes when its end is known.

import { type ContentType, DEFAULT_CONTENT_TYPE } from './content-type.ts';
import type { BodyPart, Envelope, LeafPart, OctetRange } from './envelope.ts';
import type { PartFields } from './part-fields.ts';

interface OpenCommon {
  readonly fields: PartFields;
  readonly contentType: ContentType;
  readonly header: OctetRange;
  /** Line feeds before the body. */
  readonly linesBefore: number;
  /** The parts in it that have ended: any number in a multipart, one in a message. */
  readonly children: BodyPart[];
}

export type OpenPart = OpenCommon &
  (
    | { readonly kind: 'leaf' }
    | { readonly kind: 'multipart' }
    /** The envelope belongs to the message in it. */
    | { readonly kind: 'message'; envelope: Envelope | undefined }
  );

export interface PartEnd {
  /** Behind the last octet of the body. */
  readonly end: number;
  /** Line feeds before `end`. */
  readonly lines: number;
  /** The same before the line that ended the part. */
  readonly linesBeforeBoundary: number;
}

export function finishPart(part: OpenPart, { end, lines, linesBeforeBoundary }: PartEnd): BodyPart {
  const start = part.header.end;
  const lastChild = part.children.at(-1);
  // The line end before a boundary is the boundary's, but a header keeps its own.
  const bodyEnd = Math.max(start, end, lastChild?.body.end ?? 0);
  const body = { start, end: bodyEnd };
  const lineCount = Math.max(0, (bodyEnd > end ? linesBeforeBoundary : lines) - part.linesBefore);
  const { encoding, id, description, md5, disposition, language, location } = part.fields;
  const fields = { encoding, id, description, md5, disposition, language, location, header: part.header, body };
  const leaf = (contentType: ContentType): LeafPart => ({ kind: 'leaf', ...contentType, ...fields, lines: lineCount });

  if (part.kind === 'leaf') return leaf(part.contentType);
  // A multipart without parts: somebody's text, which would not be seen as anything else (RFC 2045 §5.2).
  if (lastChild === undefined) return leaf(DEFAULT_CONTENT_TYPE);
  if (part.kind === 'multipart') return { kind: 'multipart', ...part.contentType, ...fields, children: part.children };
  if (part.envelope === undefined) return leaf(DEFAULT_CONTENT_TYPE);
  return {
    kind: 'message',
    ...part.contentType,
    ...fields,
    lines: lineCount,
    envelope: part.envelope,
    content: lastChild,
  };
}
