// The header of a message that is being decided upon. Only the header is read, up to a limit; the body stays where it
// is. A line that is no field ends the header, as with Postfix: what people type by hand often lacks the empty line.

import type { MessageContent } from '#mail/ports/message-content.ts';
import { fieldText, type HeaderBlock, type HeaderField, parseHeaderFields } from '#protocols/message/header-fields.ts';
import { MESSAGE_LIMITS } from '#protocols/message/limits.ts';

export interface MessageHeader {
  readonly octets: Buffer;
  /** All of them have names. */
  readonly fields: readonly HeaderField[];
  /** The `From usuario1@valija.test Sat Nov 21 …` that some programs leave on top of a message out of an mbox. */
  readonly mboxLine: HeaderField | undefined;
  /** Where the fields end: at the empty line, at a line that is no field, or at the end of the message. */
  readonly end: number;
  /** False when a body follows without the empty line that must stand before it. */
  readonly separated: boolean;
  readonly textOf: (field: HeaderField) => string;
}

const FIRST_READ_OCTETS = 4096;

/** `undefined` when the header is larger than the limit, or has more fields than anyone would write. */
export async function readMessageHeader(
  content: MessageContent,
  limitOctets: number,
): Promise<MessageHeader | undefined> {
  const limits = { maxHeaderBytes: limitOctets, maxHeaderFields: MESSAGE_LIMITS.maxHeaderFields };
  for (let wanted = FIRST_READ_OCTETS; ; wanted *= 4) {
    const octets = await content.read(0, Math.min(wanted, limitOctets));
    const whole = octets.length >= content.sizeBytes;
    const block = parseHeaderFields(octets, limits);
    if (block.truncated) return undefined;
    const header = findHeader(block, whole);
    if (header !== undefined || whole || octets.length >= limitOctets) return header;
  }
}

/** The texts of all fields of that name (lower-case), from top to bottom. */
export function textsOf(header: MessageHeader, name: string): string[] {
  return header.fields.filter((field) => field.name.toLowerCase() === name).map(header.textOf);
}

/** Behind the empty line, where there is one. */
export async function findBodyStart(content: MessageContent, { end }: MessageHeader): Promise<number> {
  const next = await content.read(end, 2);
  return end + (next.toString('latin1') === '\r\n' ? 2 : 0);
}

/** `undefined` when its end is not among the octets; `whole` says that nothing follows them. */
function findHeader(block: HeaderBlock, whole: boolean): MessageHeader | undefined {
  const { octets, bodyStart } = block;
  const [first] = block.fields;
  const mboxLine = first && isMboxLine(octets, first) ? first : undefined;
  const candidates = mboxLine ? block.fields.slice(1) : block.fields;
  const stray = candidates.findIndex((field) => field.name === '');
  const fields = stray < 0 ? candidates : candidates.slice(0, stray);
  const end = (fields.at(-1) ?? mboxLine)?.range.end ?? 0;
  const seenBehind = stray < 0 ? bodyStart : (candidates[stray]?.range.end ?? 0);
  // What touches the last octet may go on behind it.
  if (!whole && (seenBehind === octets.length || seenBehind === end)) return undefined;
  return { octets, fields, mboxLine, end, separated: stray < 0, textOf: (field) => fieldText(block, field) };
}

function isMboxLine(octets: Buffer, { name, range }: HeaderField): boolean {
  const start = octets.toString('latin1', range.start, Math.min(range.end, range.start + '>From '.length));
  return name === '' && (start.startsWith('From ') || start.startsWith('>From '));
}
