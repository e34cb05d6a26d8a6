// The encoding of parameter values. RFC 3461 §4.

import { isUtf8 } from 'node:buffer';

// xtext  = *( xchar / hexchar )
// xchar  = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
// hexchar = "+" 2(%x30-39 / %x41-46)
const XTEXT = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/;

/**
 * The decoded value. `undefined` for what is no xtext, and for a value that holds anything but printable US-ASCII:
 * a decoded line break would end up in a queue file or a header line.
 */
export function parseXtext(text: string): string | undefined {
  const decoded = decodeXtext(text)?.toString('latin1');
  return decoded !== undefined && /^[\x20-\x7e]*$/.test(decoded) ? decoded : undefined;
}

/** The same, for octets that are UTF-8: `mar+C3+ADa` is `maría`. No white space and no control characters. */
export function parseXtextOfUtf8(text: string): string | undefined {
  const octets = decodeXtext(text);
  if (octets === undefined || !isUtf8(octets)) return undefined;
  const decoded = octets.toString('utf8');
  return /^[^\s\x00-\x1f\x7f-\x9f]+$/u.test(decoded) ? decoded : undefined;
}

function decodeXtext(text: string): Buffer | undefined {
  if (!XTEXT.test(text)) return undefined;
  const decoded = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(decoded, 'latin1');
}

export function formatXtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (c) => `+${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
