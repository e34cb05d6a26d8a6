// Strings on the wire: an atom where it may be, quoted where it can be, a literal otherwise. The results are text to be
// encoded as UTF-8; a literal's size counts those octets. RFC 3501 §4.3, §9 (astring, nstring, string).

const QUOTABLE = /^[\x01-\x09\x0b\x0c\x0e-\x7f]*$/;
const ASTRING_CHARS = /^[!#$&'+,\-./0-9:;<=>?@A-Z[\]^_`a-z|}~]+$/;
/** A longer text is sent as a literal: readers of quoted strings have small buffers. */
const QUOTED_CHARS = 1000;

export function formatAString(text: string): string {
  // NIL is no atom where a nil may stand.
  return ASTRING_CHARS.test(text) && text.toUpperCase() !== 'NIL' ? text : formatString(text);
}

export function formatNString(text: string | undefined): string {
  return text === undefined ? 'NIL' : formatString(text);
}

export function formatString(text: string): string {
  if (text.length <= QUOTED_CHARS && QUOTABLE.test(text)) return formatQuoted(text);
  const content = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return `{${Buffer.byteLength(content)}}\r\n${content}`;
}

/** For text without CR, LF and NUL. */
export function formatQuoted(text: string): string {
  return /["\\]/.test(text) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `"${text}"`;
}
