// Flags as clients set them. RFC 3501 §9 (flag-list).

import type { CommandScanner } from './command-scanner.ts';
import { expectAtom } from './strings.ts';

const SETTABLE = new Map(
  ['\\Answered', '\\Flagged', '\\Deleted', '\\Seen', '\\Draft'].map((flag) => [flag.toUpperCase(), flag]),
);

// flag-list = "(" [flag *(SP flag)] ")"
export function expectFlagList(scanner: CommandScanner): string[] {
  scanner.expect('(');
  const flags = scanner.sees(')') ? [] : expectFlags(scanner);
  scanner.expect(')');
  return flags;
}

// flag *(SP flag)
export function expectFlags(scanner: CommandScanner): string[] {
  const flags = new Set<string>();
  do flags.add(expectFlag(scanner));
  while (scanner.eat(' '));
  return [...flags];
}

// flag           = "\Answered" / "\Flagged" / "\Deleted" / "\Seen" / "\Draft" / flag-keyword / flag-extension
// flag-extension = "\" atom   ; none exists, and \Recent cannot be set
function expectFlag(scanner: CommandScanner): string {
  const isSystemFlag = scanner.eat('\\');
  const atom = expectAtom(scanner);
  if (!isSystemFlag) return atom;
  const flag = SETTABLE.get(`\\${atom.toUpperCase()}`);
  if (flag === undefined) scanner.fail('Unknown system flag');
  return flag ?? '';
}
