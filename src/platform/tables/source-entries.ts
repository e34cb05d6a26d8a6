// Keys and values of a source, in one of its two forms: `key value` as postmap(1) reads it, `name: targets` as postalias(1)
// does. A line that is neither is complained of and passed over, as Postfix does.

import { parseAliasLine } from '#mail/routing/aliases/alias-line.ts';
import { parseAliasTargets } from '#mail/routing/aliases/parse-alias-targets.ts';
import { isBlank, trimBlanks } from '#mail/routing/aliases/quoted-text.ts';
import { type Complain, logicalLines } from './logical-lines.ts';

export type SourceForm = 'table' | 'aliases';

export interface SourceEntry {
  readonly key: string;
  readonly value: string;
  readonly line: number;
}

export function readEntries(form: SourceForm, text: string, complain: Complain): Generator<SourceEntry> {
  return form === 'aliases' ? aliasEntries(text, complain) : tableEntries(text, complain);
}

function* tableEntries(text: string, complain: Complain): Generator<SourceEntry> {
  for (const { line, text: content } of logicalLines(text, complain)) {
    const keyEnd = endOfKey(content);
    if (keyEnd === undefined) {
      complain(line, "a quotation is not closed: '\"' is missing; ignored");
      continue;
    }
    const key = content.slice(0, keyEnd);
    const value = trimBlanks(content.slice(keyEnd));
    if (value === '') {
      complain(line, 'expected format: key whitespace value; ignored');
      continue;
    }
    if (key.endsWith(':')) complain(line, 'this record is in "key: value" format; is this an alias file?');
    yield { key, value, line };
  }
}

/** The first white space outside quotes; they stay in the key, as in Postfix, for local parts are quoted in look-ups too. */
function endOfKey(text: string): number | undefined {
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') isQuoted = !isQuoted;
    else if (!isQuoted && isBlank(text, at)) return at;
  }
  return isQuoted ? undefined : text.length;
}

function* aliasEntries(text: string, complain: Complain): Generator<SourceEntry> {
  for (const { line, text: content } of logicalLines(text, complain)) {
    const alias = parseAliasLine(content);
    if (!alias.ok) {
      complain(line, `${alias.error}; ignored`);
      continue;
    }
    const { name, targets } = alias.value;
    const parsed = parseAliasTargets(targets);
    if (!parsed.ok) complain(line, `${name}: ${parsed.error.text}; mail to it cannot be delivered`);
    yield { key: name, value: targets, line };
  }
}
