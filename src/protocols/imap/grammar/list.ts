// LIST and LSUB. RFC 3501 §6.3.8, §6.3.9; RFC 5258 §6 (LIST-EXTENDED), RFC 5819 §4 (STATUS), RFC 6154 §6 (SPECIAL-USE).

import type { Command, ListCommand, ListReturn, ListSelection } from '../command.ts';
import { LIST_PATTERNS } from '../limits.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectListMailbox, expectReference } from './mailbox.ts';
import { expectStatusItems } from './status.ts';
import { takeWord } from './strings.ts';

const NO_SELECTION: ListSelection = { subscribed: false, remote: false, recursiveMatch: false, specialUse: false };
const NO_RETURN: ListReturn = { subscribed: false, children: false, specialUse: false, status: undefined };

// list = "LIST" [SP list-select-opts] SP mailbox SP mbox-or-pat [SP list-return-opts]
export function expectList(scanner: CommandScanner): ListCommand {
  scanner.expect(' ');
  const selects = scanner.sees('(');
  const selection = selects ? expectListSelectOpts(scanner) : NO_SELECTION;
  if (selects) scanner.expect(' ');
  const reference = expectReference(scanner);
  scanner.expect(' ');
  const hasPatternList = scanner.sees('(');
  const patterns = hasPatternList ? expectPatterns(scanner) : [expectListMailbox(scanner)];
  const hasReturns = scanner.eat(' ');
  const returns = hasReturns ? expectListReturnOpts(scanner) : NO_RETURN;
  return {
    kind: 'list',
    extended: selects || hasPatternList || hasReturns,
    selection,
    reference,
    patterns,
    // Who selects by it learns it: RFC 5258 §3.1, RFC 6154 §5.2.
    returns: {
      ...returns,
      subscribed: returns.subscribed || selection.subscribed,
      specialUse: returns.specialUse || selection.specialUse,
    },
  };
}

// lsub = "LSUB" SP mailbox SP list-mailbox
export function expectLsub(scanner: CommandScanner): Command {
  scanner.expect(' ');
  const reference = expectReference(scanner);
  scanner.expect(' ');
  return { kind: 'lsub', reference, pattern: expectListMailbox(scanner) };
}

// patterns = "(" list-mailbox *(SP list-mailbox) ")"
function expectPatterns(scanner: CommandScanner): string[] {
  scanner.expect('(');
  const patterns: string[] = [];
  do patterns.push(expectListMailbox(scanner));
  while (scanner.eat(' '));
  if (patterns.length > LIST_PATTERNS) scanner.refuse('LIMIT', 'Too many patterns');
  scanner.expect(')');
  return patterns;
}

// list-select-opts = "(" [list-select-opt *(SP list-select-opt)] ")"
// list-select-opt  = "SUBSCRIBED" / "REMOTE" / "RECURSIVEMATCH" / "SPECIAL-USE"
function expectListSelectOpts(scanner: CommandScanner): ListSelection {
  const words = expectOptions(scanner, ['SUBSCRIBED', 'REMOTE', 'RECURSIVEMATCH', 'SPECIAL-USE']);
  const recursiveMatch = words.has('RECURSIVEMATCH');
  if (recursiveMatch && !words.has('SUBSCRIBED') && !words.has('SPECIAL-USE')) {
    scanner.fail('RECURSIVEMATCH needs another option to match by');
  }
  return {
    subscribed: words.has('SUBSCRIBED'),
    remote: words.has('REMOTE'),
    recursiveMatch,
    specialUse: words.has('SPECIAL-USE'),
  };
}

// list-return-opts = "RETURN" SP "(" [return-option *(SP return-option)] ")"
// return-option    = "SUBSCRIBED" / "CHILDREN" / "SPECIAL-USE" / "STATUS" SP "(" status-att *(SP status-att) ")"
function expectListReturnOpts(scanner: CommandScanner): ListReturn {
  if (takeWord(scanner) !== 'RETURN') scanner.fail('Expected RETURN');
  scanner.expect(' ');
  let status: ListReturn['status'];
  const words = expectOptions(scanner, ['SUBSCRIBED', 'CHILDREN', 'SPECIAL-USE', 'STATUS'], (word) => {
    if (word !== 'STATUS') return;
    scanner.expect(' ');
    status = expectStatusItems(scanner);
  });
  return {
    subscribed: words.has('SUBSCRIBED'),
    children: words.has('CHILDREN'),
    specialUse: words.has('SPECIAL-USE'),
    status,
  };
}

function expectOptions(
  scanner: CommandScanner,
  known: readonly string[],
  readArgument: (word: string) => void = () => undefined,
): Set<string> {
  const words = new Set<string>();
  scanner.expect('(');
  if (!scanner.sees(')')) {
    do {
      const word = takeWord(scanner);
      if (!known.includes(word)) scanner.fail('Unknown option');
      words.add(word);
      readArgument(word);
    } while (scanner.eat(' '));
  }
  scanner.expect(')');
  return words;
}
