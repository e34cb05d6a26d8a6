// The lines of Postfix's files: empty ones and comments are passed over, and a line that begins with white space goes on
// with the one before. postmap(1), "INPUT FILE FORMAT".

import { withoutByteOrderMark } from '#base/byte-order-mark.ts';
import { isBlank, skipBlanks, trimBlanks } from '#mail/routing/aliases/quoted-text.ts';

export interface LogicalLine {
  /** Of its first line, from 1. */
  readonly line: number;
  /** Without the white space at its end; what lies within stays. */
  readonly text: string;
}

/** Something in a file that is passed over. */
export type Complain = (line: number, text: string) => void;

const UNDECODABLE = '\uFFFD';

export function* logicalLines(text: string, complain: Complain): Generator<LogicalLine> {
  let parts: string[] = [];
  let first = 0;
  for (const { line, content } of physicalLines(withoutByteOrderMark(text))) {
    const begin = skipBlanks(content, 0);
    if (begin === content.length || content[begin] === '#') continue;
    if (isBlank(content, 0) && parts.length > 0) parts.push(content);
    else {
      if (parts.length > 0) yield* checked(first, parts, complain);
      parts = [content];
      first = line;
    }
  }
  if (parts.length > 0) yield* checked(first, parts, complain);
}

function* physicalLines(text: string): Generator<{ line: number; content: string }> {
  let line = 1;
  for (let start = 0; start < text.length; line++) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    yield { line, content: text.slice(start, text[end - 1] === '\r' ? Math.max(start, end - 1) : end) };
    start = end + 1;
  }
}

function* checked(line: number, parts: readonly string[], complain: Complain): Generator<LogicalLine> {
  const text = parts.length === 1 ? (parts[0] ?? '') : parts.join('');
  if (isBlank(text, 0)) complain(line, 'it begins with white space and continues no line; ignored');
  else if (text.includes(UNDECODABLE)) complain(line, 'it is not UTF-8; ignored');
  else yield { line, text: trimBlanks(text) };
}
