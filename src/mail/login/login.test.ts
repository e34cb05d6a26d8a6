import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { DEFAULT_LOGIN_LIMITS } from '#mail/policy/login.ts';
import { clientProof } from '#protocols/sasl/scram-keys.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { memoryDirectory } from '../../../test/world/directory.ts';
import { collectingJourneys } from '../../../test/world/journeys.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { seededRandomness } from '../../../test/world/randomness.ts';
import { memoryTokens } from '../../../test/world/tokens.ts';
import type { LoginContext, LoginStep } from './exchange.ts';
import { createLogin } from './login.ts';

const TLS = { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', bits: 256, serverName: undefined };
const WRONG: LoginStep = { kind: 'rejected', reason: 'invalid-credentials' };
const THROTTLED: LoginStep = { kind: 'rejected', reason: 'throttled' };

function world() {
  const clock = fixedClock();
  const directory = memoryDirectory({
    domains: ['valija.test'],
    accounts: [
      { address: 'usuario1@valija.test', password: 'sésamo', addresses: ['uno@valija.test'] },
      { address: 'usuario2@valija.test', password: 'otra' },
      { address: 'usuario3@valija.test', password: 'vieja', disabled: true },
      { address: 'usuario4@valija.test', password: 'ajena', scram: false },
    ],
  });
  const log = collectingLog();
  const journeys = collectingJourneys(clock);
  const delays: number[] = [];
  const tokens = memoryTokens();
  const login = createLogin({
    authenticator: directory,
    tokens: { ...tokens, findAccount: (name) => directory.findAccount(name) },
    clock,
    randomness: seededRandomness(),
    log,
    journeys,
    delay: async (ms) => {
      delays.push(ms);
    },
    scram: { decoySecret: Buffer.alloc(32, 1), iterations: 64 },
  });
  return { clock, directory, tokens, log, journeys, delays, login };
}

const EXPORTED = Buffer.alloc(32, 'e');

interface ContextLiteral {
  readonly service?: LoginContext['service'];
  readonly from?: string;
  readonly tls?: undefined;
  /** TLS ends here. */
  readonly bound?: true;
}

function context(overrides: ContextLiteral = {}): LoginContext {
  const channelBinding: LoginContext['channelBinding'] = (type) => (type === 'tls-exporter' ? EXPORTED : undefined);
  return {
    ...(overrides.bound && { channelBinding }),
    service: overrides.service ?? 'submission',
    connection: {
      connectionId: 'c1',
      clientAddress: overrides.from ?? '192.0.2.1',
      clientPort: 50_000,
      serverAddress: '198.51.100.1',
      serverPort: 587,
    },
    tls: 'tls' in overrides ? undefined : TLS,
  };
}

const plain = (login: string, password: string, authzid = '') => Buffer.from(`${authzid}\0${login}\0${password}`);

test('[C56] mechanisms are offered under TLS, strongest first, and never where servers talk to servers', () => {
  const { login } = world();
  const others = ['SCRAM-SHA-256', 'OAUTHBEARER', 'XOAUTH2', 'PLAIN', 'LOGIN'];
  assert.deepEqual(login.mechanisms(context({ bound: true })), ['SCRAM-SHA-256-PLUS', ...others]);
  assert.deepEqual(login.mechanisms(context()), others);
  assert.deepEqual(login.mechanisms(context({ tls: undefined })), []);
  assert.deepEqual(login.mechanisms(context({ service: 'smtp' })), []);
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

interface ScramClient {
  readonly mechanism?: string;
  readonly gs2?: string;
  readonly binding?: Buffer;
}

async function scram(
  begin: ReturnType<typeof world>['login'],
  user: string,
  password: string,
  { mechanism = 'SCRAM-SHA-256', gs2 = 'n,,', binding = Buffer.alloc(0) }: ScramClient = {},
) {
  const exchange = begin.begin(mechanism, context({ bound: true }));
  const bare = `n=${user},r=clientnonce`;
  const challenge = await exchange.next(Buffer.from(gs2 + bare));
  assert.equal(challenge.kind, 'challenge');
  const serverFirst = challenge.data.toString();
  const [, nonce = '', salt = '', iterations] = /^r=([^,]+),s=([^,]+),i=(\d+)$/.exec(serverFirst) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const cbind = Buffer.concat([Buffer.from(gs2), binding]).toString('base64');
  const withoutProof = `c=${cbind},r=${nonce}`;
  const proof = clientProof(salted, `${bare},${serverFirst},${withoutProof}`).toString('base64');
  return { step: await exchange.next(Buffer.from(`${withoutProof},p=${proof}`)), salt, nonce, iterations };
}

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

const PLUS = { mechanism: 'SCRAM-SHA-256-PLUS', gs2: 'p=tls-exporter,,' };

test('[C56] SCRAM-SHA-256-PLUS: accepted on the connection it was made for, refused on every other', async () => {
  const { login, journeys } = world();
  const right = await scram(login, 'usuario1', 'sésamo', { ...PLUS, binding: EXPORTED });
  assert.equal(right.step.kind === 'accepted' && right.step.mechanism, 'SCRAM-SHA-256-PLUS');
  const relayed = await scram(login, 'usuario1', 'sésamo', { ...PLUS, binding: Buffer.alloc(32) });
  assert.deepEqual(relayed.step, WRONG);
  assert.equal(journeys.ofKind('authentication-failed')[0]?.reason, 'channel-binding-mismatch');
});

test('[C56] who was offered -PLUS and says «y» is in other hands, and refused', async () => {
  const { login, journeys } = world();
  const begun = login.begin('SCRAM-SHA-256', context({ bound: true }));
  assert.deepEqual(await begun.next(Buffer.from('y,,n=usuario1,r=x')), WRONG);
  assert.equal(journeys.ofKind('authentication-failed')[0]?.reason, 'channel-binding-downgraded');
  const notOffered = login.begin('SCRAM-SHA-256', context());
  assert.equal((await notOffered.next(Buffer.from('y,,n=usuario1,r=x'))).kind, 'challenge');
  const unknown: LoginStep = { kind: 'rejected', reason: 'mechanism-unknown' };
  assert.deepEqual(await login.begin('SCRAM-SHA-256-PLUS', context()).next(Buffer.from('x')), unknown);
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
  assert.deepEqual((await scram(login, 'usuario1', 'sésamo')).step, THROTTLED);
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
