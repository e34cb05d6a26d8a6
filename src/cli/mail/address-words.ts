// Words that name people, as they are typed behind `m`, `~t` and in `Cc:`: parted by commas or blanks, `Ana <ana@example.org>`
// kept together, comments dropped.

import { addressesOf } from '../sendmail/recipients.ts';

/** One word an address. */
export function addressWords(text: string): string[] {
  return splitAtCommas(text).flatMap((piece) => {
    if (piece.includes('<') || piece.includes('"')) return piece.trim() === '' ? [] : [piece.trim()];
    return withoutComments(piece)
      .split(/[ \t]+/)
      .filter((word) => word !== '');
  });
}

/** The addresses alone of a header's field, as one line. */
export function bareAddresses(text: string): string {
  return addressesOf(text).join(', ');
}

/** The words that are not this person: neither the name nor one of the others it goes by. */
export function withoutNames(words: readonly string[], names: readonly string[], allHosts: boolean): string[] {
  const isNamed = (word: string) => {
    const address = (addressesOf(word)[0] ?? word).toLowerCase();
    return names.some((name) => {
      const lower = name.toLowerCase();
      return address === lower || (allHosts && address.startsWith(`${lower}@`));
    });
  };
  return words.filter((word) => !isNamed(word));
}

/** Sorted without regard to case, each once. */
export function uniqueWords(words: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const word of words) if (!byName.has(word.toLowerCase())) byName.set(word.toLowerCase(), word);
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, word]) => word);
}

/** Commas within quotes, comments and angle brackets part nothing. */
function splitAtCommas(text: string): string[] {
  const pieces: string[] = [''];
  let closer = '';
  for (const character of text) {
    if (character === ',' && closer === '') {
      pieces.push('');
      continue;
    }
    if (closer === '') closer = { '"': '"', '(': ')', '<': '>' }[character] ?? '';
    else if (character === closer) closer = '';
    pieces.push(`${pieces.pop() ?? ''}${character}`);
  }
  return pieces;
}

function withoutComments(text: string): string {
  let depth = 0;
  let rest = '';
  for (const character of text) {
    if (character === '(') depth++;
    else if (character === ')' && depth > 0) depth--;
    else if (depth === 0) rest += character;
  }
  return rest;
}
