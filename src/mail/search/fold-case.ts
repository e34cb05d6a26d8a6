// Text as searches compare it: without case, and however its accents are composed. In the spirit of i;unicode-casemap
// (RFC 5051 §2), by upper case rather than title case, for that does not depend on what stands next to a letter: text
// may be folded in pieces.

export function foldCase(text: string): string {
  return (isAscii(text) ? text : text.normalize('NFD')).toUpperCase();
}

function isAscii(text: string): boolean {
  return /^[\x00-\x7f]*$/.test(text);
}
