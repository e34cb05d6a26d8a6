// Text on lines of so many columns, broken between words. A word that is longer than a line stands on its own and is not
// broken: an address or a Message-ID is there to be copied.

/** Narrower than this nothing can be read. */
const NARROWEST = 20;

export function wrapText(text: string, width: number): string[] {
  const room = Math.max(NARROWEST, width);
  const lines: string[] = [];
  let line = '';
  let columns = 0;
  for (const word of text.split(' ')) {
    const length = [...word].length;
    if (line !== '' && columns + 1 + length > room) {
      lines.push(line);
      line = word;
      columns = length;
    } else {
      line = line === '' ? word : `${line} ${word}`;
      columns += length + (columns === 0 ? 0 : 1);
    }
  }
  return [...lines, line];
}
