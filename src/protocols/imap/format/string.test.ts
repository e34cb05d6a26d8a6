import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatMailbox } from './mailbox.ts';
import { formatAString, formatNString, formatString } from './string.ts';

test('an atom where it may be, quoted where it can be, a literal otherwise', () => {
  assert.equal(formatAString('INBOX'), 'INBOX');
  assert.equal(formatAString('a]b'), 'a]b');
  assert.equal(formatAString(''), '""');
  assert.equal(formatAString('nil'), '"nil"');
  assert.equal(formatAString('a b'), '"a b"');
  assert.equal(formatAString('100%'), '"100%"');
  assert.equal(formatString('say "hi" \\o/'), '"say \\"hi\\" \\\\o/"');
  assert.equal(formatString('año'), '{4}\r\naño');
  assert.equal(formatString('a\r\nb'), '{4}\r\na\r\nb');
  assert.equal(formatString('x'.repeat(1001)), `{1001}\r\n${'x'.repeat(1001)}`);
  assert.equal(formatNString(undefined), 'NIL');
  assert.equal(formatNString('NIL'), '"NIL"');
});

test('NUL, which no string of IMAP4rev1 may hold, is left out', () => {
  assert.equal(formatString('a\0b'), '{2}\r\nab');
});

test('mailbox names', () => {
  assert.equal(formatMailbox('Entwürfe'), 'Entw&APw-rfe');
  assert.equal(formatMailbox('R&D old'), '"R&-D old"');
  assert.equal(formatMailbox('Entwürfe', 'utf8'), '"Entwürfe"');
  assert.equal(formatMailbox('R&D', 'utf8'), 'R&D');
});
