import assert from 'node:assert/strict';
import { pbkdf2Sync } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { isIdentity } from './identity.ts';
import { startScram, startScramPlus } from './scram.ts';
import { clientProof, deriveScramKeys, isProof, makeDecoyKeys } from './scram-keys.ts';
import { formatSaslname, parseClientFinalMessage, parseClientFirstMessage, parseSaslname } from './scram-messages.ts';
import type { SaslStep, ScramVerifier } from './step.ts';
import type { SaslSurroundings } from './surroundings.ts';
import { NO_TOKEN_HINTS } from './token-refusal.ts';

// The example of RFC 7677 §3.
const CLIENT_FIRST = 'n,,n=user,r=rOprNGfwEbeRWgbNEkqO';
const SERVER_NONCE = '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0';
const SERVER_FIRST = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
const CLIENT_FINAL =
  'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
const SERVER_FINAL = 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=';

const SALT = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
const SALTED = pbkdf2Sync('pencil', SALT, 4096, 32, 'sha256');
const KEYS: ScramVerifier = { salt: SALT, iterations: 4096, ...deriveScramKeys('sha256', SALTED) };

const EXPORTED = Buffer.alloc(32, 7);

/** Where no binding is offered. */
function alone(): SaslSurroundings {
  return { freshNonce: () => SERVER_NONCE, channelBinding: undefined, tokenHints: NO_TOKEN_HINTS };
}

/** Where one is, of one type. */
function bound(): SaslSurroundings {
  return { ...alone(), channelBinding: (type) => (type === 'tls-exporter' ? EXPORTED : undefined) };
}

function respond(step: SaslStep, response: string): SaslStep {
  assert.equal(step.kind, 'challenge');
  return step.respond(Buffer.from(response));
}

function challenge(clientFirst: string, keys = KEYS): SaslStep {
  const asked = respond(startScram('sha256')(alone()), clientFirst);
  assert.equal(asked.kind, 'ask-keys');
  return asked.answer(keys);
}

/** What an honest client would send for that first message. */
function honestFinal(clientFirst: string, gs2Header: string): string {
  const step = challenge(clientFirst);
  assert.equal(step.kind, 'challenge');
  const serverFirst = step.data.toString();
  const nonce = serverFirst.slice(2, serverFirst.indexOf(','));
  const withoutProof = `c=${Buffer.from(gs2Header).toString('base64')},r=${nonce}`;
  const proof = clientProof('sha256', SALTED, `${clientFirst.slice(gs2Header.length)},${serverFirst},${withoutProof}`);
  return `${withoutProof},p=${proof.toString('base64')}`;
}

test('[C56] SCRAM-SHA-256: the exchange of RFC 7677 §3', () => {
  const asked = respond(startScram('sha256')(alone()), CLIENT_FIRST);
  assert.equal(asked.kind === 'ask-keys' && asked.login, 'user');
  const first = challenge(CLIENT_FIRST);
  assert.equal(first.kind === 'challenge' && first.data.toString(), SERVER_FIRST);
  const last = respond(first, CLIENT_FINAL);
  assert.equal(last.kind, 'success');
  assert.equal(last.data?.toString(), SERVER_FINAL);
  assert.equal(last.authzid, '');
});

test('[C56] SCRAM-SHA-1: the exchange of RFC 5802 §5', () => {
  const salt = Buffer.from('QSXCR+Q6sek8bf92', 'base64');
  const keys = { salt, iterations: 4096, ...deriveScramKeys('sha1', pbkdf2Sync('pencil', salt, 4096, 20, 'sha1')) };
  const surroundings = { ...alone(), freshNonce: () => '3rfcNHYJY1ZVvWVs7j' };
  const asked = respond(startScram('sha1')(surroundings), 'n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
  assert.equal(asked.kind === 'ask-keys' && asked.hash, 'sha1');
  const first = asked.kind === 'ask-keys' ? asked.answer(keys) : asked;
  const said = 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096';
  assert.equal(first.kind === 'challenge' && first.data.toString(), said);
  const final = 'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=';
  const last = respond(first, final);
  assert.equal(last.kind === 'success' && last.data?.toString(), 'v=rmF9pqV8S7suAoZWja4dJRkFsKQ=');
});

test('[C56] SCRAM-SHA-256: the flag «y» and an authorization identity are signed with the rest', () => {
  for (const gs2Header of ['y,,', 'n,a=us=2Cer=3D,', 'y,a=user,']) {
    const clientFirst = `${gs2Header}n=user,r=abc`;
    const last = respond(challenge(clientFirst), honestFinal(clientFirst, gs2Header));
    assert.equal(last.kind, 'success', gs2Header);
    assert.equal(last.authzid, gs2Header.includes('=2C') ? 'us,er=' : gs2Header.includes('a=') ? 'user' : '');
  }
});

test('SCRAM-SHA-256: a client that binds the channel has to ask for -PLUS', () => {
  assert.deepEqual(respond(startScram('sha256')(alone()), 'p=tls-exporter,,n=user,r=abc'), {
    kind: 'failure',
    reason: 'channel-binding-unsupported',
  });
});

/** What a client says to the end that believes to stand on a connection with that binding. */
function talkPlus(flag: string, binding: Buffer, password = 'pencil'): SaslStep {
  const gs2Header = `${flag},,`;
  const bare = 'n=user,r=abc';
  const asked = respond(startScramPlus('sha256')(bound()), gs2Header + bare);
  if (asked.kind !== 'ask-keys') return asked;
  const step = asked.answer(KEYS);
  assert.equal(step.kind, 'challenge');
  const serverFirst = step.data.toString();
  const cbind = Buffer.concat([Buffer.from(gs2Header), binding]).toString('base64');
  const withoutProof = `c=${cbind},r=abc${SERVER_NONCE}`;
  const salted = pbkdf2Sync(password, SALT, 4096, 32, 'sha256');
  const proof = clientProof('sha256', salted, `${bare},${serverFirst},${withoutProof}`).toString('base64');
  return respond(step, `${withoutProof},p=${proof}`);
}

test('[C56] SCRAM-SHA-256-PLUS: the proof holds for this connection alone', () => {
  const last = talkPlus('p=tls-exporter', EXPORTED);
  assert.equal(last.kind, 'success');
  assert.match(last.data?.toString() ?? '', /^v=/);
  assert.deepEqual(talkPlus('p=tls-exporter', Buffer.alloc(32, 8)), {
    kind: 'failure',
    reason: 'channel-binding-mismatch',
  });
  assert.deepEqual(talkPlus('p=tls-exporter', EXPORTED, 'Pencil'), { kind: 'failure', reason: 'invalid-credentials' });
});

test('[C56] SCRAM-SHA-256-PLUS: a binding of another type, and none, are refused', () => {
  for (const flag of ['p=tls-unique', 'p=tls-telepathy', 'p=constructor']) {
    assert.deepEqual(talkPlus(flag, EXPORTED), { kind: 'failure', reason: 'channel-binding-unsupported' }, flag);
  }
  for (const flag of ['n', 'y', 'p=', 'p']) {
    assert.deepEqual(talkPlus(flag, EXPORTED), { kind: 'failure', reason: 'malformed' }, flag);
  }
});

test('[C56] SCRAM-SHA-256: «y» from a client that was offered -PLUS tells that somebody changed the offer', () => {
  assert.deepEqual(respond(startScram('sha256')(bound()), 'y,,n=user,r=abc'), {
    kind: 'failure',
    reason: 'channel-binding-downgraded',
  });
  assert.equal(respond(startScram('sha256')(bound()), 'n,,n=user,r=abc').kind, 'ask-keys');
});

test('[T26] SCRAM-SHA-256: any other proof is wrong', () => {
  const wrongPassword = pbkdf2Sync('Pencil', SALT, 4096, 32, 'sha256');
  const withoutProof = CLIENT_FINAL.slice(0, CLIENT_FINAL.indexOf(',p='));
  const proof = clientProof('sha256', wrongPassword, `n=user,r=rOprNGfwEbeRWgbNEkqO,${SERVER_FIRST},${withoutProof}`);
  for (const value of [proof.toString('base64'), 'AAAA', Buffer.alloc(32).toString('base64')]) {
    const step = respond(challenge(CLIENT_FIRST), `${withoutProof},p=${value}`);
    assert.deepEqual(step, { kind: 'failure', reason: 'invalid-credentials' });
  }
});

test('[T5] [T8] SCRAM-SHA-256: malformed first messages are refused', () => {
  const cases = [
    '',
    'n',
    'n,,',
    'n,,n=user',
    'n,,r=abc,n=user',
    'n,,n=,r=abc',
    'n,,n=user,r=',
    'n,,n=user,r=a b',
    'n,,n=us=er,r=abc',
    'n,,n=us=2cer,r=abc',
    'n,,n=us\0er,r=abc',
    'n,,n=us\ner,r=abc',
    'n,,m=x,n=user,r=abc',
    'n,user,n=user,r=abc',
    'n,a=,n=user,r=abc',
    'x,,n=user,r=abc',
    'p=,,n=user,r=abc',
    'n,,n=user,r=abc,',
    'n,,n=user,r=abc,xyz',
    'n,,n=user,r=abc,x=',
    `n,,n=user,r=${'a'.repeat(257)}`,
    `n,,n=${'a'.repeat(256)},r=abc`,
    `n,,n=user,r=abc,x=${'a'.repeat(4096)}`,
  ];
  for (const message of cases) {
    const step = respond(startScram('sha256')(alone()), message);
    assert.deepEqual(step, { kind: 'failure', reason: 'malformed' }, JSON.stringify(message));
  }
  assert.equal(parseClientFirstMessage(Buffer.from([...Buffer.from('n,,n='), 0xc3, 0x28])), undefined);
});

test('[T5] SCRAM-SHA-256: malformed final messages are refused', () => {
  const nonce = `rOprNGfwEbeRWgbNEkqO${SERVER_NONCE}`;
  const proof = 'dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=';
  const cases = [
    '',
    `c=biws,r=${nonce}`,
    `c=biws,r=${nonce},p=`,
    `c=biws,r=${nonce},p=!!!!`,
    `c=biws,r=${nonce}x,p=${proof}`,
    `c=biws,r=rOprNGfwEbeRWgbNEkqO,p=${proof}`,
    `c=eSws,r=${nonce},p=${proof}`,
    `c=,r=${nonce},p=${proof}`,
    `r=${nonce},c=biws,p=${proof}`,
    `c=biws,r=${nonce},p=${proof},x=y`,
    `c=biws,r=${nonce},junk,p=${proof}`,
  ];
  for (const message of cases) {
    const step = respond(challenge(CLIENT_FIRST), message);
    assert.deepEqual(step, { kind: 'failure', reason: 'malformed' }, JSON.stringify(message));
  }
});

test('SCRAM: optional extensions are signed and passed over', () => {
  const clientFirst = 'n,,n=user,r=abc,x=future';
  assert.equal(respond(challenge(clientFirst), honestFinal(clientFirst, 'n,,')).kind, 'success');
});

test('SCRAM: a saslname written is the name read', (context) => {
  assert.equal(parseSaslname('a=2Cb=3Dc'), 'a,b=c');
  alwaysHolds(
    context,
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }).filter(isIdentity), (name) => {
      assert.equal(parseSaslname(formatSaslname(name)), name);
    }),
  );
});

test('SCRAM: any octets are a message or a mistake, never an exception', (context) => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string().map((text) => Buffer.from(`n,,n=${text}`)),
  );
  alwaysHolds(
    context,
    fc.property(octets, (message) => {
      parseClientFirstMessage(Buffer.from(message));
      parseClientFinalMessage(Buffer.from(message));
    }),
  );
});

test('SCRAM: the keys of an account that is not there stay the same, and no proof fits them', () => {
  const shape = { saltOctets: 16, iterations: 4096 };
  const make = (name: string, filling = 7) => makeDecoyKeys(Buffer.alloc(32, filling), name, 'sha256');
  const keys = make('nadie@valija.test')(shape);
  assert.deepEqual(keys, make('nadie@valija.test')(shape));
  for (const saltOctets of [16, 64]) {
    assert.equal(make('nadie@valija.test')({ ...shape, saltOctets }).salt.length, saltOctets);
  }
  assert.notDeepEqual(keys.salt, make('nadie2@valija.test')(shape).salt);
  assert.notDeepEqual(keys.salt, make('nadie@valija.test', 8)(shape).salt);
  assert.equal(isProof('sha256', keys.storedKey, 'message', clientProof('sha256', SALTED, 'message')), false);
});
