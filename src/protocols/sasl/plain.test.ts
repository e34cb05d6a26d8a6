import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { isIdentity, isPassword } from './identity.ts';
import { formatPlainMessage, parsePlainMessage, startPlain } from './plain.ts';
import type { SaslStep } from './step.ts';

function respond(step: SaslStep, response: string | Buffer): SaslStep {
  assert.equal(step.kind, 'challenge');
  return step.respond(Buffer.from(response));
}

test('[C56] PLAIN: the examples of RFC 4616 §4', () => {
  assert.deepEqual(parsePlainMessage(Buffer.from('\0tim\0tanstaaftanstaaf')), {
    authzid: '',
    authcid: 'tim',
    password: 'tanstaaftanstaaf',
  });
  assert.deepEqual(parsePlainMessage(Buffer.from('Ursel\0Kurt\0xipj3plmq')), {
    authzid: 'Ursel',
    authcid: 'Kurt',
    password: 'xipj3plmq',
  });
});

test('[C56] PLAIN asks for the password, and then says as whom', () => {
  const asked = respond(startPlain(), 'usuario2\0usuario1\0sésamo');
  assert.equal(asked.kind, 'ask-password');
  assert.equal(asked.login, 'usuario1');
  assert.equal(asked.password, 'sésamo');
  assert.deepEqual(asked.proceed(), { kind: 'success', authzid: 'usuario2', data: undefined });
});

test('[T5] [T8] PLAIN: malformed messages are refused', () => {
  const cases: (string | Buffer)[] = [
    '',
    'usuario1',
    'usuario1\0secret',
    '\0\0secret',
    '\0usuario1\0',
    '\0usuario1\0secret\0',
    '\0usuario1\0sec\0ret',
    '\0usu\nario1\0secret',
    '\0usu\u0085ario1\0secret',
    'a\r\nb\0usuario1\0secret',
    `\0${'a'.repeat(256)}\0secret`,
    `\0usuario1\0${'a'.repeat(1025)}`,
    Buffer.from([0, 0xc0, 0xaf, 0, 0x61]),
    Buffer.from([0, 0xed, 0xa0, 0x80, 0, 0x61]),
    Buffer.from([0, 0x61, 0, 0xe2, 0x82]),
    Buffer.from([0, 0x61, 0, 0xff]),
  ];
  for (const message of cases) {
    assert.deepEqual(respond(startPlain(), message), { kind: 'failure', reason: 'malformed' }, JSON.stringify(message));
  }
});

test('PLAIN: what is written is what is read', (context) => {
  const identity = fc.string({ unit: 'grapheme', maxLength: 60 }).filter(isIdentity);
  const password = fc.string({ unit: 'grapheme', maxLength: 200 }).filter(isPassword);
  alwaysHolds(
    context,
    fc.property(fc.oneof(fc.constant(''), identity), identity, password, (authzid, authcid, secret) => {
      const message = { authzid, authcid, password: secret };
      assert.deepEqual(parsePlainMessage(formatPlainMessage(message)), message);
    }),
  );
});

test('PLAIN: any octets are a message or a mistake, never an exception', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
      const parsed = parsePlainMessage(Buffer.from(octets));
      if (parsed !== undefined) assert.deepEqual(formatPlainMessage(parsed), Buffer.from(octets));
    }),
  );
});
