// FETCH. RFC 3501 §6.4.5, §9 (fetch); RFC 4466 §2.4 (modifiers); RFC 7162 §3.1.4 (CHANGEDSINCE), §3.2.6 (VANISHED).

import type { FetchCommand } from '../command.ts';
import type { FetchItem } from '../fetch-item.ts';
import { FETCH_ITEMS } from '../limits.ts';
import { expectBodySection, WHOLE_MESSAGE } from './body-section.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectSequenceSet } from './sequence-set.ts';
import { expectModSequence, takeLetters, takeWord } from './strings.ts';

const FLAGS: FetchItem = { kind: 'flags' };
const INTERNALDATE: FetchItem = { kind: 'internaldate' };
const SIZE: FetchItem = { kind: 'rfc822.size' };
const ENVELOPE: FetchItem = { kind: 'envelope' };
const BODY: FetchItem = { kind: 'bodystructure', extended: false };

const MACROS: ReadonlyMap<string, readonly FetchItem[]> = new Map([
  ['ALL', [FLAGS, INTERNALDATE, SIZE, ENVELOPE]],
  ['FAST', [FLAGS, INTERNALDATE, SIZE]],
  ['FULL', [FLAGS, INTERNALDATE, SIZE, ENVELOPE, BODY]],
]);

const ITEMS: ReadonlyMap<string, FetchItem> = new Map<string, FetchItem>([
  ['ENVELOPE', ENVELOPE],
  ['FLAGS', FLAGS],
  ['INTERNALDATE', INTERNALDATE],
  ['RFC822.SIZE', SIZE],
  ['UID', { kind: 'uid' }],
  ['MODSEQ', { kind: 'modseq' }],
  ['BODYSTRUCTURE', { kind: 'bodystructure', extended: true }],
  ['RFC822', { ...WHOLE_MESSAGE, answeredAs: 'RFC822' }],
  [
    'RFC822.HEADER',
    { ...WHOLE_MESSAGE, section: { part: [], content: { kind: 'header' } }, peek: true, answeredAs: 'RFC822.HEADER' },
  ],
  ['RFC822.TEXT', { ...WHOLE_MESSAGE, section: { part: [], content: { kind: 'text' } }, answeredAs: 'RFC822.TEXT' }],
]);

// fetch = "FETCH" SP sequence-set SP ("ALL" / "FULL" / "FAST" / fetch-att / "(" fetch-att *(SP fetch-att) ")")
//         [fetch-modifiers]
export function expectFetch(scanner: CommandScanner, uid: boolean): FetchCommand {
  scanner.expect(' ');
  const set = expectSequenceSet(scanner);
  scanner.expect(' ');
  const items = expectItems(scanner);
  const { changedSince, vanished } = expectFetchModifiers(scanner);
  if (vanished && (!uid || changedSince === undefined)) scanner.fail('VANISHED needs UID FETCH and CHANGEDSINCE');
  return { kind: 'fetch', uid, set, items, changedSince, vanished };
}

function expectItems(scanner: CommandScanner): readonly FetchItem[] {
  if (!scanner.eat('(')) {
    const word = takeWord(scanner);
    return MACROS.get(word) ?? [expectFetchAtt(scanner, word)];
  }
  const items: FetchItem[] = [];
  do items.push(expectFetchAtt(scanner, takeWord(scanner)));
  while (scanner.eat(' '));
  if (items.length > FETCH_ITEMS) scanner.refuse('LIMIT', 'Too many items');
  scanner.expect(')');
  return items;
}

// fetch-att = "ENVELOPE" / "FLAGS" / … / "BODY" ["STRUCTURE"] / "UID"
//           / "BODY" section ["<" number "." nz-number ">"] / "BODY.PEEK" section ["<" number "." nz-number ">"]
function expectFetchAtt(scanner: CommandScanner, word: string): FetchItem {
  if (word === 'BODY') return scanner.sees('[') ? expectBodySection(scanner, { peek: false }) : BODY;
  if (word === 'BODY.PEEK') return expectBodySection(scanner, { peek: true });
  const item = ITEMS.get(word);
  if (item === undefined) scanner.fail('Unknown fetch item');
  return item ?? FLAGS;
}

// fetch-modifiers = SP "(" fetch-modifier *(SP fetch-modifier) ")"
// fetch-modifier  = "CHANGEDSINCE" SP mod-sequence-value / "VANISHED"
function expectFetchModifiers(scanner: CommandScanner): Pick<FetchCommand, 'changedSince' | 'vanished'> {
  let changedSince: number | undefined;
  let vanished = false;
  if (!scanner.eat(' ')) return { changedSince, vanished };
  scanner.expect('(');
  do {
    const word = takeLetters(scanner);
    if (word === 'CHANGEDSINCE') {
      scanner.expect(' ');
      changedSince = expectModSequence(scanner);
    } else if (word === 'VANISHED') vanished = true;
    else scanner.fail('Unknown fetch modifier');
  } while (scanner.eat(' '));
  scanner.expect(')');
  return { changedSince, vanished };
}
