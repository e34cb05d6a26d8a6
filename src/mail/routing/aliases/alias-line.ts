// One logical line of an alias file: `name: targets`. aliases(5)

import { err, ok, type Result } from '#base/result.ts';
import { endOfQuoted, trimBlanks, unquoteWhole } from './quoted-text.ts';

export interface AliasLine {
  /** Without quotes, in the case it was written in. */
  readonly name: string;
  /** The right-hand side, not looked at yet. */
  readonly targets: string;
}

export function parseAliasLine(text: string): Result<AliasLine, string> {
  const quotedEnd = text.startsWith('"') ? endOfQuoted(text, 0) : 0;
  if (quotedEnd === undefined) return err("a quotation is not closed: '\"' is missing");
  const colon = text.indexOf(':', quotedEnd);
  if (colon === -1) return err('expected format: name: value');
  const written = trimBlanks(text.slice(0, colon));
  const name = unquoteWhole(written) ?? written;
  const targets = trimBlanks(text.slice(colon + 1));
  if (name === '' || targets === '') return err('expected format: name: value');
  if (quotedEnd === 0 && name.includes('@')) return err(`"${name}" has a domain; the name of an alias is local`);
  return ok({ name, targets });
}
