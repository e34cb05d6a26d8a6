// SEARCH. RFC 3501 §6.4.4, §9 (search); RFC 4731 §3.1, RFC 4466 §2.6.1 (RETURN); RFC 7162 §3.1.5 (MODSEQ).

import { charsOf } from '#base/scanner.ts';
import type { SearchCommand, SearchReturn } from '../command.ts';
import { SEARCH_DEPTH } from '../limits.ts';
import type { SearchKey } from '../search-key.ts';
import type { CommandScanner } from './command-scanner.ts';
import { expectDate } from './dates.ts';
import { expectSequenceSet } from './sequence-set.ts';
import { eatString, expectAstring, expectAtom, expectModSequence, expectNumber, takeLetters } from './strings.ts';

// search         = "SEARCH" [search-return-opts] SP search-program
// search-program = ["CHARSET" SP charset SP] search-key *(SP search-key)
export function expectSearch(scanner: CommandScanner, uid: boolean): SearchCommand {
  scanner.expect(' ');
  let word = takeLetters(scanner);
  let returns: SearchReturn[] | undefined;
  if (word === 'RETURN') {
    returns = expectSearchReturnOpts(scanner);
    scanner.expect(' ');
    word = takeLetters(scanner);
  }
  if (word === 'CHARSET') {
    expectCharset(scanner);
    word = takeLetters(scanner);
  }
  const keys = [expectSearchKeyNamed(scanner, word, SEARCH_DEPTH)];
  while (scanner.eat(' ')) keys.push(expectSearchKey(scanner, SEARCH_DEPTH));
  return { kind: 'search', uid, returns, key: allOf(keys) };
}

// search-return-opts = SP "RETURN" SP "(" [search-return-opt *(SP search-return-opt)] ")"
function expectSearchReturnOpts(scanner: CommandScanner): SearchReturn[] {
  scanner.expect(' (');
  const returns = new Set<SearchReturn>();
  if (!scanner.sees(')')) {
    do {
      const word = takeLetters(scanner);
      if (word === 'MIN' || word === 'MAX' || word === 'ALL' || word === 'COUNT') returns.add(word);
      else scanner.fail('Unknown search return option');
    } while (scanner.eat(' '));
  }
  scanner.expect(')');
  return returns.size === 0 ? ['ALL'] : [...returns];
}

function expectCharset(scanner: CommandScanner): void {
  scanner.expect(' ');
  const charset = expectAstring(scanner).toUpperCase();
  if (charset !== 'UTF-8' && charset !== 'US-ASCII') {
    const code = { kind: 'badcharset', charsets: ['US-ASCII', 'UTF-8'] } as const;
    scanner.refuse(code, 'Unknown charset');
  }
  scanner.expect(' ');
}

function expectSearchKey(scanner: CommandScanner, depth: number): SearchKey {
  return expectSearchKeyNamed(scanner, takeLetters(scanner), depth);
}

const SET_START = charsOf('0123456789*');

type KeyReader = (scanner: CommandScanner, depth: number) => SearchKey;

/** `word` is the key's name, already read; empty before a set or a parenthesis. */
function expectSearchKeyNamed(scanner: CommandScanner, word: string, depth: number): SearchKey {
  if (depth === 0) {
    scanner.refuse('LIMIT', 'Search keys nested too deeply');
    return { kind: 'all' };
  }
  if (word === '' && scanner.sees('(')) return expectKeyList(scanner, depth);
  if (word === '' && scanner.seesOneOf(SET_START)) return { kind: 'sequence', set: expectSequenceSet(scanner) };
  const key = KEYS.get(word)?.(scanner, depth - 1);
  if (key === undefined) scanner.fail('Unknown search key');
  return key ?? { kind: 'all' };
}

// "(" search-key *(SP search-key) ")"
function expectKeyList(scanner: CommandScanner, depth: number): SearchKey {
  scanner.expect('(');
  const keys: SearchKey[] = [];
  do keys.push(expectSearchKey(scanner, depth - 1));
  while (scanner.eat(' '));
  scanner.expect(')');
  return allOf(keys);
}

function allOf(keys: SearchKey[]): SearchKey {
  const [only] = keys;
  return only !== undefined && keys.length === 1 ? only : { kind: 'and', keys };
}

// search-key = "ALL" / "ANSWERED" / "BCC" SP astring / "BEFORE" SP date / …
const KEYS: ReadonlyMap<string, KeyReader> = new Map<string, KeyReader>([
  ['ALL', () => ({ kind: 'all' })],
  ['ANSWERED', flagKey('\\Answered', true)],
  ['UNANSWERED', flagKey('\\Answered', false)],
  ['DELETED', flagKey('\\Deleted', true)],
  ['UNDELETED', flagKey('\\Deleted', false)],
  ['DRAFT', flagKey('\\Draft', true)],
  ['UNDRAFT', flagKey('\\Draft', false)],
  ['FLAGGED', flagKey('\\Flagged', true)],
  ['UNFLAGGED', flagKey('\\Flagged', false)],
  ['SEEN', flagKey('\\Seen', true)],
  ['UNSEEN', flagKey('\\Seen', false)],
  ['KEYWORD', keywordKey(true)],
  ['UNKEYWORD', keywordKey(false)],
  ['RECENT', () => ({ kind: 'recent', present: true })],
  ['OLD', () => ({ kind: 'recent', present: false })],
  [
    'NEW',
    () => ({
      kind: 'and',
      keys: [
        { kind: 'recent', present: true },
        { kind: 'flag', flag: '\\Seen', present: false },
      ],
    }),
  ],
  ['BCC', headerKey('bcc')],
  ['CC', headerKey('cc')],
  ['FROM', headerKey('from')],
  ['SUBJECT', headerKey('subject')],
  ['TO', headerKey('to')],
  // "HEADER" SP header-fld-name SP astring
  [
    'HEADER',
    (scanner) => {
      const name = expectTextArgument(scanner).toLowerCase();
      return { kind: 'header', name, text: expectTextArgument(scanner) };
    },
  ],
  ['BODY', (scanner) => ({ kind: 'body', text: expectTextArgument(scanner) })],
  ['TEXT', (scanner) => ({ kind: 'text', text: expectTextArgument(scanner) })],
  ['LARGER', sizeKey('larger')],
  ['SMALLER', sizeKey('smaller')],
  ['BEFORE', dateKey('internal', 'before')],
  ['ON', dateKey('internal', 'on')],
  ['SINCE', dateKey('internal', 'since')],
  ['SENTBEFORE', dateKey('sent', 'before')],
  ['SENTON', dateKey('sent', 'on')],
  ['SENTSINCE', dateKey('sent', 'since')],
  [
    'UID',
    (scanner) => {
      scanner.expect(' ');
      return { kind: 'uid', set: expectSequenceSet(scanner) };
    },
  ],
  ['MODSEQ', expectModSeqKey],
  // "NOT" SP search-key
  [
    'NOT',
    (scanner, depth) => {
      scanner.expect(' ');
      return { kind: 'not', key: expectSearchKey(scanner, depth) };
    },
  ],
  // "OR" SP search-key SP search-key
  [
    'OR',
    (scanner, depth) => {
      scanner.expect(' ');
      const left = expectSearchKey(scanner, depth);
      scanner.expect(' ');
      return { kind: 'or', keys: [left, expectSearchKey(scanner, depth)] };
    },
  ],
]);

function flagKey(flag: string, present: boolean): KeyReader {
  return () => ({ kind: 'flag', flag, present });
}

// "KEYWORD" SP flag-keyword
function keywordKey(present: boolean): KeyReader {
  return (scanner) => {
    scanner.expect(' ');
    return { kind: 'flag', flag: expectAtom(scanner), present };
  };
}

function headerKey(name: string): KeyReader {
  return (scanner) => ({ kind: 'header', name, text: expectTextArgument(scanner) });
}

function sizeKey(comparison: 'larger' | 'smaller'): KeyReader {
  return (scanner) => {
    scanner.expect(' ');
    return { kind: 'size', comparison, sizeBytes: expectNumber(scanner) };
  };
}

function dateKey(of: 'internal' | 'sent', comparison: 'before' | 'on' | 'since'): KeyReader {
  return (scanner) => {
    scanner.expect(' ');
    return { kind: 'date', of, comparison, day: expectDate(scanner) };
  };
}

// search-modsequence = "MODSEQ" [SP entry-name SP entry-type-req] SP mod-sequence-valzer
/** The entry may be ignored by a server that keeps one mod-sequence a message (RFC 7162 §3.1.5). */
function expectModSeqKey(scanner: CommandScanner): SearchKey {
  scanner.expect(' ');
  if (eatString(scanner) !== undefined) {
    scanner.expect(' ');
    const type = takeLetters(scanner);
    if (type !== 'PRIV' && type !== 'SHARED' && type !== 'ALL') scanner.fail('Expected priv, shared or all');
    scanner.expect(' ');
  }
  return { kind: 'modseq', atLeast: expectModSequence(scanner) };
}

function expectTextArgument(scanner: CommandScanner): string {
  scanner.expect(' ');
  return expectAstring(scanner);
}
