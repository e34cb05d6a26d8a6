import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { DEFAULT_LOGIN_LIMITS } from '#mail/policy/login.ts';
import type { MechanismName } from '#protocols/sasl/mechanisms.ts';
import {
  loginContext as context,
  plain,
  scram,
  THROTTLED,
  WRONG,
  loginWorld as world,
} from '../../../test/world/logins.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import type { LoginStep } from './exchange.ts';
import { createLogin } from './login.ts';

test('[C56] mechanisms are offered under TLS, strongest first, and never where servers talk to servers', () => {
  const { login } = world();
  const others = ['SCRAM-SHA-256', 'OAUTHBEARER', 'XOAUTH2', 'PLAIN', 'LOGIN'];
  assert.deepEqual(login.mechanisms(context({ bound: true })), ['SCRAM-SHA-256-PLUS', ...others]);
  assert.deepEqual(login.mechanisms(context()), others);
  assert.deepEqual(login.mechanisms(context({ tls: undefined })), []);
  assert.deepEqual(login.mechanisms(context({ service: 'smtp' })), []);
});

test('[C56] the settings say what is offered, and may change; without PLAIN no password is taken by a command either', async () => {
  const { directory, clock, log, journeys, tokens } = world();
  let mechanisms: readonly MechanismName[] = ['PLAIN', 'SCRAM-SHA-256'];
  const login = createLogin({
    ...{ authenticator: directory, clock, log, journeys, randomness: seededRandomness() },
    tokens: { ...tokens, findAccount: (name) => directory.findAccount(name) },
    mechanisms: () => mechanisms,
    delay: async () => undefined,
    scram: { decoySecret: Buffer.alloc(32, 1), iterations: 64 },
  });
  const bound = context({ bound: true });
  assert.deepEqual(login.mechanisms(bound), ['SCRAM-SHA-256-PLUS', 'SCRAM-SHA-256', 'PLAIN']);
  assert.equal((await login.password('usuario1', 'sésamo', bound)).kind, 'accepted');
  mechanisms = ['SCRAM-SHA-1', 'XOAUTH2'];
  assert.deepEqual(login.mechanisms(bound), ['SCRAM-SHA-1-PLUS', 'SCRAM-SHA-1', 'XOAUTH2']);
  const unknown = { kind: 'rejected', reason: 'mechanism-unknown' };
  assert.deepEqual(await login.password('usuario1', 'sésamo', bound), unknown);
  assert.deepEqual(await login.begin('PLAIN', bound).next(plain('usuario1', 'sésamo')), unknown);
});

test('[C56] PLAIN with an initial response, and in two steps', async () => {
  const { login, journeys } = world();
  const once = await login.begin('plain', context()).next(plain('usuario1@valija.test', 'sésamo'));
  assert.equal(once.kind === 'accepted' && once.account.id, 'usuario1@valija.test');
  assert.equal(once.kind === 'accepted' && once.mechanism, 'PLAIN');

  const exchange = login.begin('PLAIN', context());
  assert.deepEqual(await exchange.next(undefined), { kind: 'challenge', data: Buffer.alloc(0) });
  assert.equal((await exchange.next(plain('usuario1', 'sésamo'))).kind, 'accepted');
  assert.deepEqual(journeys.ofKind('authenticated'), [
    { kind: 'authenticated', account: 'usuario1@valija.test', mechanism: 'PLAIN' },
    { kind: 'authenticated', account: 'usuario1@valija.test', mechanism: 'PLAIN' },
  ]);
});

test('[C56] LOGIN in three steps, and with the name as initial response', async () => {
  const { login } = world();
  const exchange = login.begin('LOGIN', context());
  assert.deepEqual(await exchange.next(undefined), { kind: 'challenge', data: Buffer.from('Username:') });
  assert.deepEqual(await exchange.next(Buffer.from('usuario1')), { kind: 'challenge', data: Buffer.from('Password:') });
  assert.equal((await exchange.next(Buffer.from('sésamo'))).kind, 'accepted');

  const short = login.begin('LOGIN', context());
  assert.equal((await short.next(Buffer.from('usuario1'))).kind, 'challenge');
  assert.equal((await short.next(Buffer.from('sésamo'))).kind, 'accepted');
});

test('[C56] SCRAM-SHA-256: the right password is accepted, with the server’s own proof', async () => {
  const { login } = world();
  const { step } = await scram(login, 'usuario1@valija.test', 'sésamo');
  assert.equal(step.kind, 'accepted');
  assert.match(step.data?.toString() ?? '', /^v=[A-Za-z0-9+/]{43}=$/);
  assert.notEqual((await scram(login, 'usuario1', 'sésamo')).nonce, (await scram(login, 'usuario1', 'sésamo')).nonce);
});

test('[C56] SCRAM-SHA-256: a stranger cannot tell a wrong password from an account that is not there', async () => {
  const { login, journeys } = world();
  const known = await scram(login, 'usuario1@valija.test', 'falsa');
  for (const user of ['nadie@valija.test', 'usuario3@valija.test', 'usuario4@valija.test']) {
    const unknown = await scram(login, user, 'falsa');
    assert.deepEqual(unknown.step, known.step);
    assert.deepEqual(unknown.step, WRONG);
    assert.equal(unknown.salt.length, known.salt.length);
    assert.equal(unknown.iterations, known.iterations);
    assert.equal((await scram(login, user, 'falsa')).salt, unknown.salt);
  }
  assert.equal(journeys.ofKind('authentication-failed')[0]?.reason, 'wrong-proof');
  assert.equal(journeys.ofKind('authentication-failed')[1]?.reason, 'unknown-account');
});

test('[T26] [C56] SCRAM: two ways to write one name show the same, of an account that is there and of one that is not', async () => {
  const { login } = world();
  const seen = new Set<string>();
  for (const name of ['usuario1', 'usuario4', 'nadie']) {
    const salts = new Set<string>();
    for (const written of [name, name.toUpperCase(), `${name}@valija.test`, `${name}@VALIJA.test`]) {
      salts.add((await scram(login, written, 'falsa')).salt);
    }
    assert.equal(salts.size, 1, name);
    for (const salt of salts) seen.add(salt);
  }
  assert.equal(seen.size, 3);
});

test('[C56] a wrong password is refused after a named delay, in the words that fail2ban’s Postfix filter reads', async () => {
  const { login, log, delays, journeys } = world();
  assert.deepEqual(await login.begin('PLAIN', context()).next(plain('usuario1', 'falsa')), WRONG);
  assert.deepEqual(delays, [DEFAULT_LOGIN_LIMITS.refusalDelayMs]);
  const [line] = log.lines;
  assert.equal(line?.area, 'submission/smtpd');
  assert.match(
    line?.text ?? '',
    /^warning: [^[]*\[192\.0\.2\.1\](?::\d+)?: SASL (?:LOGIN|PLAIN|(?:CRAM|DIGEST)-MD5) authentication failed:(?! Connection lost to authentication server| Invalid authentication mechanism)/,
  );
  assert.deepEqual(journeys.ofKind('authentication-failed'), [
    {
      kind: 'authentication-failed',
      login: 'usuario1',
      mechanism: 'PLAIN',
      reason: 'wrong-password',
      service: 'submission',
      clientAddress: '192.0.2.1',
    },
  ]);
});

// fail2ban 1.0's dovecot filter, its HOST narrowed to what the test sends.
const FAIL2BAN_DOVECOT =
  /^(?:Aborted login|Disconnected) \((?:auth failed, \d+ attempts(?: in \d+ secs)?)\):(?: user=<([^>]*)>,)?(?: method=\S+,)? rip=([\d.]+)(?:[^>]*(?:, session=<\S+>)?)\s*$/;

test('IMAP and POP3 log in Dovecot’s words, and a name cannot fake another address', async () => {
  for (const service of ['imap', 'pop3'] as const) {
    const { login, log } = world();
    await login.password('a>, method=PLAIN, rip=203.0.113.9, user=<b', 'falsa', context({ service }));
    const [line] = log.lines;
    assert.equal(line?.area, `${service}-login`);
    // The log puts the fields behind the text.
    const tail = Object.entries(line?.fields ?? {}).map(([key, value]) => ` ${key}=${value}`);
    const match = FAIL2BAN_DOVECOT.exec(`${line?.text}${tail.join('')}`);
    assert.equal(match?.[2], '192.0.2.1');
    assert.equal(match?.[1], 'a?? method=PLAIN? rip=203.0.113.9? user=?b');
    assert.equal((await login.password('usuario1', 'sésamo', context({ service }))).kind, 'accepted');
    assert.match(
      log.lines[1]?.text ?? '',
      /^Login: user=<usuario1@valija\.test>, method=PLAIN, rip=192\.0\.2\.1, lip=/,
    );
  }
});

test('no secret reaches the log or the journey', async () => {
  const { login, log, journeys } = world();
  await login.begin('PLAIN', context()).next(plain('usuario1', 'sésamo'));
  await login.begin('PLAIN', context()).next(plain('usuario1', 'casi-sésamo'));
  await login.password('usuario1', 'casi-sésamo', context());
  await scram(login, 'usuario1', 'sésamo');
  const told = log.text() + JSON.stringify(journeys.events);
  assert.ok(!told.includes('sésamo') && !told.includes(Buffer.from('sésamo').toString('base64')));
});

test('an authorization identity must be the account’s own', async () => {
  const { login } = world();
  for (const own of ['', 'usuario1@valija.test', 'UNO@valija.test', 'usuario1']) {
    const step = await login.begin('PLAIN', context()).next(plain('usuario1', 'sésamo', own));
    assert.equal(step.kind, 'accepted', own);
  }
  const other = await login.begin('PLAIN', context()).next(plain('usuario1', 'sésamo', 'usuario2@valija.test'));
  assert.deepEqual(other, WRONG);
});

test('a directory out of reach is never a wrong password, and costs no delay', async () => {
  const { login, directory, delays, log } = world();
  directory.outOfReach = true;
  const unavailable: LoginStep = { kind: 'rejected', reason: 'unavailable' };
  assert.deepEqual(await login.password('usuario1', 'sésamo', context()), unavailable);
  assert.deepEqual(await login.begin('SCRAM-SHA-256', context()).next(Buffer.from('n,,n=usuario1,r=x')), unavailable);
  for (let i = 0; i < 50; i += 1) await login.password('usuario1', 'sésamo', context());
  directory.outOfReach = false;
  assert.equal((await login.password('usuario1', 'sésamo', context())).kind, 'accepted');
  assert.deepEqual(delays, []);
  assert.match(log.lines[0]?.text ?? '', /Connection lost to authentication server/);
});

test('only a failing world is forgiven: a bug goes on', async () => {
  const { directory, tokens: _, ...rest } = world();
  const broken = { ...directory, checkPassword: () => Promise.reject(new TypeError('bug')) };
  const login = createLogin({
    ...rest,
    authenticator: broken,
    randomness: seededRandomness(),
    delay: async () => undefined,
    scram: { decoySecret: Buffer.alloc(32), iterations: 64 },
  });
  await assert.rejects(login.password('usuario1', 'sésamo', context()), TypeError);
  const failing = { ...directory, checkPassword: () => Promise.reject(new WorldError('ask', { transient: true })) };
  const patient = createLogin({
    ...rest,
    authenticator: failing,
    randomness: seededRandomness(),
    delay: async () => undefined,
    scram: { decoySecret: Buffer.alloc(32), iterations: 64 },
  });
  assert.deepEqual(await patient.password('u', 'p', context()), { kind: 'rejected', reason: 'unavailable' });
});

test('a disabled account is told so only with its password', async () => {
  const { login } = world();
  assert.deepEqual(await login.password('usuario3', 'falsa', context()), WRONG);
  assert.deepEqual(await login.password('usuario3', 'vieja', context()), { kind: 'rejected', reason: 'disabled' });
});

test('[T5] [T24] what breaks the grammar is refused at once: no delay, no question to the directory', async () => {
  const { login, directory, delays, log } = world();
  directory.outOfReach = true;
  const malformed: LoginStep = { kind: 'rejected', reason: 'malformed' };
  assert.deepEqual(await login.begin('PLAIN', context()).next(Buffer.from('nonsense')), malformed);
  assert.deepEqual(await login.begin('SCRAM-SHA-256', context()).next(Buffer.from('n,,x')), malformed);
  assert.deepEqual(await login.password('usu\nario1', 'x', context()), malformed);
  assert.deepEqual(await login.password('usuario1', 'a\0b', context()), malformed);
  assert.deepEqual(await login.password('', '', context()), malformed);
  assert.deepEqual(delays, []);
  assert.ok(!log.text().includes('usu\nario1'));
});

test('an unknown mechanism, a cancelled exchange, an exchange that is over', async () => {
  const { login, log } = world();
  const unknown: LoginStep = { kind: 'rejected', reason: 'mechanism-unknown' };
  assert.deepEqual(await login.begin('CRAM-MD5', context()).next(undefined), unknown);
  assert.match(log.lines[0]?.text ?? '', /SASL CRAM-MD5 authentication failed: Invalid authentication mechanism/);
  assert.deepEqual(await login.begin('PLAIN', context({ tls: undefined })).next(plain('usuario1', 'sésamo')), unknown);
  assert.deepEqual(await login.password('usuario1', 'sésamo', context({ tls: undefined })), unknown);

  const exchange = login.begin('LOGIN', context());
  await exchange.next(undefined);
  assert.deepEqual(await exchange.next('cancel'), { kind: 'rejected', reason: 'cancelled' });
  assert.deepEqual(await exchange.next(Buffer.from('usuario1')), { kind: 'rejected', reason: 'malformed' });
});

test('[C56] guessing is slowed down for that account on that network alone', async () => {
  const { login, clock } = world();
  for (let i = 0; i < 6; i += 1) assert.deepEqual(await login.password('usuario1', `falsa${i}`, context()), WRONG);
  assert.deepEqual(await login.password('usuario1', 'sésamo', context()), THROTTLED);
  assert.deepEqual(await login.password('USUARIO1', 'sésamo', context()), THROTTLED);
  const early = await scram(login, 'usuario1', 'sésamo');
  assert.deepEqual([early.step, early.salt], [THROTTLED, ''], 'no keys are made for who has to wait');
  assert.equal((await login.password('usuario1', 'sésamo', context({ from: '192.0.2.2' }))).kind, 'accepted');
  assert.equal((await login.password('usuario2', 'otra', context())).kind, 'accepted');
  clock.advance(DEFAULT_LOGIN_LIMITS.account.firstPauseMs);
  assert.equal((await login.password('usuario1', 'sésamo', context())).kind, 'accepted');
});

test('SCRAM guesses count, though all exchanges were begun before the first failed', async () => {
  const { login } = world();
  const results = await Promise.all(Array.from({ length: 30 }, (_, i) => scram(login, 'usuario1', `falsa${i}`)));
  const throttled = results.filter(({ step }) => step.kind === 'rejected' && step.reason === 'throttled');
  assert.equal(throttled.length, 30 - DEFAULT_LOGIN_LIMITS.account.freeFailures - 1);
});

test('password guesses in parallel are bounded', async () => {
  const { login } = world();
  const steps = await Promise.all(
    Array.from({ length: 200 }, (_, i) => login.password('usuario1', `f${i}`, context())),
  );
  const examined = steps.filter((step) => step.kind === 'rejected' && step.reason === 'invalid-credentials');
  assert.ok(examined.length <= DEFAULT_LOGIN_LIMITS.maxChecksAtOnce, `${examined.length} examined`);
});

test('a telephone that keeps the old password does not lock its owner out at home', async () => {
  const { login, clock } = world();
  for (let i = 0; i < 100; i += 1) {
    assert.deepEqual(await login.password('usuario1', 'la-de-antes', context()), WRONG);
    clock.advance(1_000);
  }
  assert.equal((await login.password('usuario1', 'sésamo', context())).kind, 'accepted');
});

test('[T24] thousands of malformed exchanges hold nobody up, on the same network neither', async () => {
  const { login, delays } = world();
  const nonsense = [
    Buffer.from('nonsense'),
    Buffer.alloc(9_000, 0xff),
    Buffer.from('n,,x'),
    Buffer.from('user=\x01\x01'),
  ];
  const broken = ['PLAIN', 'SCRAM-SHA-256', 'OAUTHBEARER', 'XOAUTH2', 'LOGIN'].flatMap((mechanism) =>
    Array.from({ length: 1_000 }, async (_, i) => {
      const exchange = login.begin(mechanism, context());
      const step = await exchange.next(nonsense[i % nonsense.length]);
      return step.kind === 'challenge' ? await exchange.next(Buffer.from([0xff])) : step;
    }),
  );
  assert.equal((await login.begin('PLAIN', context()).next(plain('usuario1', 'sésamo'))).kind, 'accepted');
  const steps = await Promise.all(broken);
  assert.ok(steps.every((step) => step.kind === 'rejected' && step.reason === 'malformed'));
  assert.deepEqual(delays, []);
});
