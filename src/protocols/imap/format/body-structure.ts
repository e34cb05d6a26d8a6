// BODY and BODYSTRUCTURE. Names are in lower case and text without a charset is us-ascii, as Dovecot writes them.
// RFC 3501 §7.4.2, §9 (body).

import type { BodyPart, LeafPart, MessagePart, MultiPart, OctetRange, Parameter } from '#protocols/message/envelope.ts';
import { formatEnvelopeText } from './envelope.ts';
import { formatNString, formatString } from './string.ts';

/** Octets as FETCH sends them. `extended` is BODYSTRUCTURE; otherwise BODY. */
export function formatBodyStructure(part: BodyPart, { extended }: { extended: boolean }): Buffer {
  return Buffer.from(formatBody(part, extended), 'utf8');
}

// body = "(" (body-type-1part / body-type-mpart) ")"
function formatBody(part: BodyPart, extended: boolean): string {
  const basic = part.kind === 'multipart' ? formatMultipart(part, extended) : formatSinglePart(part, extended);
  return `(${basic}${extended ? ` ${formatExtension(part)}` : ''})`;
}

// body-type-mpart = 1*body SP media-subtype [SP body-ext-mpart]
function formatMultipart(part: MultiPart, extended: boolean): string {
  const children = part.children.map((child) => formatBody(child, extended)).join('');
  return `${children === '' ? formatMissingPart(extended) : children} ${formatString(part.subtype)}`;
}

/** The grammar knows no multipart without parts. */
function formatMissingPart(extended: boolean): string {
  return `("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0${extended ? ' NIL NIL NIL NIL' : ''})`;
}

// body-type-1part = (body-type-basic / body-type-msg / body-type-text) [SP body-ext-1part]
// body-type-basic = media-basic SP body-fields
// body-type-msg   = media-message SP body-fields SP envelope SP body SP body-fld-lines
// body-type-text  = media-text SP body-fields SP body-fld-lines
function formatSinglePart(part: LeafPart | MessagePart, extended: boolean): string {
  const basic = `${formatString(part.type)} ${formatString(part.subtype)} ${formatFields(part)}`;
  if (part.kind === 'message') {
    return `${basic} ${formatEnvelopeText(part.envelope)} ${formatBody(part.content, extended)} ${part.lines}`;
  }
  return part.type === 'text' ? `${basic} ${part.lines}` : basic;
}

// body-fields = body-fld-param SP body-fld-id SP body-fld-desc SP body-fld-enc SP body-fld-octets
function formatFields(part: LeafPart | MessagePart): string {
  const parameters = part.type === 'text' ? withCharset(part.parameters) : part.parameters;
  const encoding = formatString(part.encoding.toLowerCase());
  const words = `${formatParameters(parameters)} ${formatNString(part.id)} ${formatNString(part.description)} ${encoding}`;
  return `${words} ${sizeOf(part.body)}`;
}

// body-ext-1part  = body-fld-md5 [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
// body-ext-mpart  = body-fld-param [SP body-fld-dsp [SP body-fld-lang [SP body-fld-loc *(SP body-extension)]]]
function formatExtension(part: BodyPart): string {
  const first = part.kind === 'multipart' ? formatParameters(part.parameters) : formatNString(part.md5);
  return `${first} ${formatDisposition(part)} ${formatLanguages(part.language)} ${formatNString(part.location)}`;
}

// body-fld-dsp = "(" string SP body-fld-param ")" / nil
function formatDisposition({ disposition }: BodyPart): string {
  if (disposition === undefined) return 'NIL';
  return `(${formatString(disposition.type)} ${formatParameters(disposition.parameters)})`;
}

// body-fld-lang = nstring / "(" string *(SP string) ")"
function formatLanguages(languages: readonly string[]): string {
  const [only] = languages;
  if (languages.length <= 1) return formatNString(only);
  return `(${languages.map(formatString).join(' ')})`;
}

// body-fld-param = "(" string SP string *(SP string SP string) ")" / nil
function formatParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return 'NIL';
  return `(${parameters.map(([name, value]) => `${formatString(name)} ${formatString(value)}`).join(' ')})`;
}

function withCharset(parameters: readonly Parameter[]): readonly Parameter[] {
  const named = parameters.some(([name]) => name.toLowerCase() === 'charset');
  return named ? parameters : [...parameters, ['charset', 'us-ascii']];
}

function sizeOf({ start, end }: OctetRange): number {
  return end - start;
}
