// SASL's octets on an SMTP line. RFC 4954 §4, RFC 4648 §4.

// base64          = base64-terminal / ( 1*(4base64-char) [base64-terminal] )
// base64-terminal = (2base64-char "==") / (3base64-char "=")
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Nothing is passed over, as `Buffer.from` would: it is all base64, or `undefined`. */
export function parseBase64(text: string): Buffer | undefined {
  return BASE64.test(text) ? Buffer.from(text, 'base64') : undefined;
}
