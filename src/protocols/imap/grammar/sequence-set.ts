// Sequence sets. RFC 3501 §9.

import type { SequenceNumber, SequenceRange, SequenceSet } from '../sequence-set.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectNzNumber } from './strings.ts';

// sequence-set = (seq-number / seq-range) *("," sequence-set)
// seq-range    = seq-number ":" seq-number
export function expectSequenceSet(scanner: CommandScanner): SequenceSet {
  const set: SequenceRange[] = [];
  do {
    const first = expectSeqNumber(scanner);
    set.push({ first, last: scanner.eat(':') ? expectSeqNumber(scanner) : first });
  } while (scanner.eat(','));
  return set;
}

// uid-set = (uniqueid / uid-range) *("," uid-set)   ; RFC 4315 §4: no "*"
export function expectUidSet(scanner: CommandScanner): SequenceSet {
  const set = expectSequenceSet(scanner);
  if (set.some(({ first, last }) => first === '*' || last === '*')) scanner.fail('Expected a set without "*"');
  return set;
}

// seq-number = nz-number / "*"
function expectSeqNumber(scanner: CommandScanner): SequenceNumber {
  return scanner.eat('*') ? '*' : expectNzNumber(scanner);
}
