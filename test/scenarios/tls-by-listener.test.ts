// One server, two ports for mail of others: on one a STARTTLS must come first, on the other there is none.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { openNetwork } from '../world/network-behind-a-router.ts';
import { startRootServer } from '../world/root-server.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';

const MESSAGE = 'Subject: hola\r\n\r\nhola\r\n';
const FIRST = '530 5.7.0 Must issue a STARTTLS command first';

describe('[C41] smtpd_tls_security_level', () => {
  let server: RunningServer;
  before(async () => {
    server = await startServer({ settings: 'smtpd_tls_security_level = "encrypt"\n' });
  });
  after(() => server[Symbol.asyncDispose]());

  test('encrypt: MAIL before STARTTLS is 530, behind it mail comes in; so on every door that begins in clear', async () => {
    for (const service of ['smtp', 'lmtp'] as const) {
      const hello = service === 'lmtp' ? 'LHLO client.example' : 'EHLO client.example';
      using talk = await openSmtp(server, service);
      assert.match(await talk.say(hello), /^250[ -]STARTTLS$/m);
      assert.equal(await talk.bring('ana@example.org', [USER1], MESSAGE), FIRST);
      assert.match(await talk.say('STARTTLS'), /^220 /);
      await talk.stream.startTls();
      assert.doesNotMatch(await talk.say(hello), /STARTTLS/);
      assert.match(await talk.bring('ana@example.org', [USER1], MESSAGE), /^250 /);
    }
  });

  test('submission on 587 and 465 goes on', async () => {
    for (const service of ['submission', 'submissions'] as const) {
      using talk = await openSmtp(server, service, { address: USER1, password: PASSWORD });
      assert.match(await talk.bring(USER1, [USER2], MESSAGE), /^250 /);
    }
  });

  test('a listener has its own word, and a reload changes it: none offers no STARTTLS, and mail comes in without', async () => {
    const before = readFileSync(server.configFile, 'utf8');
    const after = before.replace('service = "smtp"\n', 'service = "smtp"\nsmtpd_tls_security_level = "none"\n');
    writeFileSync(server.configFile, after);
    process.kill(server.supervisorPid, 'SIGHUP');
    await until('the reload', () => server.log().includes('reloaded --'));
    using talk = await openSmtp(server, 'smtp');
    assert.doesNotMatch(await talk.say('EHLO client.example'), /STARTTLS/);
    assert.match(await talk.say('STARTTLS'), /^502 5\.5\.1 /);
    assert.match(await talk.bring('ana@example.org', [USER1], MESSAGE), /^250 /);
    using other = await openSmtp(server, 'lmtp');
    assert.equal(await other.say('MAIL FROM:<ana@example.org>'), FIRST);
  });
});

test('[C41] encrypt on a public port 25 is told when the server starts', {
  skip: process.getuid?.() === 0 ? false : 'needs root',
}, async (t) => {
  using network = openNetwork();
  if (network === undefined) return t.skip('needs network namespaces');
  const settings = [
    'smtpd_tls_security_level = "encrypt"',
    '[[listen]]\nservice = "smtp"\naddress = "0.0.0.0"\nport = 25',
  ];
  await using server = await startRootServer(() => settings.join('\n'), { namespace: network.inside });
  const log = await untilLogged(server, /warning: smtpd_tls_security_level/);
  const warnings = log.split('\n').filter((line) => line.includes('warning: smtpd_tls_security_level'));
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /encrypt on 0\.0\.0\.0 port 25 keeps out mail of servers that speak no TLS; "may" takes it/,
  );
});
