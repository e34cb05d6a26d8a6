// OpenDMARC as a milter, which goes by what we have found out of SPF and DKIM: our Authentication-Results.

import assert from 'node:assert/strict';
import { openDns } from '../world/dns.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, startServer, USER1 } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { startOpenDmarc } from './opendmarc-milter.ts';
import { programTest } from './real-program.ts';

const RECORDS = [
  'example.org. 60 IN TXT "v=spf1 ip4:127.0.0.1 -all"',
  '_dmarc.example.org. 60 IN TXT "v=DMARC1; p=reject"',
  '_dmarc.example.net. 60 IN TXT "v=DMARC1; p=reject"',
];

function letter(author: string, ...fields: string[]): string {
  const head = [`From: ${author}`, `To: ${USER1}`, 'Subject: hola', 'Date: Sat, 21 Nov 2026 10:00:00 +0000'];
  return [...fields, ...head, 'Message-ID: <uno@example.org>', '', 'Hola', ''].join('\r\n');
}

programTest('opendmarc', '[C24] [C31] believes what we found out, and no stranger; p=reject is refused', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('a network of its own for OpenDMARC can be made by root only');
  await using milter = await startOpenDmarc('mail.valija.test', RECORDS);
  await using dns = await openDns({ zones: { '.': `${RECORDS.join('\n')}\n` } });
  const settings = [
    `smtpd_milters = ["${milter.name}"]`,
    `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
    ...['mynetworks = []', 'dmarc_policy_enforcement = false'],
  ];
  await using server = await startServer({ settings: settings.join('\n') });
  assert.match(await deliver(server, USER1, letter('ana@example.org')), /^250 /);
  const { messages } = await readMailbox(server, { address: USER1, password: PASSWORD });
  const word =
    /^Authentication-Results: mail\.valija\.test; dmarc=pass \(p=reject dis=none\) header\.from=example\.org/m;
  assert.match(messages[0]?.text ?? '', word);
  const refused = /^550 5\.7\.1 rejected by DMARC policy for example\.net/;
  assert.match(await deliver(server, USER1, letter('eva@example.net')), refused);
  // Who writes our name over it himself is not believed.
  const forged = 'Authentication-Results: mail.valija.test; spf=pass smtp.mailfrom=eva@example.net';
  assert.match(await deliver(server, USER1, letter('eva@example.net', forged)), refused);
  await until('the log', () => /milter-reject: END-OF-MESSAGE .*rejected by DMARC policy/.test(server.log()));
});
