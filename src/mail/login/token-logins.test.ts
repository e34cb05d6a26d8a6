import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_LOGIN_LIMITS } from '#mail/policy/login.ts';
import { loginContext as context, THROTTLED, WRONG, loginWorld as world } from '../../../test/world/logins.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import type { LoginStep } from './exchange.ts';
import { createLogin } from './login.ts';

const bearer = (token: string, who = 'n,,') =>
  Buffer.from(`${who}\x01host=mail.valija.test\x01auth=Bearer ${token}\x01\x01`);
const xoauth2 = (token: string, who: string) => Buffer.from(`user=${who}\x01auth=Bearer ${token}\x01\x01`);

test('[C56] OAUTHBEARER and XOAUTH2: the token says who it is, and that account must be here', async () => {
  const { login, journeys } = world();
  for (const [mechanism, message] of [
    ['OAUTHBEARER', bearer('of.usuario1')],
    ['OAUTHBEARER', bearer('of.usuario1', 'n,a=uno@valija.test,')],
    ['XOAUTH2', xoauth2('of.usuario1', 'usuario1@valija.test')],
  ] as const) {
    const step = await login.begin(mechanism, context()).next(message);
    assert.equal(step.kind === 'accepted' && step.account.id, 'usuario1@valija.test');
  }
  assert.equal(journeys.ofKind('authenticated').length, 3);
  assert.deepEqual(await login.begin('XOAUTH2', context()).next(xoauth2('of.usuario3', 'usuario3')), {
    kind: 'rejected',
    reason: 'disabled',
  });
});

test('[C56] a token is for whom it names, and for nobody else', async () => {
  const { login } = world();
  assert.deepEqual(await login.begin('XOAUTH2', context()).next(xoauth2('of.usuario1', 'usuario2@valija.test')), WRONG);
  assert.deepEqual(await login.begin('OAUTHBEARER', context()).next(bearer('of.usuario1', 'n,a=usuario2,')), WRONG);
});

test('[C56] a token that will not do is explained, and whatever the client says then, it has failed', async () => {
  const { login, log, journeys } = world();
  for (const [mechanism, message, explanation] of [
    [
      'OAUTHBEARER',
      bearer('forged'),
      {
        status: 'invalid_token',
        scope: 'mail',
        'openid-configuration': 'https://id.valija.test/.well-known/openid-configuration',
      },
    ],
    [
      'OAUTHBEARER',
      bearer('narrow.usuario1'),
      {
        status: 'insufficient_scope',
        scope: 'mail',
        'openid-configuration': 'https://id.valija.test/.well-known/openid-configuration',
      },
    ],
    [
      'OAUTHBEARER',
      bearer('of.nadie'),
      {
        status: 'invalid_token',
        scope: 'mail',
        'openid-configuration': 'https://id.valija.test/.well-known/openid-configuration',
      },
    ],
    [
      'OAUTHBEARER',
      Buffer.from('n,,\x01auth=\x01\x01'),
      {
        status: 'invalid_request',
        scope: 'mail',
        'openid-configuration': 'https://id.valija.test/.well-known/openid-configuration',
      },
    ],
    ['XOAUTH2', xoauth2('forged', 'usuario1'), { status: '401', schemes: 'bearer', scope: 'mail' }],
  ] as const) {
    for (const answer of [Buffer.from('\x01'), Buffer.alloc(0), 'cancel'] as const) {
      const exchange = login.begin(mechanism, context());
      const challenge = await exchange.next(message);
      assert.equal(challenge.kind, 'challenge');
      assert.deepEqual(JSON.parse(challenge.data.toString()), explanation);
      assert.deepEqual(await exchange.next(answer), WRONG);
      assert.deepEqual(await exchange.next(message), WRONG);
    }
  }
  const told = log.text() + JSON.stringify(journeys.events);
  for (const secret of ['forged', 'narrow.', 'of.nadie']) assert.ok(!told.includes(secret), secret);
  assert.deepEqual(
    new Set(journeys.ofKind('authentication-failed').map(({ reason }) => reason)),
    new Set(['token-bad-signature', 'token-without-scope', 'unknown-account', 'no-token']),
  );
});

test('[C56] an issuer out of reach is never a wrong token', async () => {
  const { login, tokens, directory, delays } = world();
  const unavailable: LoginStep = { kind: 'rejected', reason: 'unavailable' };
  tokens.outOfReach = true;
  assert.deepEqual(await login.begin('OAUTHBEARER', context()).next(bearer('of.usuario1')), unavailable);
  tokens.outOfReach = false;
  directory.outOfReach = true;
  assert.deepEqual(await login.begin('OAUTHBEARER', context()).next(bearer('of.usuario1')), unavailable);
  assert.deepEqual(delays, []);
});

test('[C56] forged tokens are slowed down like guessed passwords; those that have only expired are not', async () => {
  const { login, clock } = world();
  const send = (token: string) => login.begin('XOAUTH2', context()).next(xoauth2(token, 'usuario1'));
  for (let i = 0; i < 30; i += 1) assert.equal((await send(`expired.${i}`)).kind, 'challenge');
  for (let i = 0; i < 6; i += 1) assert.equal((await send(`forged${i}`)).kind, 'challenge');
  assert.deepEqual(await send('of.usuario1'), THROTTLED);
  clock.advance(DEFAULT_LOGIN_LIMITS.account.firstPauseMs);
  assert.equal((await send('of.usuario1')).kind, 'accepted');
});

test('[C56] where no issuer is known, no token is asked for', async () => {
  const { directory, tokens: _, ...rest } = world();
  const settings = { ...rest, authenticator: directory, randomness: seededRandomness() };
  const login = createLogin({
    ...settings,
    delay: async () => undefined,
    scram: { decoySecret: Buffer.alloc(32), iterations: 64 },
  });
  assert.deepEqual(login.mechanisms(context()), ['SCRAM-SHA-256', 'PLAIN', 'LOGIN']);
  const unknown: LoginStep = { kind: 'rejected', reason: 'mechanism-unknown' };
  assert.deepEqual(await login.begin('OAUTHBEARER', context()).next(bearer('of.usuario1')), unknown);
});
