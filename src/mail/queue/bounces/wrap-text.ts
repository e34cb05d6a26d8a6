// Plain text in lines that every mail program shows whole.

const WIDTH = 72;

/** Lines of at most 72 characters, the first behind `first`, the others behind as many blanks. Long words stay whole. */
export function wrapText(text: string, first = ''): string[] {
  const indent = ' '.repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(' ')) {
    if (!isEmpty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}
