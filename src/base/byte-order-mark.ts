// Editors of Windows begin a text with a byte order mark. In UTF-8 it says nothing (RFC 3629 §6), and what follows it would be
// another word: in a file that people write it is passed over.

const BYTE_ORDER_MARK = '\ufeff';

export function withoutByteOrderMark(text: string): string {
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text;
}
