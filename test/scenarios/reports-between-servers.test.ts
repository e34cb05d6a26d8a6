// Two servers report to one another: one receives mail in the other's name and tells it so; the other reads that, believes it
// because it is signed, and says what to do. Nobody reports about the report.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { NamedSummary } from '#mail/ports/report-admin.ts';
import type { SentReport } from '#mail/ports/report-store.ts';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import type { ReportListing } from '#mail/reports/received-report.ts';
import { formatZoneLine } from '#protocols/dkim/key-record.ts';
import { openDns } from '../world/dns.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { googleReport, reportMail } from '../world/report-mail.ts';
import {
  makeState,
  ONLY_STRANGERS,
  PASSWORD,
  type RunningServer,
  startServer,
  USER1,
} from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const DMARC = 'dmarc@emisora.test';
const STRANGER = '127.0.0.9';

async function told<T>(server: Pick<RunningServer, 'configFile'>, ...args: string[]): Promise<T> {
  const { output, errors, code } = await valija(server, ...args, '--json');
  assert.equal(code, 0, errors);
  return JSON.parse(output) as T;
}

async function bring(server: RunningServer, sender: string, to: string, message: string | Buffer): Promise<void> {
  using talk = await openSmtp(server, 'smtp', undefined, STRANGER);
  assert.match(await talk.bring(sender, [to], message.toString('latin1')), /^250 /);
}

test('[C25] [T30] what one server saw in the name of another reaches it as a report that it reads and believes', async () => {
  const state = await makeState();
  const keys = await told<SigningKeyRecord[]>(
    { configFile: `${state}/valija.toml` },
    'dkim',
    'generate',
    'valija.test',
  );
  const published = keys.map((key) => formatZoneLine(key).replace('.valija.test.', ''));
  await using dns = await openDns({
    zones: {
      'valija.test': ['_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@valija.test"', ...published].join('\n'),
      'emisora.test': `_dmarc TXT "v=DMARC1; p=none; rua=mailto:${DMARC}!1m,mailto:victima@otra.test"`,
      'otra.test': '_dmarc TXT "v=DMARC1; p=none"',
    },
  });
  const asking = `resolver_addresses = ["127.0.0.1:${dns.server.port}"]\n${ONLY_STRANGERS}`;
  await using told1 = await startServer({
    settings: `myhostname = "mail.emisora.test"\n${asking}`,
    accounts: [{ address: DMARC, password: PASSWORD }],
  });
  const relay = `relayhost = "[127.0.0.1]:${told1.ports.smtp}"\nsmtp_allow_loopback = true\n`;
  await using teller = await startServer({ state, settings: asking + relay });

  const letter = `From: ana@emisora.test\r\nTo: ${USER1}\r\nSubject: hola\r\n\r\nHola.\r\n`;
  for (let count = 0; count < 3; count++) await bring(teller, 'ana@emisora.test', USER1, letter);
  const sent = await told<SentReport[]>(teller, 'reports', 'send', '--now');
  assert.deepEqual(
    sent.map(({ recipient, outcome, messages }) => [recipient, outcome, messages]),
    [
      [DMARC, 'sent', 3],
      ['victima@otra.test', 'refused', 3],
    ],
  );
  const listed = await until('the report', async () => {
    const found = await told<ReportListing[]>(told1, 'reports', 'list', 'emisora.test');
    return found.length > 0 ? found : undefined;
  });
  assert.deepEqual(
    listed.map(({ kind, organisation, author, isVerified, total, failed }) => [
      kind,
      organisation,
      author,
      isVerified,
      total,
      failed,
    ]),
    [['aggregate', 'valija.test', 'valija.test', true, 3, 3]],
  );
  const [summary] = await told<NamedSummary[]>(told1, 'reports');
  assert.equal(summary?.messages, 3);
  const about = await valija(told1, 'reports', 'emisora.test', '--lang', 'es');
  assert.match(about.output, /127\.0\.0\.9 .*envía en tu nombre/);
  const shown = await valija(told1, 'reports', 'show', '1');
  assert.match(shown.output, /DMARC: valija\.test/);
  assert.match(shown.output, /127\.0\.0\.9 +3 +none/);
  // Delivered as all mail is.
  const { messages } = await readMailbox(told1, { address: DMARC, password: PASSWORD });
  assert.match(messages[0]?.text ?? '', /^Subject: Report Domain: emisora\.test\r\n Submitter: valija\.test\r\n/m);
  // The report itself was mail of a domain that wants reports.
  assert.deepEqual(await told(told1, 'reports', 'send', '--now'), []);
  assert.deepEqual(await told(teller, 'reports', 'send', '--now'), []);
});

test('[C25] [T31] a report that nothing proves is shown and not counted; a bomb is said in the log, and delivered', async () => {
  await using dns = await openDns({ zones: { 'google.example': '_dmarc TXT "v=DMARC1; p=none"' } });
  const settings = `resolver_addresses = ["127.0.0.1:${dns.server.port}"]\nreport_recipients = ["${USER1}"]\n${ONLY_STRANGERS}`;
  await using server = await startServer({ settings });
  await bring(server, 'x@google.example', USER1, googleReport());
  await until('the report', async () => (await told<ReportListing[]>(server, 'reports', 'list')).length === 1);
  const summary = await told<NamedSummary>(server, 'reports', 'valija.test');
  assert.deepEqual([summary.reports, summary.unverified, summary.messages], [1, 1, 0]);
  assert.match((await valija(server, 'reports', 'list')).output, /google\.com .*135 .*unverified/);
  const bomb = gzipSync(Buffer.alloc(40_000_000, ' '));
  await bring(
    server,
    'x@google.example',
    USER1,
    reportMail({ type: 'application/gzip', fileName: 'a.xml.gz', octets: bomb }),
  );
  await until('a complaint', async () => /a report was not read: it unpacks to more than/.test(server.log()));
  await until(
    'both messages',
    async () => (await readMailbox(server, { address: USER1, password: PASSWORD })).messages.length === 2,
  );
});
