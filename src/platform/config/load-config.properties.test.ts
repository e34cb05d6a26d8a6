import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { parseConfig } from './load-config.ts';
import { formatComplaint } from './toml-text.ts';

const PIECES = [
  '[[listen]]',
  '\n',
  'service = "smtp"',
  'port = 25',
  'port = -1',
  'smtpd_timeout = "5d"',
  '= ',
  '"',
  '[',
  ']',
  '#',
  'a.b = 1',
  'smtpd_client_event_limit_exceptions = ["10.0.0.0/8"]',
  'true',
  '1e400',
  'ñ',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 15 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...PIECES), { maxLength: 15 }).map((parts) => parts.join('\n')),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

test('any file is a configuration or has complaints that can be read', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (content) => {
      const outcome = parseConfig(content, 'valija.toml');
      if (outcome.ok) return;
      assert.ok(outcome.error.length > 0);
      for (const complaint of outcome.error) assert.match(formatComplaint(complaint), /^valija\.toml/);
    }),
  );
});
