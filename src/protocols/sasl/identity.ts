// The texts inside a mechanism's messages: who, and with which password. UTF-8 without NUL, of bounded length; names
// hold no control characters, so that they may stand in a log line. RFC 4616 §2, RFC 4013 §2.3.

const MAX_IDENTITY_OCTETS = 255;
const MAX_PASSWORD_OCTETS = 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** `undefined` where the octets are not UTF-8. */
export function decodeUtf8(octets: Buffer): string | undefined {
  try {
    return utf8.decode(octets);
  } catch {
    return undefined;
  }
}

export function isIdentity(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= MAX_IDENTITY_OCTETS && text.isWellFormed() && !CONTROL.test(text);
}

export function isPassword(text: string): boolean {
  return text !== '' && Buffer.byteLength(text) <= MAX_PASSWORD_OCTETS && text.isWellFormed() && !text.includes('\0');
}

export function parseIdentity(octets: Buffer): string | undefined {
  if (octets.length > MAX_IDENTITY_OCTETS) return undefined;
  const text = decodeUtf8(octets);
  return text !== undefined && isIdentity(text) ? text : undefined;
}

export function parsePassword(octets: Buffer): string | undefined {
  if (octets.length > MAX_PASSWORD_OCTETS) return undefined;
  const text = decodeUtf8(octets);
  return text !== undefined && isPassword(text) ? text : undefined;
}
