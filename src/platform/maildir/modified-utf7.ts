// Mailbox names on disk, as Dovecot writes them: IMAP's modified UTF-7. RFC 3501 §5.1.3.

/** Printable ASCII stands for itself, `&` is `&-`, anything else is modified BASE64 of UTF-16BE between `&` and `-`. */
export function encodeModifiedUtf7(text: string): string {
  return text.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === '&') return '&-';
    const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
    return `&${base64.replace(/=+$/, '').replaceAll('/', ',')}-`;
  });
}

/** `undefined` for what no encoder writes: such a folder is not ours to name. */
export function decodeModifiedUtf7(encoded: string): string | undefined {
  if (/[^\x20-\x7e]/.test(encoded)) return undefined;
  const text = encoded.replace(/&([^-]*)-/g, (_, base64: string) => (base64 === '' ? '&' : decodeRun(base64)));
  return text.isWellFormed() && encodeModifiedUtf7(text) === encoded ? text : undefined;
}

function decodeRun(base64: string): string {
  const octets = Buffer.from(base64.replaceAll(',', '/'), 'base64');
  return octets
    .subarray(0, octets.length & ~1)
    .swap16()
    .toString('utf16le');
}
