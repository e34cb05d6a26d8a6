import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formsOfSecret, parseNewSecret, prepareSecret } from './secret.ts';

test('secrets are prepared as RFC 4013 §3 shows', () => {
  assert.equal(prepareSecret('I\u00ADX'), 'IX');
  assert.equal(prepareSecret('user'), 'user');
  assert.equal(prepareSecret('USER'), 'USER');
  assert.equal(prepareSecret('\u00AA'), 'a');
  assert.equal(prepareSecret('\u2168'), 'IX');
  assert.equal(prepareSecret('\u0007'), undefined);
  assert.equal(prepareSecret('\u06271'), undefined);
});

test('[T8] lone surrogates are no secret', () => {
  assert.equal(prepareSecret('clave\ud800larga'), undefined);
  assert.deepEqual(parseNewSecret('clave\ud800larga'), { ok: false, error: 'unusable-character' });
});

test('a secret is tried prepared, and as typed where that differs', () => {
  assert.deepEqual(formsOfSecret('test'), ['test']);
  assert.deepEqual(formsOfSecret('\u2168-secreto'), ['IX-secreto', '\u2168-secreto']);
  assert.deepEqual(formsOfSecret(''), []);
  assert.deepEqual(formsOfSecret('x'.repeat(1001)), []);
});

test('a new password has eight characters, no control characters, and at most 1,000 octets', () => {
  assert.deepEqual(parseNewSecret('1234567'), { ok: false, error: 'too-short' });
  assert.deepEqual(parseNewSecret('😀😀😀😀'), { ok: false, error: 'too-short' });
  assert.deepEqual(parseNewSecret('12345678'), { ok: true, value: '12345678' });
  assert.deepEqual(parseNewSecret('contraseña 😀'), { ok: true, value: 'contraseña 😀' });
  assert.deepEqual(parseNewSecret('1234\t5678'), { ok: false, error: 'control-character' });
  assert.deepEqual(parseNewSecret('12345678\r'), { ok: false, error: 'control-character' });
  assert.deepEqual(parseNewSecret('1234\u00005678'), { ok: false, error: 'control-character' });
  assert.deepEqual(parseNewSecret('ñ'.repeat(501)), { ok: false, error: 'too-long' });
  assert.deepEqual(parseNewSecret('\u00AD'.repeat(8)), { ok: false, error: 'unusable-character' });
});
