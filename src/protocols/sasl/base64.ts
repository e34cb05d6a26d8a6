// Base64 as SASL's carriers write it: the standard alphabet, padded, nothing else. Node's own decoder passes over
// what it does not know; here that is a mistake of the client's. RFC 4648 §4, RFC 4954 §4, RFC 5034 §4.
//
//   base64          = base64-terminal / ( 1*(4base64-char) [base64-terminal] )
//   base64-terminal = 4base64-char / (2base64-char "==") / (3base64-char "=")

/** The longest line of a SASL exchange, without its CRLF. RFC 4954 §4.3 asks for 12,288. */
export const MAX_BASE64_OCTETS = 12_288;

const ALPHABET = /^[A-Za-z0-9+/]*={0,2}$/;

/** `undefined` for anything but canonical base64; the empty text is no octets. */
export function parseBase64(text: string): Buffer | undefined {
  if (text.length > MAX_BASE64_OCTETS || text.length % 4 !== 0 || !ALPHABET.test(text)) return undefined;
  const octets = Buffer.from(text, 'base64');
  return octets.toString('base64') === text ? octets : undefined;
}

/** An initial response on the command line, where `=` stands for one of no octets. RFC 4954 §4, RFC 5034 §4, RFC 4959 §3. */
export function parseInitialResponse(text: string): Buffer | undefined {
  if (text === '=') return Buffer.alloc(0);
  return text === '' ? undefined : parseBase64(text);
}
