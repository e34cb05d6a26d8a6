// The doors for mail and who may do what there: port 25 for servers, 587 and 465 for our own people, LMTP for neighbours.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp, type SmtpTalk } from '../world/smtp-talk.ts';

const LOGIN = { address: USER1, password: PASSWORD };

let server: RunningServer;
before(async () => {
  // Not the tests' own network: they speak as strangers do.
  server = await startServer({ settings: ONLY_STRANGERS });
});
after(() => server[Symbol.asyncDispose]());

async function mailAndRcpt(talk: SmtpTalk, from: string, to: string): Promise<string> {
  const mail = await talk.say(`MAIL FROM:<${from}>`);
  return mail.startsWith('250') ? talk.say(`RCPT TO:<${to}>`) : mail;
}

describe('[C36] the relay matrix: only who logged in sends elsewhere', () => {
  const REFUSED_RELAY = /^554 5\.7\.1 <ana@example\.net>: Relay access denied$/;
  const UNKNOWN = /^550 5\.1\.1 /;
  const LOGIN_FIRST = /^530 5\.7\.0 /;
  const ACCEPTED = /^250 2\.1\.5 /;
  for (const [service, login, local, unknown, foreign] of [
    ['smtp', undefined, /^250 2\.1\.5 /, UNKNOWN, REFUSED_RELAY],
    ['submission', undefined, LOGIN_FIRST, LOGIN_FIRST, LOGIN_FIRST],
    ['submission', LOGIN, /^250 2\.1\.5 /, UNKNOWN, ACCEPTED],
    ['submissions', LOGIN, /^250 2\.1\.5 /, UNKNOWN, ACCEPTED],
  ] as const) {
    for (const [where, to, expected] of [
      ['a user here', USER2, local],
      ['an unknown user here', 'nadie@valija.test', unknown],
      ['somebody elsewhere', 'ana@example.net', foreign],
    ] as const) {
      test(`${service}${login ? ' with a login' : ''}: to ${where}`, async () => {
        using talk = await openSmtp(server, service, login);
        assert.match(await mailAndRcpt(talk, login?.address ?? 'jose@example.org', to), expected);
      });
    }
  }

  test('a sender of our own domain, an address literal, a percent and a bang open no relay on 25', async () => {
    using talk = await openSmtp(server, 'smtp');
    for (const to of [
      'ana@example.net',
      'ana%example.net@valija.test',
      '@valija.test:ana@example.net',
      'example.net!ana',
    ]) {
      assert.match(await mailAndRcpt(talk, USER1, to), /^5\d\d 5\./, to);
      await talk.say('RSET');
    }
    assert.match(await mailAndRcpt(talk, USER1, 'usuario1@[192.0.2.7]'), /^554 5\.7\.1 /);
    await talk.say('RSET');
    assert.match(await mailAndRcpt(talk, USER1, 'usuario1@[127.0.0.1]'), /^250 /, 'the machine itself');
  });
});

test('[C36] [C52] by default the machine itself is in mynetworks, and may send elsewhere on 25; not by LMTP', async () => {
  await using own = await startServer();
  using near = await openSmtp(own, 'smtp');
  assert.match(await mailAndRcpt(near, 'jose@example.org', 'ana@example.net'), /^250 2\.1\.5 /);
  using lmtp = await openSmtp(own, 'lmtp');
  assert.match(await mailAndRcpt(lmtp, 'jose@example.org', 'ana@example.net'), /^554 5\.7\.1 /);
});

test('[C54] port 25 offers STARTTLS and no AUTH, before TLS and under it', async () => {
  using talk = await openSmtp(server, 'smtp');
  assert.match(await talk.say('EHLO client.example'), /^250-STARTTLS$/m);
  assert.match(await talk.say('AUTH PLAIN AGEAYg=='), /^502 5\.5\.1 /);
  await talk.say('STARTTLS');
  await talk.stream.startTls();
  const offer = await talk.say('EHLO client.example');
  assert.doesNotMatch(offer, /AUTH|STARTTLS/);
  assert.match(await talk.say('AUTH PLAIN AGEAYg=='), /^502 5\.5\.1 /);
});

test('[C55] on 587 nobody logs in before TLS and nobody sends before a login', async () => {
  using talk = await openSmtp(server, 'submission');
  assert.doesNotMatch(await talk.say('EHLO client.example'), /AUTH/);
  assert.match(await talk.say('AUTH PLAIN AGEAYg=='), /^538 5\.7\.11 /);
  assert.match(await talk.say(`MAIL FROM:<${USER1}>`), /^530 5\.7\.0 /);
  await talk.say('STARTTLS');
  await talk.stream.startTls();
  assert.match(await talk.say('EHLO client.example'), /^250-AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN$/m);
  assert.match(await talk.say(`MAIL FROM:<${USER1}>`), /^530 5\.7\.0 /);
});

test('[C55] the sender belongs to the login, in the envelope and in From', async () => {
  using talk = await openSmtp(server, 'submission', LOGIN);
  assert.match(await talk.say(`MAIL FROM:<${USER2}>`), /^553 5\.7\.1 /);
  assert.match(await talk.bring(USER1, [USER2], `From: <${USER2}>\r\n\r\nhola\r\n`), /^5\d\d 5\.7\.1 /);
});

test('[C58] on 465 TLS comes first, then EHLO offers AUTH and no STARTTLS', async () => {
  using talk = await openSmtp(server, 'submissions');
  const offer = await talk.say('EHLO client.example');
  assert.match(offer, /^250-AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN$/m);
  assert.doesNotMatch(offer, /STARTTLS/);
  assert.match(await talk.say(`MAIL FROM:<${USER1}>`), /^530 5\.7\.0 /);
});
