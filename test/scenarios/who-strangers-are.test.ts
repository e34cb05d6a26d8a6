// Other servers bring mail to port 25, and a DNS of our own says who may send in whose name: what proves its author comes
// in, what does not meets what its domain asks for, and nothing is believed while the DNS is silent.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { dkimSign } from 'mailauth';
import { openDns, type TestDns } from '../world/dns.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { ONLY_STRANGERS, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const PUBLIC_KEY = KEY.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const DNS = {
  zones: {
    'estricto.example': [
      '@ TXT "v=spf1 ip4:127.0.0.1 -all"',
      '_dmarc TXT "v=DMARC1; p=reject"',
      `s1._domainkey TXT "v=DKIM1; p=${PUBLIC_KEY.slice(0, 200)}" "${PUBLIC_KEY.slice(200)}"`,
      'lista TXT "v=spf1 -all"',
    ].join('\n'),
    'prudente.example': '_dmarc TXT "v=DMARC1; p=quarantine"',
    'mudo.example': '_dmarc TXT "v=DMARC1; p=reject"',
  },
  faults: { 'mudo.example': 'timeout' },
} as const;

const STRANGER = '127.0.0.9';

const letter = (from: string, subject: string) =>
  `From: ${from}\r\nTo: ${USER1}\r\nSubject: ${subject}\r\nDate: Sat, 21 Nov 2026 10:00:00 +0000\r\n\r\nHola.\r\n`;

describe('[C31] strangers on port 25', () => {
  let dns: TestDns;
  let server: RunningServer;

  before(async () => {
    dns = await openDns(DNS);
    const settings = `resolver_addresses = ["127.0.0.1:${dns.server.port}"]\nsender_authentication_timeout = "1s"\n`;
    server = await startServer({ settings: settings + ONLY_STRANGERS });
  });

  after(async () => {
    await server[Symbol.asyncDispose]();
    await dns[Symbol.asyncDispose]();
  });

  async function bring(sender: string, message: string, localAddress = STRANGER): Promise<string> {
    using talk = await openSmtp(server, 'smtp', undefined, localAddress);
    return await talk.bring(sender, [USER1], message);
  }

  async function find(subject: string, mailbox = 'INBOX') {
    return await until(subject, async () => {
      const { messages } = await readMailbox(server, LOGIN, mailbox);
      return messages.find(({ text }) => text.includes(`Subject: ${subject}\r\n`));
    });
  }

  test('[C76] a server that SPF names is let in, and what was found stands on top', async () => {
    assert.match(await bring('ana@estricto.example', letter('ana@estricto.example', 'uno'), '127.0.0.1'), /^250 /);
    const { text } = await find('uno');
    assert.match(text, /^Authentication-Results: mail\.valija\.test;\r\n\tdmarc=pass /m);
    assert.match(text, /^\tspf=pass smtp\.mailfrom=ana@estricto\.example;\r\n\tdkim=none;\r\n/m);
    assert.match(text, /^Received-SPF: pass \(mail\.valija\.test: /m);
    assert.match(text, /client-ip=127\.0\.0\.1;/);
    assert.ok(text.indexOf('Authentication-Results:') < text.indexOf('Received-SPF:'));
    assert.ok(text.indexOf('Received-SPF:') < text.indexOf('Received: from'));
  });

  test('a DKIM signature proves the author wherever the mail comes from, whatever its header says of us', async () => {
    const message = letter('ana@estricto.example', 'dos');
    const signing = {
      signingDomain: 'estricto.example',
      selector: 's1',
      algorithm: 'rsa-sha256',
      privateKey: KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    };
    const { signatures } = await dkimSign(message, { ...signing, signatureData: [signing] });
    const forged = 'Authentication-Results: mail.valija.test; dmarc=pass header.from=banco.example\r\n';
    assert.match(await bring('lista@otra.example', forged + signatures + message), /^250 /);
    const { text } = await find('dos');
    assert.match(text, /^\tdkim=pass header\.d=estricto\.example/m);
    assert.ok(!text.includes('banco.example'));
  });

  test('p=reject: 550 5.7.1 with what failed, and `valija why` tells it', async () => {
    const said = await bring('ana@estricto.example', letter('ana@estricto.example', 'tres'));
    assert.match(said, /^550-5\.7\.1 estricto\.example asks that this message be refused \(DMARC\)/);
    assert.match(said, /SPF: fail for estricto\.example\n/);
    const id = await until('the log', () => /sender-auth\S*: (\w+): spf=fail/.exec(server.log())?.[1]);
    const told = await until('the journey', async () => {
      const { output } = await valija(server, 'why', id);
      return output.includes('dmarc_reject') ? output : undefined;
    });
    assert.match(told, /SPF: fail: estricto\.example says that this client may not send in its name \(-all\)/);
    assert.match(told, /DNS: _dmarc\.estricto\.example TXT: v=DMARC1; p=reject/);
    assert.match(told, /Rule: dmarc_reject/);
  });

  test('p=quarantine: it is taken, lies in Junk, and bears $Junk', async () => {
    assert.match(await bring('ana@prudente.example', letter('ana@prudente.example', 'cuatro')), /^250 /);
    const { text, flags } = await find('cuatro', 'Junk');
    assert.deepEqual(flags, ['$Junk']);
    assert.match(text, /^\tdmarc=fail /m);
    const inbox = await readMailbox(server, LOGIN);
    assert.ok(inbox.messages.every((each) => !each.text.includes('Subject: cuatro')));
  });

  test('while the DNS is silent mail comes in, as unproven; on request its sender comes again', async () => {
    assert.match(await bring('ana@mudo.example', letter('ana@mudo.example', 'cinco')), /^250 /);
    const { text } = await find('cinco');
    assert.match(text, /^\tdmarc=temperror /m);
    assert.match(text, /^\tspf=temperror /m);
  });
});

test('[C31] authentication_temporary_error = "defer": 451 while the DNS is silent', async () => {
  await using dns = await openDns(DNS);
  const settings = [
    `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
    'sender_authentication_timeout = "1s"',
    'authentication_temporary_error = "defer"',
    'spf_fail_action = "reject"',
    ONLY_STRANGERS,
  ];
  await using server = await startServer({ settings: settings.join('\n') });
  using talk = await openSmtp(server, 'smtp', undefined, STRANGER);
  assert.match(await talk.bring('ana@mudo.example', [USER1], letter('ana@mudo.example', 'seis')), /^451 4\.7\.1 /);
  assert.match(
    await talk.bring('x@lista.estricto.example', [USER1], letter('ana@otra.example', 'siete')),
    /^550 5\.7\.23 SPF: lista\.estricto\.example does not let 127\.0\.0\.9 send in its name$/,
  );
});
