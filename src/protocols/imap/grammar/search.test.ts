// SEARCH: known answers.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SearchCommand } from '../command.ts';
import { Framer } from '../framing.ts';
import { LIMITS_AFTER_LOGIN } from '../limits.ts';
import { STRICT } from '../quirks.ts';
import type { SearchKey } from '../search-key.ts';
import { parseCommand } from './parse-command.ts';

/** As sent: synchronizing literals are all welcome. */
function parseSearch(text: string): SearchCommand {
  const framer = new Framer(LIMITS_AFTER_LOGIN, STRICT);
  framer.push(Buffer.from(`a SEARCH ${text}\r\n`));
  for (let event = framer.next(); event !== undefined; event = framer.next()) {
    if (event.kind === 'literal-begin') framer.acceptLiteral('buffer');
    if (event.kind !== 'command') continue;
    const result = parseCommand(event.segments, STRICT);
    assert.ok(result.ok, result.ok ? '' : `${text}: ${result.error.message}`);
    assert.ok(result.value.command.kind === 'search');
    return result.value.command;
  }
  throw new Error('no command');
}

const FROM_SMITH: SearchKey = { kind: 'header', name: 'from', text: 'Smith' };
const SEEN: SearchKey = { kind: 'flag', flag: '\\Seen', present: true };

const KNOWN: readonly (readonly [text: string, key: SearchKey])[] = [
  ['ALL', { kind: 'all' }],
  // RFC 3501 §6.4.4
  [
    'FLAGGED SINCE 1-Feb-1994 NOT FROM "Smith"',
    {
      kind: 'and',
      keys: [
        { kind: 'flag', flag: '\\Flagged', present: true },
        { kind: 'date', of: 'internal', comparison: 'since', day: 8797 },
        { kind: 'not', key: FROM_SMITH },
      ],
    },
  ],
  ['CHARSET UTF-8 TEXT {7}\r\nmañana', { kind: 'text', text: 'mañana' }],
  ['charset us-ascii undeleted', { kind: 'flag', flag: '\\Deleted', present: false }],
  ['NEW', { kind: 'and', keys: [{ kind: 'recent', present: true }, { ...SEEN, present: false }] }],
  ['OLD', { kind: 'recent', present: false }],
  ['(SEEN)', SEEN],
  ['((SEEN) 2,4:*)', { kind: 'and', keys: [SEEN, { kind: 'sequence', set: [{ first: 2, last: 2 }, { first: 4, last: '*' }] }] }],
  ['OR SEEN FROM Smith', { kind: 'or', keys: [SEEN, FROM_SMITH] }],
  ['HEADER Message-ID ""', { kind: 'header', name: 'message-id', text: '' }],
  ['KEYWORD $Junk', { kind: 'flag', flag: '$Junk', present: true }],
  ['LARGER 10000', { kind: 'size', comparison: 'larger', sizeBytes: 10000 }],
  ['SENTON "29-feb-2024"', { kind: 'date', of: 'sent', comparison: 'on', day: 19782 }],
  ['BEFORE 1-Jan-1970', { kind: 'date', of: 'internal', comparison: 'before', day: 0 }],
  // RFC 7162 §3.1.5
  ['MODSEQ 620162338', { kind: 'modseq', atLeast: 620162338 }],
  ['MODSEQ "/flags/\\\\draft" all 620162338', { kind: 'modseq', atLeast: 620162338 }],
]; // biome-ignore format: a table

for (const [text, key] of KNOWN) {
  test(`search: ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseSearch(text), { kind: 'search', uid: false, returns: undefined, key });
  });
}

test('search: RETURN options, and RETURN () is ALL', () => {
  assert.deepEqual(parseSearch('RETURN (MIN count) SEEN').returns, ['MIN', 'COUNT']);
  assert.deepEqual(parseSearch('RETURN () SEEN').returns, ['ALL']);
});

test('search: a chain of fifty ORs is no deep nesting', () => {
  const ors = Array.from({ length: 50 }, (_, i) => `OR UID ${i + 1} `).join('');
  assert.equal(parseSearch(`${ors}SEEN`).key.kind, 'or');
});
