// The encoding of parameter values. RFC 3461 §4.

// xtext  = *( xchar / hexchar )
// xchar  = any ASCII CHAR between "!" (33) and "~" (126) inclusive, except for "+" and "="
// hexchar = "+" 2(%x30-39 / %x41-46)
const XTEXT = /^(?:[!-*,-<>-~]|\+[0-9A-F]{2})*$/;

/**
 * The decoded value. `undefined` for what is no xtext, and for a value that holds anything but printable US-ASCII:
 * a decoded line break would end up in a queue file or a header line.
 */
export function parseXtext(text: string): string | undefined {
  if (!XTEXT.test(text)) return undefined;
  const decoded = text.replace(/\+([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return /^[\x20-\x7e]*$/.test(decoded) ? decoded : undefined;
}

export function formatXtext(text: string): string {
  return text.replace(/[^!-*,-<>-~]/g, (c) => `+${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`);
}
