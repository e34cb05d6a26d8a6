// A list of restrictions as people write it: words between spaces and commas, as in main.cf, in as many texts as they like;
// what stands in braces is one word.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';

const SEPARATORS = /[\s,]/;

export function splitElementWords(text: string): Result<readonly string[], Mistake> {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const char of text) {
    if (char === '{') depth++;
    if (char === '}') depth--;
    if (depth < 0) return err(mistake('brace-not-opened'));
    if (depth > 0 || !SEPARATORS.test(char)) word += char;
    else if (word !== '') {
      words.push(word);
      word = '';
    }
  }
  if (depth > 0) return err(mistake('brace-not-closed'));
  if (word !== '') words.push(word);
  return ok(words);
}
