import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../../test/world/generated-inputs.ts';
import { Framer } from '../framing.ts';
import { parseCommand } from '../grammar/parse-command.ts';
import { LIMITS_AFTER_LOGIN } from '../limits.ts';
import { STRICT } from '../quirks.ts';
import { formatMailbox } from './mailbox.ts';
import { formatAString } from './string.ts';

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

test('every string is read back as it was', (context) => {
  alwaysHolds(
    context,
    fc.property(text, text, (user, password) => {
      fc.pre(!`${user}${password}`.includes('\0'));
      const expected = { ok: true, value: { tag: 'a', command: { kind: 'login', user, password } } };
      assert.deepEqual(readBack(`a LOGIN ${formatAString(user)} ${formatAString(password)}`, 'utf8'), expected);
    }),
  );
});

test('every mailbox name is read back as it was', (context) => {
  const name = text.filter((t) => !/[\x00-\x1f\x7f]|^inbox($|\/)/i.test(t));
  alwaysHolds(
    context,
    fc.property(name, fc.constantFrom('modified-utf7' as const, 'utf8' as const), (mailbox, names) => {
      const expected = { ok: true, value: { tag: 'a', command: { kind: 'delete', mailbox } } };
      assert.deepEqual(readBack(`a DELETE ${formatMailbox(mailbox, names)}`, names), expected);
    }),
  );
});
