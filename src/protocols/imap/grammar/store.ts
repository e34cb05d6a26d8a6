// STORE. RFC 3501 §6.4.6, §9 (store); RFC 7162 §3.1.3 (UNCHANGEDSINCE).

import type { StoreCommand } from '../command.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectFlagList, expectFlags } from './flags.ts';
import { expectSequenceSet } from './sequence-set.ts';
import { expectModSequence, takeLetters, takeWord } from './strings.ts';

// store           = "STORE" SP sequence-set [store-modifiers] SP store-att-flags
// store-att-flags = (["+" / "-"] "FLAGS" [".SILENT"]) SP (flag-list / (flag *(SP flag)))
export function expectStore(scanner: CommandScanner, uid: boolean): StoreCommand {
  scanner.expect(' ');
  const set = expectSequenceSet(scanner);
  scanner.expect(' ');
  const unchangedSince = scanner.sees('(') ? expectStoreModifiers(scanner) : undefined;
  const mode = scanner.eat('+') ? 'add' : scanner.eat('-') ? 'remove' : 'replace';
  const word = takeWord(scanner);
  if (word !== 'FLAGS' && word !== 'FLAGS.SILENT') scanner.fail('Expected FLAGS or FLAGS.SILENT');
  scanner.expect(' ');
  const flags = scanner.sees('(') ? expectFlagList(scanner) : expectFlags(scanner);
  return { kind: 'store', uid, set, mode, silent: word === 'FLAGS.SILENT', flags, unchangedSince };
}

// store-modifiers = SP "(" "UNCHANGEDSINCE" SP mod-sequence-valzer ")"
function expectStoreModifiers(scanner: CommandScanner): number {
  scanner.expect('(');
  if (takeLetters(scanner) !== 'UNCHANGEDSINCE') scanner.fail('Unknown store modifier');
  scanner.expect(' ');
  const unchangedSince = expectModSequence(scanner);
  scanner.expect(') ');
  return unchangedSince;
}
