// Mailbox names as IMAP4rev1 writes them: printable ASCII for itself, `&-` for `&`, everything else as UTF-16 in a
// base64 with `,` for `/`, between `&` and `-`. RFC 3501 §5.1.3.

const ENCODED = /[^\x20-\x7e]+|&/g;
const SHIFTED = /&([A-Za-z0-9+,]*)-/g;

export function encodeModifiedUtf7(name: string): string {
  return name.replace(ENCODED, (run) => {
    if (run === '&') return '&-';
    const base64 = Buffer.from(run, 'utf16le').swap16().toString('base64');
    return `&${base64.replaceAll('=', '').replaceAll('/', ',')}-`;
  });
}

/** `undefined` where the text is not in the one form that the name has: two texts never mean the same mailbox. */
export function decodeModifiedUtf7(text: string): string | undefined {
  if (!text.includes('&')) return isPrintableAscii(text) ? text : undefined;
  const name = text.replace(SHIFTED, (_, base64: string) => (base64 === '' ? '&' : decodeShifted(base64)));
  return name.isWellFormed() && encodeModifiedUtf7(name) === text ? name : undefined;
}

function decodeShifted(base64: string): string {
  const octets = Buffer.from(base64.replaceAll(',', '/'), 'base64');
  return octets.length % 2 === 0 ? octets.swap16().toString('utf16le') : '';
}

function isPrintableAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}
