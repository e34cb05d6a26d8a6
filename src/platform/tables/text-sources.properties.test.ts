// Source files of tables, and the settings of those in SQLite, as anybody may have written them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseExpansions } from './expansion.ts';
import { readEntries } from './source-entries.ts';
import { parseSqliteSettings } from './sqlite-settings.ts';

const PIECES = [
  ...['usuario1', 'usuario1@valija.test', ':', ' ', '\t', '\n', '\n ', '\r\n', '#', '"', '\\', ',', '|', '/dev/null'],
  ...[':include:', '%s', '%u', '%d', '%%', '%9', '%S', '\0', 'ñ', '='],
  ...['dbpath = ', 'query = SELECT a FROM b WHERE c = ', "'%s'", 'result_format', 'domain', 'expansion_limit = -1'],
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('[C66] any text is entries and complaints with a line', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (source) => {
      for (const form of ['table', 'aliases'] as const) {
        for (const { key, value } of readEntries(form, source, () => undefined)) {
          assert.equal(typeof key, 'string');
          assert.equal(typeof value, 'string');
        }
      }
    }),
  );
});

test('[C66] any text is an expansion and settings of a table, or says why not', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (source) => {
      const parsed = parseExpansions(source);
      if (!parsed.ok) assert.notEqual(parsed.error, '');
      try {
        parseSqliteSettings(source, 'table.cf');
      } catch (error) {
        assert.match(String(error), /^Error: table\.cf[:,]/);
      }
    }),
  );
});
