import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { type IssuerSource, openBearerTokens } from './open-bearer-tokens.ts';

const ISSUER = 'https://id.valija.test/realms/escuela';
const MINUTE = 60_000;
const first = await generateKeyPair('ES256', { extractable: true });
const second = await generateKeyPair('ES256', { extractable: true });
const rsa = await generateKeyPair('RS256', { extractable: true });

const publicKey = async (pair: typeof first, kid: string) => ({ ...(await exportJWK(pair.publicKey)), kid });

/** An issuer's web server: what it answers is the test's to say. */
async function keyServer() {
  const state = { keys: [await publicKey(first, 'uno')], asked: 0, answer: undefined as Answer | undefined };
  const server = createServer((request, response) => {
    state.asked += 1;
    if (state.answer !== undefined) return state.answer(request, response);
    response.end(JSON.stringify({ keys: state.keys }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return Object.assign(state, {
    uri: `http://127.0.0.1:${port}/certs`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

function world(proof: IssuerSource['proof'], overrides: Partial<IssuerSource> = {}) {
  const clock = fixedClock();
  const log = collectingLog();
  const issuer: IssuerSource = {
    ...{ issuer: ISSUER, audience: ['valija', 'correo'], algorithms: ['ES256', 'RS256'], usernameClaim: 'email' },
    ...{ scope: '', clockSkewMs: MINUTE, proof },
    ...overrides,
  };
  const settings = {
    issuers: [issuer],
    keySets: { refreshMs: 60 * MINUTE, believedMs: 24 * 60 * MINUTE, pauseMs: MINUTE, mostKeys: 10 },
    fetches: { timeoutMs: 2_000, mostOctets: 100_000 },
  };
  return { clock, log, settings, tokens: openBearerTokens(settings, { clock, steadyClock: clock, log }) };
}

interface Making {
  readonly pair?: typeof first;
  readonly kid?: string;
  readonly alg?: string;
  readonly header?: object;
}

function makeToken(clock: { nowMs(): number }, claims: JWTPayload = {}, making: Making = {}): Promise<string> {
  const seconds = Math.floor(clock.nowMs() / 1000);
  const { pair = first, kid = 'uno', alg = 'ES256', header } = making;
  const usual = { iss: ISSUER, aud: 'valija', exp: seconds + 300, email: 'usuario1@valija.test' };
  const { nbf, ...rest } = claims;
  const payload = { ...usual, ...rest, ...(nbf !== undefined && { nbf }) };
  return new SignJWT(payload).setProtectedHeader({ alg, kid, ...header }).sign(pair.privateKey);
}

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

test('[C56] a token of the issuer, for us, of now, says who somebody is', async () => {
  await using server = await keyServer();
  const { tokens, clock } = world({ keysUri: server.uri });
  const genuine = { kind: 'genuine', login: 'usuario1@valija.test' };
  assert.deepEqual(await tokens.verify(await makeToken(clock)), genuine);
  assert.deepEqual(
    await tokens.verify(await makeToken(clock, { aud: ['x', 'correo'], email_verified: true })),
    genuine,
  );
  assert.equal(server.asked, 1);
  assert.equal(tokens.hints?.openidConfiguration, `${ISSUER}/.well-known/openid-configuration`);
});

test('[C56] an issuer that stays in the settings keeps its keys while others come and go, even if it is away then', async () => {
  await using server = await keyServer();
  const { tokens, clock, settings } = world({ keysUri: server.uri });
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  server.answer = (_, response) => response.writeHead(503).end();
  const [known] = settings.issuers;
  const other = { ...known, issuer: 'https://id.example.org', proof: { keysUri: server.uri } } as IssuerSource;
  tokens.change({ ...settings, issuers: [other, ...settings.issuers] });
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  assert.equal((await tokens.verify(await makeToken(clock, { iss: other.issuer }))).kind, 'unavailable');
  assert.equal(tokens.hints?.openidConfiguration, `${other.issuer}/.well-known/openid-configuration`);
  tokens.change({ ...settings, issuers: [other] });
  const verdict = await tokens.verify(await makeToken(clock));
  assert.equal(verdict.kind === 'refused' && verdict.reason, 'token-of-unknown-issuer');
});

test('[C56] issuer, audience, times, claims: each is looked at', async () => {
  await using server = await keyServer();
  const { tokens, clock } = world({ keysUri: server.uri }, { scope: 'correo leer' });
  const seconds = clock.nowMs() / 1000;
  const scope = 'openid leer correo';
  for (const [claims, reason, outdated] of [
    [{ iss: 'https://id.example.org', scope }, 'token-of-unknown-issuer', false],
    [{ iss: `${ISSUER}/`, scope }, 'token-of-unknown-issuer', false],
    [{ aud: 'otra', scope }, 'token-for-others', false],
    [{ aud: undefined, scope }, 'token-for-others', false],
    [{ exp: seconds - 61, scope }, 'token-expired', true],
    [{ exp: undefined, scope }, 'token-without-end', false],
    [{ nbf: seconds + 61, scope }, 'token-not-yet-valid', true],
    [{ scope: 'openid correo' }, 'token-without-scope', false],
    [{ scope: 'correoleer' }, 'token-without-scope', false],
    [{ email: undefined, scope }, 'token-names-nobody', false],
    [{ email: ['a@valija.test'], scope }, 'token-names-nobody', false],
    [{ email: 'a\nb@valija.test', scope }, 'token-names-nobody', false],
    [{ email_verified: false, scope }, 'token-address-unverified', false],
    [{ email_verified: 'false', scope }, 'token-address-unverified', false],
  ] as const) {
    const verdict = await tokens.verify(await makeToken(clock, claims as unknown as JWTPayload));
    assert.ok(verdict.kind === 'refused', reason);
    assert.deepEqual([verdict.reason, verdict.outdated], [reason, outdated]);
    assert.equal(verdict.status, reason === 'token-without-scope' ? 'insufficient_scope' : 'invalid_token');
  }
  for (const claims of [{ exp: seconds - 50, scope }, { nbf: seconds + 50, scope }, { scp: ['leer', 'correo'] }]) {
    assert.equal((await tokens.verify(await makeToken(clock, claims))).kind, 'genuine', 'within the clock skew');
  }
});

test('[T26] alg none, a public key as a shared secret, a path for a key, a key of one’s own: all refused', async () => {
  await using server = await keyServer();
  server.keys.push(await publicKey(rsa, 'rsa'));
  const { tokens, clock } = world({ keysUri: server.uri });
  const genuine = await makeToken(clock);
  const [, payload = '', signature = ''] = genuine.split('.');
  const pem = await exportSPKI(rsa.publicKey);
  const withSecret = (header: object, secret: string) => {
    const input = `${encode(header)}.${payload}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const own = await publicKey(second, 'uno');
  const cases: readonly [string, string][] = [
    [`${encode({ alg: 'none' })}.${payload}.`, 'token-algorithm-refused'],
    [`${encode({ alg: 'None', kid: 'uno' })}.${payload}.${signature}`, 'token-algorithm-refused'],
    [withSecret({ alg: 'HS256', kid: 'rsa' }, pem), 'token-algorithm-refused'],
    [withSecret({ alg: 'HS256', kid: '../../../dev/null' }, ''), 'token-algorithm-refused'],
    [await makeToken(clock, {}, { pair: second }), 'token-bad-signature'],
    [await makeToken(clock, {}, { pair: second, header: { jwk: own } }), 'token-bad-signature'],
    [await makeToken(clock, {}, { pair: second, header: { jku: `${server.uri}/others` } }), 'token-bad-signature'],
    [await makeToken(clock, {}, { kid: '../../x' }), 'token-key-unknown'],
    [await makeToken(clock, {}, { kid: "x' OR '1'='1" }), 'token-key-unknown'],
    [`${genuine}x`, 'token-bad-signature'],
    [genuine.replace(/\.[^.]+\./, (found) => `${found.slice(0, -2)}A.`), 'token-malformed'],
    [
      `${encode({ alg: 'ES256', kid: 'uno', crit: ['b64'], b64: false })}.${payload}.${signature}`,
      'token-bad-signature',
    ],
    ['a.b.c', 'token-malformed'],
    ['opaque', 'token-malformed'],
    [`${genuine}.${signature}.${signature}`, 'token-malformed'],
  ];
  for (const [token, reason] of cases) {
    const verdict = await tokens.verify(token);
    assert.equal(verdict.kind === 'refused' ? verdict.reason : verdict.kind, reason, token.slice(0, 60));
  }
  assert.equal(server.asked, 1, 'nothing was fetched for what a token says of its key');
});

test('[C56] an unknown key is asked for again, at a bounded rate; a new one is found', async () => {
  await using server = await keyServer();
  const { tokens, clock } = world({ keysUri: server.uri });
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  const rotated = await makeToken(clock, {}, { pair: second, kid: 'dos' });
  for (let i = 0; i < 20; i += 1) assert.equal((await tokens.verify(rotated)).kind, 'refused');
  assert.equal(server.asked, 1);
  clock.advance(MINUTE);
  server.keys.push(await publicKey(second, 'dos'));
  const strangers = Array.from({ length: 20 }, (_, i) => makeToken(clock, {}, { kid: `x${i}` }));
  const verdicts = await Promise.all((await Promise.all(strangers)).map((token) => tokens.verify(token)));
  assert.ok(verdicts.every(({ kind }) => kind === 'refused'));
  assert.equal((await tokens.verify(rotated)).kind, 'genuine');
  assert.equal(server.asked, 2);
});

const BAD_ANSWERS: Readonly<Record<string, Answer>> = {
  'an error': (_, response) => void response.writeHead(500).end('{"keys":[]}'),
  'a page': (_, response) => void response.end('<html>'),
  'no set': (_, response) => void response.end('{"keys":{}}'),
  'too many keys': (_, response) => void response.end(JSON.stringify({ keys: Array(11).fill({ kty: 'RSA' }) })),
  'a flood': (_, response) => void response.end(`"${'x'.repeat(200_000)}"`),
  'a redirection': (_, response) => void response.writeHead(302, { location: '/certs' }).end(),
  'a reset': (request) => void request.socket.destroy(),
  silence: () => undefined,
};

for (const [name, answer] of Object.entries(BAD_ANSWERS)) {
  test(`[C56] [T26] an issuer whose keys cannot be had is unavailable, and nobody’s token wrong: ${name}`, async () => {
    await using server = await keyServer();
    const { tokens, clock, log, settings } = world({ keysUri: server.uri });
    if (name === 'silence') tokens.change({ ...settings, fetches: { ...settings.fetches, timeoutMs: 50 } });
    server.answer = answer;
    assert.deepEqual(await tokens.verify(await makeToken(clock)), { kind: 'unavailable' });
    assert.deepEqual(await tokens.verify(await makeToken(clock)), { kind: 'unavailable' });
    assert.equal(server.asked, 1, 'not asked again within the pause');
    assert.match(log.text(), /keys of https:\/\/id\.valija\.test/);
    server.answer = undefined;
    clock.advance(MINUTE);
    assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  });
}

test('[C56] an issuer that is down for a while: known keys serve on, unknown ones are unavailable, and one day all are', async () => {
  await using server = await keyServer();
  const { tokens, clock } = world({ keysUri: server.uri });
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  server.answer = BAD_ANSWERS['an error'];
  clock.advance(2 * 60 * MINUTE);
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  clock.advance(MINUTE);
  assert.equal((await tokens.verify(await makeToken(clock, {}, { kid: 'dos' }))).kind, 'unavailable');
  clock.advance(24 * 60 * MINUTE);
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'unavailable');
});

test('[C56] keys of a file, and a key that nobody should use', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-keys-'));
  const file = join(folder, 'keys.json');
  const weak = { kty: 'RSA', kid: 'weak', n: Buffer.alloc(64, 0xff).toString('base64url'), e: 'AQAB' };
  const shared = { kty: 'oct', kid: 'oct', k: 'c2VjcmV0' };
  writeFileSync(file, JSON.stringify({ keys: [null, 7, shared, weak, await publicKey(first, 'uno')] }));
  const { tokens, clock } = world({ keysFile: file });
  assert.equal((await tokens.verify(await makeToken(clock))).kind, 'genuine');
  const signed = await makeToken(clock, {}, { pair: rsa, kid: 'weak', alg: 'RS256' });
  assert.equal((await tokens.verify(signed)).kind, 'refused');
  rmSync(folder, { recursive: true });
});

const CLIENT = { clientId: 'vali:ja', clientSecret: 'de la valija' };

test('[C56] tokens that only their issuer can read: it is asked, and its answer is judged as claims are', async () => {
  await using server = await keyServer();
  const asked: string[] = [];
  let answer: object = {};
  server.answer = (request, response) => {
    asked.push(`${request.method} ${request.headers.authorization}`);
    request.on('data', (chunk) => asked.push(String(chunk)));
    request.on('end', () => response.end(JSON.stringify(answer)));
  };
  const { tokens, clock, settings, log } = world(
    { introspection: { uri: server.uri, ...CLIENT } },
    { scope: 'correo' },
  );
  const seconds = clock.nowMs() / 1000;
  const active = { active: true, email: 'usuario1@valija.test', scope: 'correo', aud: 'valija', exp: seconds + 60 };
  for (const [said, outcome] of [
    [active, 'genuine'],
    [{ active: true, email: 'usuario1@valija.test', scope: 'correo' }, 'genuine'],
    [{ ...active, active: false }, 'token-inactive'],
    [{ ...active, active: 'true' }, 'token-inactive'],
    [{ ...active, aud: ['otra'] }, 'token-for-others'],
    [{ ...active, iss: 'https://id.example.org' }, 'token-of-unknown-issuer'],
    [{ ...active, exp: seconds - 61 }, 'token-expired'],
    [{ ...active, nbf: seconds + 61 }, 'token-not-yet-valid'],
    [{ ...active, scope: 'openid' }, 'token-without-scope'],
    [{ ...active, email: undefined }, 'token-names-nobody'],
    [{ error: 'x' }, 'unavailable'],
  ] as const) {
    answer = said;
    const verdict = await tokens.verify('opaque-token');
    assert.equal(verdict.kind === 'refused' ? verdict.reason : verdict.kind, outcome, JSON.stringify(said));
  }
  const credentials = Buffer.from('vali%3Aja:de%20la%20valija').toString('base64');
  assert.deepEqual(asked.slice(0, 2), [`POST Basic ${credentials}`, 'token=opaque-token&token_type_hint=access_token']);
  server.answer = BAD_ANSWERS['an error'];
  assert.deepEqual(await tokens.verify('opaque-token'), { kind: 'unavailable' });
  assert.match(log.text(), /introspection by https:\/\/id\.valija\.test/);
  assert.ok(!log.text().includes('opaque-token') && !log.text().includes(CLIENT.clientSecret));
  // Where keys are known, a token that cannot be read is nobody's.
  tokens.change({ ...settings, issuers: settings.issuers.map((one) => ({ ...one, proof: { keysUri: server.uri } })) });
  const verdict = await tokens.verify('opaque-token');
  assert.equal(verdict.kind === 'refused' && verdict.reason, 'token-malformed');
});
