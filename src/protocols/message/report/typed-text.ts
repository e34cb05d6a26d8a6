// What a delivery status says of names, addresses and diagnostics: a type, and text of that type. RFC 3464 §2.1.2,
// RFC 6533 §3 (addresses beyond ASCII).
//
//   typed-text = atom ";" *text      ; `dns; mx.example.org`, `rfc822; ana@example.org`, `smtp; 550 5.1.1 …`

export interface TypedText {
  /** As written: `rfc822`, `dns`, `smtp`, `X-Valija`. */
  readonly type: string;
  readonly text: string;
}

/** `undefined` where there is no semicolon. */
export function findTypedText(value: string): TypedText | undefined {
  const semicolon = value.indexOf(';');
  if (semicolon < 1) return undefined;
  const [type, text] = [value.slice(0, semicolon).trim(), value.slice(semicolon + 1).trim()];
  return { type, text: isUtf8Type(type) ? readEmbedded(text) : text };
}

export function formatTypedText({ type, text }: TypedText): string {
  return `${type}; ${text}`;
}

/**
 * An address with characters beyond ASCII has the type `utf-8`. They stand there as they are where the report may hold
 * them, and as `\x{F1}` where it may not.
 */
export function formatTypedAddress(address: TypedText, mayHoldUtf8: boolean): string {
  const isWide = /[^\x00-\x7f]/.test(address.text);
  if (!isWide && !isUtf8Type(address.type)) return formatTypedText(address);
  return formatTypedText({ type: 'utf-8', text: mayHoldUtf8 ? address.text : writeEmbedded(address.text) });
}

function isUtf8Type(type: string): boolean {
  return type.toLowerCase() === 'utf-8';
}

// utf-8-addr-xtext    = 1*(QCHAR / EmbeddedUnicodeChar)
// EmbeddedUnicodeChar = %x5C.78 "{" HEXPOINT "}"
function writeEmbedded(text: string): string {
  return text.replace(
    /[^!-*,-<>-[\]-~]/gu,
    (character) => `\\x{${character.codePointAt(0)?.toString(16).toUpperCase()}}`,
  );
}

function readEmbedded(text: string): string {
  return text.replace(/\\x\{([0-9A-Fa-f]{1,6})\}/g, (written, hex: string) => {
    const point = Number.parseInt(hex, 16);
    const isSurrogate = point >= 0xd800 && point <= 0xdfff;
    return point <= 0x10ffff && !isSurrogate ? String.fromCodePoint(point) : written;
  });
}
