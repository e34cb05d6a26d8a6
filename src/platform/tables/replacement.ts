// The result of a pattern: `$1`, `${1}` and `$(1)` are what its groups took, `$$` is a dollar sign. regexp_table(5)

import { err, ok, type Result } from '#base/result.ts';
import type { MakeResult } from './pattern-file.ts';

const DOLLAR = /\$(?:(\$)|(\d+)|\{(\d+)\}|\((\d+)\)|([\s\S]?))/g;

export function parseReplacement(
  text: string,
  { groups, isNegated }: { readonly groups: number; readonly isNegated: boolean },
): Result<MakeResult, string> {
  const parts: (string | number)[] = [];
  let end = 0;
  for (const found of text.matchAll(DOLLAR)) {
    const [all, dollar, plain, braced, inParentheses] = found;
    parts.push(text.slice(end, found.index));
    end = found.index + all.length;
    if (dollar !== undefined) {
      parts.push('$');
      continue;
    }
    const digits = plain ?? braced ?? inParentheses;
    if (digits === undefined) return err(`"${all}" is no $number; a dollar sign is written $$`);
    const group = Number(digits);
    if (isNegated) return err(`"${all}": a negated pattern takes nothing that could be put in`);
    if (group < 1 || group > groups) return err(`"${all}": the pattern has ${groups} groups in parentheses`);
    parts.push(group);
  }
  parts.push(text.slice(end));
  const whole = parts.length === 1 ? text : undefined;
  return ok((taken) => whole ?? parts.map((part) => (typeof part === 'number' ? (taken[part] ?? '') : part)).join(''));
}
