// Each count and depth of a command: the limit is taken, one more is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FETCH_ITEMS, HEADER_FIELDS, ID_PARAMETERS, LIST_PATTERNS, SEARCH_DEPTH } from '../limits.ts';
import { STRICT } from '../quirks.ts';
import { parseCommand } from './parse-command.ts';

const list = (count: number, item: string) => Array.from({ length: count }, () => item).join(' ');

const LIMITED: readonly (readonly [name: string, limit: number, command: (count: number) => string])[] = [
  ['FETCH_ITEMS', FETCH_ITEMS, (count) => `FETCH 1 (${list(count, 'UID')})`],
  ['HEADER_FIELDS', HEADER_FIELDS, (count) => `FETCH 1 BODY[HEADER.FIELDS (${list(count, 'a')})]`],
  ['LIST_PATTERNS', LIST_PATTERNS, (count) => `LIST "" (${list(count, '*')})`],
  ['ID_PARAMETERS', ID_PARAMETERS, (count) => `ID (${list(count, '"a" "b"')})`],
  ['SEARCH_DEPTH', SEARCH_DEPTH, (count) => `SEARCH ${'NOT '.repeat(count - 1)}ALL`],
  ['SEARCH_DEPTH', SEARCH_DEPTH, (count) => `SEARCH ${'('.repeat(count - 1)}ALL${')'.repeat(count - 1)}`],
];

for (const [name, limit, command] of LIMITED) {
  test(`[T8] ${name}: ${limit} are taken, more are refused (${command(1)})`, () => {
    const isTaken = (count: number) => parseCommand([{ kind: 'text', text: `a ${command(count)}` }], STRICT).ok;
    assert.equal(isTaken(limit), true);
    assert.equal(isTaken(limit + 1), false);
  });
}
