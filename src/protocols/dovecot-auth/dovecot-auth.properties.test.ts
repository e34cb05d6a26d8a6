import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { AuthFraming, MAX_AUTH_LINE_OCTETS } from './auth-framing.ts';
import { formatAuthLine, MAX_AUTH_LINE_FIELDS, parseAuthLine } from './auth-line.ts';
import { parseClientLine } from './client-line.ts';
import { formatAuthReply, parseAuthReply } from './server-line.ts';
import { formatUserReply, formatUserRequest, parseMasterLine, parseUserReply } from './user-lookup.ts';

const text = fc.string({ unit: 'binary', maxLength: 40 }).filter((each) => each.isWellFormed());
const name = text.filter((each) => each !== '');
const id = fc.integer({ min: 0, max: 0xffff_ffff });
const withoutEnd = (line: string) => Buffer.from(line).subarray(0, -1);

test('[T11] whatever a field holds, it stays one field of one line', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.array(text, { minLength: 1, maxLength: MAX_AUTH_LINE_FIELDS }), (fields) => {
      const line = formatAuthLine(fields);
      assert.equal(line.indexOf('\n'), line.length - 1);
      assert.deepEqual(parseAuthLine(withoutEnd(line)), fields);
    }),
  );
});

test('replies and look-ups are read as they were written', (context) => {
  alwaysHolds(
    context,
    fc.property(id, name, fc.uint8Array({ maxLength: 100 }), (number, user, octets) => {
      const data = Buffer.from(octets);
      for (const reply of [
        { kind: 'ok', id: number, user },
        { kind: 'continue', id: number, data },
        { kind: 'fail', id: number, reason: user, code: 'temp_fail' },
        { kind: 'fail', id: number },
      ] as const) {
        assert.deepEqual(parseAuthReply(withoutEnd(formatAuthReply(reply))), reply);
      }
      const asked = parseMasterLine(withoutEnd(formatUserRequest(number, user, 'lmtp')));
      assert.deepEqual(asked, { kind: 'user', id: number, name: user });
      const found = { kind: 'found', id: number, name: user, fields: new Map([['home', user]]) } as const;
      assert.deepEqual(parseUserReply(withoutEnd(formatUserReply('user', found))), found);
    }),
  );
});

const WORDS = ['AUTH', 'CONT', 'CANCEL', 'VERSION', 'CPID', 'USER', 'PASS', 'OK', 'FAIL', 'NOTFOUND', '\t', '\t', '1'];
const PIECES = [
  ...WORDS,
  'PLAIN',
  'service=smtp',
  'resp=',
  'rip=',
  'user=',
  'AGEAYg==',
  '=',
  '\x01',
  '\x01t',
  '\0',
  'ñ',
];
const octets = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 20 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);

test('[T8] [T24] any octets are a line or none, and nothing throws', (context) => {
  alwaysHolds(
    context,
    fc.property(octets, (line) => {
      for (const parse of [parseClientLine, parseAuthReply, parseMasterLine, parseUserReply]) parse(line);
      const client = parseClientLine(line);
      if (client?.kind === 'auth') assert.match(client.request.mechanism, /^[A-Z0-9_-]{1,20}$/);
    }),
  );
});

/** Every line, and whether the stream came to a bad end. */
function linesOf(stream: Buffer, cut: number): readonly string[] {
  const framing = new AuthFraming();
  const lines: string[] = [];
  for (let at = 0; at < stream.length; at += cut) {
    framing.push(stream.subarray(at, at + cut));
    for (;;) {
      const line = framing.nextLine();
      if (!line.ok) return [...lines, line.error];
      if (line.value === undefined) break;
      lines.push(line.value.toString('latin1'));
    }
  }
  return lines;
}

test('[T5] lines are the same however the stream was cut, and one that never ends is not kept', (context) => {
  const stream = fc
    .array(fc.constantFrom('a', '\t', '\n', 'ñ', '\r'), { maxLength: 60 })
    .map((parts) => parts.join(''));
  alwaysHolds(
    context,
    fc.property(stream, fc.integer({ min: 1, max: 20 }), (written, cut) => {
      const whole = Buffer.from(written);
      assert.deepEqual(linesOf(whole, cut), linesOf(whole, 1_000));
    }),
  );
  assert.deepEqual(linesOf(Buffer.alloc(MAX_AUTH_LINE_OCTETS + 1, 'a'), 1_000), ['too-long']);
  assert.equal(linesOf(Buffer.from(`${'a'.repeat(MAX_AUTH_LINE_OCTETS)}\n`), 1_000)[0]?.length, MAX_AUTH_LINE_OCTETS);
});
