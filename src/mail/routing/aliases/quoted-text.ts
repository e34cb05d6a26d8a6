// Quoted strings and blanks, as alias files write them: in double quotes a backslash takes the next character as it is.

/** Behind the closing quote of a quotation that begins at `start`; `undefined` where its line ends before. */
export function endOfQuoted(text: string, start: number): number | undefined {
  for (let at = start + 1; at < text.length && text[at] !== '\n'; at++) {
    if (text[at] === '"') return at + 1;
    if (text[at] === '\\' && text[at + 1] !== '\n') at++;
  }
  return undefined;
}

/** What is quoted, where the whole text is one quotation. */
export function unquoteWhole(text: string): string | undefined {
  if (!text.startsWith('"') || endOfQuoted(text, 0) !== text.length) return undefined;
  return text.slice(1, -1).replace(/\\([^\n])/g, '$1');
}

/** The white space of C: not what Unicode adds to it. */
export function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

export function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text, at)) at++;
  return at;
}

export function trimBlanks(text: string): string {
  const start = skipBlanks(text, 0);
  let end = text.length;
  while (end > start && isBlank(text, end - 1)) end--;
  return text.slice(start, end);
}
