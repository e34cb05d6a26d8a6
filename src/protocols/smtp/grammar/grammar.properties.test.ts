import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { DEFAULT_SMTP_QUIRKS } from '../quirks.ts';
import { parseCommandLine } from './command-line.ts';
import { parseGreetingName } from './greeting-name.ts';
import { parseMailParameters } from './mail-parameters.ts';
import { parseMailbox } from './mailbox.ts';
import { parsePathMailbox, splitPathArgument } from './path.ts';
import { parseRcptParameters } from './rcpt-parameters.ts';
import { parseXtext } from './xtext.ts';

const PIECES = [
  'FROM:',
  'TO:',
  '<',
  '>',
  '@',
  'a',
  'b.example',
  '"',
  '\\',
  ' ',
  ':',
  ',',
  '[IPv6:',
  '::1',
  ']',
  'SIZE=',
  '9',
];
const MORE = [
  'BODY=8BITMIME',
  'SMTPUTF8',
  'RET=FULL',
  'ENVID=',
  'AUTH=',
  '+2B',
  'NOTIFY=',
  'NEVER',
  'ORCPT=rfc822;',
  'ñ',
  '=',
  ';',
];
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES, ...MORE), { maxLength: 15 }).map((parts) => parts.join('')),
  fc.array(fc.constantFrom(...PIECES, ...MORE), { maxLength: 15 }).map((parts) => parts.join(' ')),
  fc.string({ unit: 'binary', maxLength: 100 }),
);

test('[T8][T12] no text makes a reader of commands throw', (context) => {
  alwaysHolds(
    context,
    fc.property(text, (line) => {
      const { argument } = parseCommandLine(line);
      for (const each of [line, argument]) {
        parseGreetingName(each, DEFAULT_SMTP_QUIRKS);
        parseMailbox(each);
        parseXtext(each);
        assert.equal(typeof parseMailParameters(each).ok, 'boolean');
        assert.equal(typeof parseRcptParameters(each, DEFAULT_SMTP_QUIRKS).ok, 'boolean');
        const split = splitPathArgument(each, 'FROM:', DEFAULT_SMTP_QUIRKS);
        if (split !== undefined) parsePathMailbox(split.path);
      }
    }),
  );
});
