// From the fields of one header: what kind of part it is, and, for a message, its envelope. Where a field that may stand
// once stands twice the first counts; address fields are joined, so that no recipient or author hides behind a second one.
// RFC 2045 §3, RFC 5322 §3.6.

import { parseAddressList } from './address-list.ts';
import {
  type ContentType,
  DEFAULT_CONTENT_TYPE,
  type Disposition,
  findContentType,
  findDisposition,
  findEncoding,
  parseLanguages,
} from './content-type.ts';
import type { Envelope, EnvelopeAddress } from './envelope.ts';
import { fieldText, type HeaderBlock } from './header-fields.ts';
import { MAX_ADDRESSES } from './limits.ts';

export interface PartFields {
  /** `undefined` where the header names none. RFC 2045 §5.2: a broken one makes the part plain text, in a digest too. */
  readonly contentType: ContentType | undefined;
  readonly encoding: string;
  readonly id: string | undefined;
  readonly description: string | undefined;
  readonly md5: string | undefined;
  readonly disposition: Disposition | undefined;
  readonly language: readonly string[];
  readonly location: string | undefined;
}

const PART_FIELDS: ReadonlySet<string> = new Set([
  'content-type',
  'content-transfer-encoding',
  'content-id',
  'content-description',
  'content-md5',
  'content-disposition',
  'content-language',
  'content-location',
]);

export function readPartFields(block: HeaderBlock): PartFields {
  const texts = new Map<string, string>();
  for (const field of block.fields) {
    const name = field.name.toLowerCase();
    if (PART_FIELDS.has(name) && !texts.has(name)) texts.set(name, fieldText(block, field));
  }
  const read = <T>(name: string, parse: (text: string) => T): T | undefined => {
    const text = texts.get(name);
    return text === undefined ? undefined : parse(text);
  };
  return {
    contentType: read('content-type', (text) => findContentType(text) ?? DEFAULT_CONTENT_TYPE),
    encoding: read('content-transfer-encoding', findEncoding) ?? '7BIT',
    id: texts.get('content-id'),
    description: texts.get('content-description'),
    md5: texts.get('content-md5'),
    disposition: read('content-disposition', findDisposition),
    language: read('content-language', parseLanguages) ?? [],
    location: texts.get('content-location'),
  };
}

const TEXT_FIELDS = {
  date: 'date',
  subject: 'subject',
  'in-reply-to': 'inReplyTo',
  'message-id': 'messageId',
} as const;
const ADDRESS_FIELDS = {
  from: 'from',
  sender: 'sender',
  'reply-to': 'replyTo',
  to: 'to',
  cc: 'cc',
  bcc: 'bcc',
} as const;

/** As the header has it: that an absent Sender or Reply-To means From is for IMAP to say (RFC 3501 §7.4.2). */
export function readEnvelope(block: HeaderBlock): { envelope: Envelope; truncated: boolean } {
  const texts: { -readonly [K in keyof Envelope]?: string } = {};
  const addresses: Record<(typeof ADDRESS_FIELDS)[keyof typeof ADDRESS_FIELDS], EnvelopeAddress[]> = {
    from: [],
    sender: [],
    replyTo: [],
    to: [],
    cc: [],
    bcc: [],
  };
  let truncated = false;
  for (const field of block.fields) {
    const name = field.name.toLowerCase();
    if (isKeyOf(TEXT_FIELDS, name)) texts[TEXT_FIELDS[name]] ??= fieldText(block, field);
    if (!isKeyOf(ADDRESS_FIELDS, name)) continue;
    const known = addresses[ADDRESS_FIELDS[name]];
    const list = parseAddressList(fieldText(block, field), MAX_ADDRESSES - known.length);
    for (const entry of list.entries) known.push(entry);
    truncated ||= list.truncated;
  }
  const { date, subject, inReplyTo, messageId } = texts;
  return { envelope: { date, subject, inReplyTo, messageId, ...addresses }, truncated };
}

function isKeyOf<T extends object>(table: T, name: string): name is string & keyof T {
  return Object.hasOwn(table, name);
}
