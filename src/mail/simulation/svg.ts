// A small writer of SVG: text is escaped where it is written, and cut into lines before, for SVG itself breaks none.

export type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeText(String(value))}"`);
  const head = `<${name}${written.join('')}`;
  return children.length === 0 ? `${head}/>` : `${head}>${children.join('')}</${name}>`;
}

/** Signs that XML 1.0 has no place for become question marks, as do those that turn the direction of a text. */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '?')
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** At spaces that may be broken, where there are some; what is longer than `mostLines` ends in `…`. */
export function wrapText(text: string, columns: number, mostLines: number): readonly string[] {
  const lines: string[] = [];
  let rest = Array.from(text.replace(/[\t\n\r ]+/g, ' ').trim());
  while (rest.length > columns && lines.length < mostLines) {
    const space = rest.lastIndexOf(' ', columns);
    const end = space > columns / 2 ? space : columns;
    lines.push(rest.slice(0, end).join('').trimEnd());
    rest = Array.from(rest.slice(end).join('').trimStart());
  }
  if (lines.length < mostLines) return [...lines, rest.join('')];
  return rest.length === 0
    ? lines
    : [
        ...lines.slice(0, -1),
        `${Array.from(lines.at(-1) ?? '')
          .slice(0, columns - 1)
          .join('')}…`,
      ];
}
