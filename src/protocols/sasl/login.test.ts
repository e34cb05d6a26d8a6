import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startLogin } from './login.ts';
import type { SaslStep } from './step.ts';

function respond(step: SaslStep, response: string): SaslStep {
  assert.equal(step.kind, 'challenge');
  return step.respond(Buffer.from(response));
}

test('[C56] LOGIN prompts for the name, then for the password', () => {
  const first = startLogin();
  assert.equal(first.kind === 'challenge' && first.data.toString(), 'Username:');
  const second = respond(first, 'usuario1@valija.test');
  assert.equal(second.kind === 'challenge' && second.data.toString(), 'Password:');
  const asked = respond(second, 'two words');
  assert.equal(asked.kind, 'ask-password');
  assert.equal(asked.login, 'usuario1@valija.test');
  assert.equal(asked.password, 'two words');
  assert.deepEqual(asked.proceed(), { kind: 'success', authzid: '', data: undefined });
});

test('[T5] LOGIN: empty, overlong and unprintable answers are refused', () => {
  for (const name of ['', 'a\0b', 'a\r\nb', 'a'.repeat(256)]) {
    assert.deepEqual(respond(startLogin(), name), { kind: 'failure', reason: 'malformed' }, JSON.stringify(name));
  }
  for (const password of ['', 'a\0b', 'a'.repeat(1025)]) {
    const step = respond(respond(startLogin(), 'usuario1'), password);
    assert.deepEqual(step, { kind: 'failure', reason: 'malformed' }, JSON.stringify(password));
  }
});
