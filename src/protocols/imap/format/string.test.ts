import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Framer } from '../framing.ts';
import { parseCommand } from '../grammar/parse-command.ts';
import { LIMITS_AFTER_LOGIN } from '../limits.ts';
import { STRICT } from '../quirks.ts';
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

function readBack(command: string, names: 'modified-utf7' | 'utf8'): unknown {
  const framer = new Framer(LIMITS_AFTER_LOGIN, STRICT);
  framer.push(Buffer.from(`${command}\r\n`));
  for (let event = framer.next(); event !== undefined; event = framer.next()) {
    if (event.kind === 'literal-begin') framer.acceptLiteral('buffer');
    if (event.kind === 'command') return parseCommand(event.segments, STRICT, names);
  }
  return undefined;
}

const text = fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '\r\n', '{3}', 'ñ', '📬', '&'), fc.string()) });

test('every string is read back as it was', () => {
  fc.assert(
    fc.property(text, text, (user, password) => {
      fc.pre(!`${user}${password}`.includes('\0'));
      const expected = { ok: true, value: { tag: 'a', command: { kind: 'login', user, password } } };
      assert.deepEqual(readBack(`a LOGIN ${formatAString(user)} ${formatAString(password)}`, 'utf8'), expected);
    }),
  );
});

test('every mailbox name is read back as it was', () => {
  const name = text.filter((t) => !/[\x00-\x1f\x7f]|^inbox($|\/)/i.test(t));
  fc.assert(
    fc.property(name, fc.constantFrom('modified-utf7' as const, 'utf8' as const), (mailbox, names) => {
      const expected = { ok: true, value: { tag: 'a', command: { kind: 'delete', mailbox } } };
      assert.deepEqual(readBack(`a DELETE ${formatMailbox(mailbox, names)}`, names), expected);
    }),
  );
});
