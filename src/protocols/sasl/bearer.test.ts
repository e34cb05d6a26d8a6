import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_BEARER_MESSAGE_OCTETS } from './bearer-message.ts';
import { parseOauthBearerMessage, startOauthBearer } from './oauth-bearer.ts';
import { NO_TOKEN_HINTS } from './token-refusal.ts';
import { parseXoauth2Message } from './xoauth2.ts';

// The example of RFC 7628 §4.1.
const RFC_MESSAGE =
  'bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB';
const TOKEN = 'vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==';

const oauth = (text: string) => parseOauthBearerMessage(Buffer.from(text));
const xoauth2 = (text: string) => parseXoauth2Message(Buffer.from(text));

test('[C56] OAUTHBEARER: the message of RFC 7628 §4.1', () => {
  assert.deepEqual(parseOauthBearerMessage(Buffer.from(RFC_MESSAGE, 'base64')), {
    login: 'user@example.com',
    token: TOKEN,
  });
});

test('[C56] OAUTHBEARER: forms that are right', () => {
  for (const [text, login, token] of [
    ['n,,\x01auth=Bearer abc\x01\x01', '', 'abc'],
    ['y,,\x01auth=bearer  a.b-c_d~e+f/g==\x01\x01', '', 'a.b-c_d~e+f/g=='],
    ['n,a=us=2Cer=3D,\x01auth=BEARER abc\x01\x01', 'us,er=', 'abc'],
    ['n,a=ñu@valija.test,\x01auth=Bearer abc\x01\x01', 'ñu@valija.test', 'abc'],
    ['n,,\x01port=143\x01unknown=x y\tz\r\n=\x01Auth=Bearer abc\x01\x01', '', 'abc'],
    // Only asking where to get a token. RFC 7628 §4.3
    ['n,,\x01auth=\x01\x01', '', ''],
  ] as const) {
    assert.deepEqual(oauth(text), { login, token }, JSON.stringify(text));
  }
});

test('[T8] [T24] OAUTHBEARER: forms that are wrong', () => {
  const pairs = Array.from({ length: 17 }, (_, i) => `${String.fromCharCode(97 + i)}=x\x01`).join('');
  for (const text of [
    '',
    '\x01',
    'n,,',
    'n,,\x01\x01',
    'n,,auth=Bearer abc\x01\x01',
    'p=tls-exporter,,\x01auth=Bearer abc\x01\x01',
    'n,a=,\x01auth=Bearer abc\x01\x01',
    'n,a=x=zz,\x01auth=Bearer abc\x01\x01',
    'n,a=x\0y,\x01auth=Bearer abc\x01\x01',
    'n,b=x,\x01auth=Bearer abc\x01\x01',
    'n,,\x01auth=Bearer abc\x01',
    'n,,\x01auth=Bearer abc',
    'n,,\x01auth=Bearer \x01\x01',
    'n,,\x01auth=Bearer a b\x01\x01',
    'n,,\x01auth=Bearer a=b\x01\x01',
    'n,,\x01auth=Bearer añb\x01\x01',
    'n,,\x01auth=Basic abc\x01\x01',
    'n,,\x01auth=abc\x01\x01',
    'n,,\x01host=x\x01\x01',
    'n,,\x01auth=Bearer abc\x01auth=Bearer def\x01\x01',
    'n,,\x01a1=x\x01auth=Bearer abc\x01\x01',
    'n,,\x01=x\x01auth=Bearer abc\x01\x01',
    'n,,\x01host=x\0\x01auth=Bearer abc\x01\x01',
    'n,,\x01host=x\x01\x01auth=Bearer abc\x01\x01',
    `n,,\x01${pairs}auth=Bearer abc\x01\x01`,
    `n,,\x01auth=Bearer ${'a'.repeat(MAX_BEARER_MESSAGE_OCTETS)}\x01\x01`,
  ]) {
    assert.equal(oauth(text), undefined, JSON.stringify(text.slice(0, 80)));
  }
  assert.equal(parseOauthBearerMessage(Buffer.from('n,a=\xff,\x01auth=Bearer abc\x01\x01', 'latin1')), undefined);
});

test('[C56] XOAUTH2: the message of Google’s description, and what is none', () => {
  assert.deepEqual(
    xoauth2('user=someuser@example.com\x01auth=Bearer ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg\x01\x01'),
    {
      login: 'someuser@example.com',
      token: 'ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg',
    },
  );
  assert.equal(xoauth2('user=usuarió@valija.test\x01auth=Bearer x\x01\x01')?.login, 'usuarió@valija.test');
  for (const text of [
    '',
    'auth=Bearer x\x01\x01',
    'user=\x01auth=Bearer x\x01\x01',
    'user=a\x01\x01',
    'user=a\x01auth=\x01\x01',
    'user=a\nb\x01auth=Bearer x\x01\x01',
    'user=a\x01auth=Bearer x\x01',
    'n,,\x01auth=Bearer x\x01\x01',
  ]) {
    assert.equal(xoauth2(text), undefined, JSON.stringify(text));
  }
});

test('[C56] without hints the explanation names only what is wrong', () => {
  const first = startOauthBearer({ freshNonce: () => 'x', channelBinding: undefined, tokenHints: NO_TOKEN_HINTS });
  assert.equal(first.kind, 'challenge');
  const asked = first.respond(Buffer.from('n,,\x01auth=Bearer abc\x01\x01'));
  assert.equal(asked.kind, 'ask-token');
  assert.equal(asked.explain('invalid_token').toString(), '{"status":"invalid_token"}');
});
