// Any tree of search keys is read back from the words that spell it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { formatAString } from '../format/string.ts';
import { Framer } from '../framing.ts';
import { LIMITS_AFTER_LOGIN } from '../limits.ts';
import { STRICT } from '../quirks.ts';
import type { SearchKey } from '../search-key.ts';
import type { SequenceSet } from '../sequence-set.ts';
import { parseCommand } from './parse-command.ts';

/** As sent: synchronizing literals are all welcome. */
function parseKey(text: string): SearchKey {
  const framer = new Framer(LIMITS_AFTER_LOGIN, STRICT);
  framer.push(Buffer.from(`a SEARCH ${text}\r\n`));
  for (let event = framer.next(); event !== undefined; event = framer.next()) {
    if (event.kind === 'literal-begin') framer.acceptLiteral('buffer');
    if (event.kind !== 'command') continue;
    const result = parseCommand(event.segments, STRICT);
    assert.ok(result.ok, result.ok ? '' : `${text}: ${result.error.message}`);
    assert.ok(result.value.command.kind === 'search');
    return result.value.command.key;
  }
  throw new Error('no command');
}

const number = fc.integer({ min: 1, max: 0xffffffff });
const sequenceNumber = fc.oneof(number, fc.constant('*' as const));
const range = fc.oneof(
  sequenceNumber.map((n) => ({ first: n, last: n })),
  fc.record({ first: sequenceNumber, last: sequenceNumber }),
);
const set: fc.Arbitrary<SequenceSet> = fc.array(range, { minLength: 1, maxLength: 5 });
const text = fc
  .string({ unit: fc.oneof(fc.constantFrom('"', '\\', ' ', '\r\n', 'é', '📬'), fc.string({ maxLength: 3 })) })
  .filter((t) => t.isWellFormed() && !t.includes('\0'));
const headerName = fc.constantFrom('from', 'subject', 'message-id', 'x-odd name');
const day = fc.integer({ min: 0, max: 40_000 });
const systemFlag = fc.constantFrom('\\Answered', '\\Deleted', '\\Draft', '\\Flagged', '\\Seen', '$Forwarded', 'work');

const { key: searchKey } = fc.letrec<{ key: SearchKey }>((tie) => ({
  key: fc.oneof(
    { maxDepth: 4 },
    fc.constant({ kind: 'all' } as const),
    set.map((s) => ({ kind: 'sequence', set: s }) as const),
    set.map((s) => ({ kind: 'uid', set: s }) as const),
    fc.record({ kind: fc.constant('flag' as const), flag: systemFlag, present: fc.boolean() }),
    fc.record({ kind: fc.constant('recent' as const), present: fc.boolean() }),
    fc.record({ kind: fc.constant('header' as const), name: headerName, text }),
    fc.record({ kind: fc.constantFrom('body' as const, 'text' as const), text }),
    fc.record({
      kind: fc.constant('size' as const),
      comparison: fc.constantFrom('larger' as const, 'smaller' as const),
      sizeBytes: fc.integer({ min: 0, max: 0xffffffff }),
    }),
    fc.record({
      kind: fc.constant('date' as const),
      of: fc.constantFrom('internal' as const, 'sent' as const),
      comparison: fc.constantFrom('before' as const, 'on' as const, 'since' as const),
      day,
    }),
    fc.maxSafeNat().map((atLeast) => ({ kind: 'modseq', atLeast }) as const),
    tie('key').map((key) => ({ kind: 'not', key }) as const),
    fc.tuple(tie('key'), tie('key')).map((keys) => ({ kind: 'or', keys }) as const),
    fc.array(tie('key'), { minLength: 2, maxLength: 3 }).map((keys) => ({ kind: 'and', keys }) as const),
  ),
}));

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function spell(key: SearchKey): string {
  switch (key.kind) {
    case 'all':
      return 'ALL';
    case 'sequence':
      return spellSet(key.set);
    case 'uid':
      return `UID ${spellSet(key.set)}`;
    case 'flag': {
      const un = key.present ? '' : 'UN';
      return key.flag.startsWith('\\') ? un + key.flag.slice(1) : `${un}KEYWORD ${key.flag}`;
    }
    case 'recent':
      return key.present ? 'RECENT' : 'OLD';
    case 'header':
      return `HEADER ${formatAString(key.name)} ${formatAString(key.text)}`;
    case 'body':
    case 'text':
      return `${key.kind} ${formatAString(key.text)}`;
    case 'size':
      return `${key.comparison} ${key.sizeBytes}`;
    case 'date': {
      const date = new Date(key.day * 86_400_000);
      const written = `${date.getUTCDate()}-${MONTHS[date.getUTCMonth()]}-${date.getUTCFullYear()}`;
      return `${key.of === 'sent' ? 'SENT' : ''}${key.comparison} ${written}`;
    }
    case 'modseq':
      return `MODSEQ ${key.atLeast}`;
    case 'not':
      return `NOT ${spell(key.key)}`;
    case 'or':
      return `OR ${spell(key.keys[0])} ${spell(key.keys[1])}`;
    case 'and':
      return `(${key.keys.map(spell).join(' ')})`;
  }
}

function spellSet(numbers: SequenceSet): string {
  return numbers.map(({ first, last }) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
}

test('every tree of keys is read back from its words', (context) => {
  alwaysHolds(
    context, // fast-check's records have no prototype.
    fc.property(
      searchKey.map((key) => structuredClone(key)),
      (key) => {
        assert.deepEqual(parseKey(spell(key)), key);
      },
    ),
  );
});
