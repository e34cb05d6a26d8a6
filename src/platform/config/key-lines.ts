// Finds the line on which a key of a TOML file stands, so that an error of the schema can point at it. It reads only
// table headers and the keys that start a line: enough for a pointer, and a file it cannot follow yields no line.

const HEADER = /^\s*(\[\[?)\s*([A-Za-z0-9_."-]+)\s*\]/;
const KEY = /^\s*([A-Za-z0-9_-]+)\s*=/;

/** `['listen', 1, 'port']` → the number of its line, counted from 1; the enclosing table's where the key is missing. */
export function findKeyLine(text: string, path: readonly PropertyKey[]): number | undefined {
  const wanted = path.map(String).join('.');
  const counts = new Map<string, number>();
  let table = '';
  let enclosing: number | undefined;
  for (const [at, line] of text.split('\n').entries()) {
    const header = HEADER.exec(line);
    if (header !== null) {
      const name = header[2] ?? '';
      const index = counts.get(name) ?? 0;
      counts.set(name, index + 1);
      table = header[1] === '[[' ? `${name}.${index}.` : `${name}.`;
      if (`${wanted}.`.startsWith(table)) enclosing = at + 1;
    }
    const key = KEY.exec(line);
    if (key !== null && table + key[1] === wanted) return at + 1;
  }
  return enclosing;
}

/** The line of one element of a list that may go over many lines; the key's own where it is not found as it is written. */
export function findElementLine(text: string, path: readonly PropertyKey[], element: string): number | undefined {
  const keyLine = findKeyLine(text, path);
  if (keyLine === undefined) return undefined;
  const lines = text.split('\n');
  for (let at = keyLine - 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (at >= keyLine && (KEY.test(line) || HEADER.test(line))) break;
    if (line.includes(`"${element}"`) || line.includes(`'${element}'`)) return at + 1;
  }
  return keyLine;
}
