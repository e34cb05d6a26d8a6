// SELECT, EXAMINE and CREATE with their parameters. RFC 3501 §6.3.1–§6.3.3; RFC 4466 §2.1, §2.2 (parameters);
// RFC 7162 §7 (CONDSTORE, QRESYNC); RFC 6154 §6 (USE).

import type { Command, QresyncParameter, SelectCommand } from '../command.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectMailbox } from './mailbox.ts';
import { expectUidSet } from './sequence-set.ts';
import { expectAtom, expectModSequence, expectNzNumber, takeLetters } from './strings.ts';

// select        = "SELECT" SP mailbox [select-params]
// select-params = SP "(" select-param *(SP select-param) ")"
// select-param  = "CONDSTORE" / "QRESYNC" SP "(" … ")"
export function expectSelect(scanner: CommandScanner, kind: 'select' | 'examine'): SelectCommand {
  scanner.expect(' ');
  const mailbox = expectMailbox(scanner);
  let condstore = false;
  let qresync: QresyncParameter | undefined;
  if (scanner.eat(' ')) {
    scanner.expect('(');
    do {
      const word = takeLetters(scanner);
      if (word === 'CONDSTORE') condstore = true;
      else if (word === 'QRESYNC') qresync = expectQresync(scanner);
      else scanner.fail('Unknown select parameter');
    } while (scanner.eat(' '));
    scanner.expect(')');
  }
  return { kind, mailbox, condstore, qresync };
}

// "QRESYNC" SP "(" uidvalidity SP mod-sequence-value [SP known-uids] [SP seq-match-data] ")"
// seq-match-data = "(" known-sequence-set SP known-uid-set ")"
function expectQresync(scanner: CommandScanner): QresyncParameter {
  scanner.expect(' (');
  const uidValidity = expectNzNumber(scanner);
  scanner.expect(' ');
  const modSeq = expectModSequence(scanner);
  let more = scanner.eat(' ');
  const knownUids = more && !scanner.sees('(') ? expectUidSet(scanner) : undefined;
  if (knownUids !== undefined) more = scanner.eat(' ');
  const sequenceMatch = more ? expectSequenceMatch(scanner) : undefined;
  scanner.expect(')');
  return { uidValidity, modSeq, knownUids, sequenceMatch };
}

function expectSequenceMatch(scanner: CommandScanner): QresyncParameter['sequenceMatch'] {
  scanner.expect('(');
  const sequences = expectUidSet(scanner);
  scanner.expect(' ');
  const uids = expectUidSet(scanner);
  scanner.expect(')');
  return { sequences, uids };
}

const SPECIAL_USES = new Map(
  ['\\All', '\\Archive', '\\Drafts', '\\Flagged', '\\Junk', '\\Sent', '\\Trash'].map((use) => [use.toUpperCase(), use]),
);

// create       = "CREATE" SP mailbox [SP "(" create-param *(SP create-param) ")"]
// create-param = "USE" SP "(" [use-attr *(SP use-attr)] ")"
export function expectCreate(scanner: CommandScanner): Command {
  scanner.expect(' ');
  const mailbox = expectMailbox(scanner);
  let specialUses: string[] = [];
  if (scanner.eat(' ')) {
    scanner.expect('(');
    if (takeLetters(scanner) !== 'USE') scanner.fail('Unknown create parameter');
    scanner.expect(' ');
    specialUses = expectUseAttributes(scanner);
    scanner.expect(')');
  }
  return { kind: 'create', mailbox, specialUses };
}

// use-attr = "\All" / "\Archive" / … / use-attr-ext   ; use-attr-ext = "\" atom
function expectUseAttributes(scanner: CommandScanner): string[] {
  scanner.expect('(');
  const uses = new Set<string>();
  if (!scanner.sees(')')) {
    do {
      scanner.expect('\\');
      const use = `\\${expectAtom(scanner)}`;
      uses.add(SPECIAL_USES.get(use.toUpperCase()) ?? use);
    } while (scanner.eat(' '));
  }
  scanner.expect(')');
  return [...uses];
}
