// The words of a zone file: lines, comments, quoted texts, parentheses that join lines. RFC 1035 §5.1.

import { err, ok, type Result } from '#base/result.ts';

export interface ZoneWord {
  readonly text: string;
  /** For what is no name: `\DDD` is one octet, whatever text it is part of. */
  readonly octets: Buffer;
}

export interface ZoneLine {
  readonly number: number;
  /** It begins with white space: the owner is that of the line before. */
  readonly isIndented: boolean;
  readonly words: readonly ZoneWord[];
}

/** A quoted text, a parenthesis, a comment, or a word; `\DDD` and `\X` stand for one sign in each. */
const WORD = /"((?:[^"\\]|\\.)*)"|([()])|;.*|((?:[^\s"();\\]|\\.)+)|(")/gy;

export function readZoneLines(text: string): Result<readonly ZoneLine[], string> {
  const lines: ZoneLine[] = [];
  let open: { number: number; isIndented: boolean; words: ZoneWord[] } | undefined;
  let depth = 0;
  for (const [i, source] of text.split(/\r?\n/).entries()) {
    const line = depth > 0 && open !== undefined ? open : { number: i + 1, isIndented: /^\s/.test(source), words: [] };
    for (const { quoted, parenthesis, word, stray } of wordsOf(source)) {
      if (stray) return err(`line ${i + 1}: a quotation mark is not closed`);
      if (parenthesis !== undefined) depth += parenthesis === '(' ? 1 : -1;
      if (depth < 0 || depth > 1) return err(`line ${i + 1}: a parenthesis too many`);
      const written = quoted ?? word;
      if (written !== undefined) line.words.push(wordOf(written));
    }
    if (depth > 0) open = line;
    else if (line.words.length > 0) lines.push(line);
  }
  return depth > 0 ? err(`line ${open?.number}: the parenthesis is not closed`) : ok(lines);
}

function* wordsOf(source: string) {
  let at = 0;
  while (at < source.length) {
    WORD.lastIndex = at;
    const found = WORD.exec(source);
    if (found === null) {
      at++;
      continue;
    }
    at = WORD.lastIndex;
    yield { quoted: found[1], parenthesis: found[2], word: found[3], stray: found[4] !== undefined };
  }
}

function wordOf(written: string): ZoneWord {
  const octets = Buffer.from(withoutEscapes(Buffer.from(written).toString('latin1')), 'latin1');
  return { text: octets.toString(), octets };
}

function withoutEscapes(octets: string): string {
  return octets.replace(/\\(?:([0-9]{3})|(.))/g, (_, digits?: string, sign = '') =>
    digits === undefined ? sign : String.fromCharCode(Number(digits) & 0xff),
  );
}
