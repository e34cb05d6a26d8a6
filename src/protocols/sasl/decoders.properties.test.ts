import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { isIdentity, isPassword } from './identity.ts';
import { SASL_MECHANISMS } from './mechanisms.ts';
import { parseOauthBearerMessage } from './oauth-bearer.ts';
import { formatPlainMessage, parsePlainMessage } from './plain.ts';
import { formatSaslname } from './scram-messages.ts';
import type { SaslStep } from './step.ts';
import { parseXoauth2Message } from './xoauth2.ts';

const SURROUNDINGS = {
  freshNonce: () => 'nonce',
  channelBinding: () => Buffer.alloc(32),
  tokenHints: {},
};
const KEYS = { salt: Buffer.alloc(16), iterations: 4096, storedKey: Buffer.alloc(32), serverKey: Buffer.alloc(32) };

const WORDS = ['n,,', 'y,,', 'p=tls-exporter,,', 'n=user', 'r=abc', 'c=biws', 'p=AAAA', 'a=x', 'user=', 'auth=Bearer '];
const PIECES = [
  ...WORDS,
  'host=x',
  '\x01',
  '\x01\x01',
  '\0',
  ',',
  '=',
  '=2C',
  'abcnonce',
  'ñ',
  '\u202e',
  'm=x',
  'x.y.z',
];
const octets = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)),
);

/** To the end, or to the next question that the client must answer. */
function settle(step: SaslStep): SaslStep {
  switch (step.kind) {
    case 'ask-password':
    case 'ask-token':
      assert.ok(step.login === '' || isIdentity(step.login));
      return settle(step.proceed());
    case 'ask-keys':
      assert.ok(isIdentity(step.login));
      return settle(step.answer(KEYS));
    default:
      return step;
  }
}

test('[T8] [T24] whatever a client answers, each mechanism goes on or fails; without the keys nobody gets in by them', (context) => {
  alwaysHolds(
    context,
    fc.property(fc.constantFrom(...SASL_MECHANISMS), fc.array(octets, { maxLength: 4 }), (mechanism, responses) => {
      let step = mechanism.start(SURROUNDINGS);
      for (const response of responses) {
        if (step.kind !== 'challenge') break;
        step = settle(step.respond(response));
      }
      const isKeyed = mechanism.proof === 'keys' || mechanism.proof === 'channel';
      assert.ok(!(isKeyed && step.kind === 'success'));
    }),
  );
});

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(isIdentity);

test('[C56] what PLAIN, OAUTHBEARER and XOAUTH2 bring is what was sent', (context) => {
  const token = fc.stringMatching(/^[A-Za-z0-9._~+/-]{1,80}={0,2}$/);
  const password = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }).filter(isPassword);
  alwaysHolds(
    context,
    fc.property(name, password, token, (login, secret, bearer) => {
      const plain = { authzid: '', authcid: login, password: secret };
      assert.deepEqual(parsePlainMessage(formatPlainMessage(plain)), plain);
      const oauth = `n,a=${formatSaslname(login)},\x01host=h\x01auth=Bearer ${bearer}\x01\x01`;
      assert.deepEqual(parseOauthBearerMessage(Buffer.from(oauth)), { login, token: bearer });
      const xoauth2 = `user=${login}\x01auth=Bearer ${bearer}\x01\x01`;
      assert.deepEqual(parseXoauth2Message(Buffer.from(xoauth2)), { login, token: bearer });
    }),
  );
});
