// Mail leaves for domains that say, by MTA-STS, to whom it may go: it goes there, waits, or is told of; and who wants to know
// hears of it the day after.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { ResultDatabase } from '#platform/tls-reports/result-database.ts';
import { createAuthority } from '../world/certificate-authority.ts';
import { verdictsOf } from '../world/dkim.ts';
import { openDns } from '../world/dns.ts';
import { writeConfig } from '../world/given-state.ts';
import { openSink } from '../world/mail-sink.ts';
import { makeState, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const LETTER = `From: ${USER1}\r\nSubject: hola\r\n\r\nHola.\r\n`;
const ZONES = {
  'example.org': `
@ MX 10 mx
mx A 127.0.0.2
_mta-sts TXT "v=STSv1; id=A1"
mta-sts A 127.0.0.1
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tlsrpt@example.org"
`,
  'example.net': `
@ MX 10 forged
forged A 127.0.0.2
_mta-sts TXT "v=STSv1; id=B1"
mta-sts A 127.0.0.1
`,
  'example.com': `
@ MX 10 forged
forged A 127.0.0.2
_mta-sts TXT "v=STSv1; id=C1"
mta-sts A 127.0.0.1
`,
};
const POLICIES: Readonly<Record<string, string>> = {
  'mta-sts.example.org': 'version: STSv1\nmode: enforce\nmx: mx.example.org\nmax_age: 86400\n',
  'mta-sts.example.net': 'version: STSv1\nmode: enforce\nmx: mx.example.net\nmax_age: 86400\n',
  'mta-sts.example.com': 'version: STSv1\nmode: testing\nmx: mx.example.com\nmax_age: 86400\n',
};

/** DNS, policy host and mail server of others, and settings that lead to them. */
async function openOthers(t: TestContext) {
  const authority = await createAuthority();
  const opened = new AsyncDisposableStack();
  t.after(() => opened.disposeAsync());
  const certificate = await authority.sign(['mx.example.org']);
  const sink = opened.use(await openSink({ address: '127.0.0.2', hasTls: true, certificate }));
  const host = await authority.sign(Object.keys(POLICIES));
  const web = createServer({ cert: host.pem, key: host.key }, (request, response) => {
    const policy = POLICIES[request.headers.host?.replace(/:\d+$/, '') ?? ''];
    response.writeHead(policy === undefined ? 404 : 200, { 'content-type': 'text/plain' }).end(policy);
  }).listen(0, '127.0.0.1');
  await once(web, 'listening');
  opened.defer(() => void web.close().closeAllConnections());
  const dns = opened.use(await openDns({ zones: ZONES }));
  const settings = [
    `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
    `mta_sts_tcp_port = ${(web.address() as AddressInfo).port}`,
    `smtp_tcp_port = ${sink.port}`,
    'smtp_allow_loopback = true',
    'inet_protocols = ["ipv4"]',
    'smtp_tls_CAfile = "authority.pem"',
    'tls_report_delay = 0',
    'tls_report_sender = "postmaster@valija.test"',
  ].join('\n');
  const folder = await makeState({ settings });
  writeFileSync(join(folder, 'authority.pem'), authority.pem);
  return { sink, options: { state: folder, settings } };
}

async function submit(server: RunningServer, to: string, text = LETTER): Promise<string> {
  using talk = await openSmtp(server, 'submission', { address: USER1, password: PASSWORD });
  const [, id = ''] = /queued as (\S+)/.exec(await talk.bring(USER1, [to], text)) ?? [];
  return id;
}

async function storyOf(server: RunningServer, id: string, word: RegExp): Promise<string> {
  return until(`a story with ${word}`, async () => {
    const { output } = await valija(server, 'why', id, '--lang', 'en');
    return word.test(output) && output;
  });
}

test('[C71] [T33] a policy in force: to the server that it names, verified; never to another', async (t) => {
  const { sink, options } = await openOthers(t);
  await using server = await startServer(options);
  const id = await submit(server, 'ana@example.org');
  await until('the message', () => sink.messages.length === 1);
  assert.ok(sink.messages[0]?.isSecure);
  const story = (await storyOf(server, id, /MTA-STS/)).replace(/\s+/g, ' ');
  assert.match(story, /The MTA-STS policy of its domain demands a server that it names/);
  assert.match(story, /MTA-STS policy: enforce A1/);
  await untilLogged(
    server,
    /Verified TLS connection established to mx\.example\.org\[127\.0\.0\.2\]:\d+: TLSv1\.3 with cipher/,
  );
  assert.match(readFileSync(join(options.state, 'mta-sts/example.org.json'), 'utf8'), /"mode": "enforce"/);

  const held = await submit(server, 'ana@example.net');
  await storyOf(server, held, /MTA-STS policy of example\.net does not allow the mail server forged\.example\.net/);
  const waived = await submit(server, 'ana@example.net', `TLS-Required: No\r\n${LETTER}`);
  await until('the message that does without', () => sink.messages.length === 2);
  assert.match(await storyOf(server, waived, /TLS-Required/), /TLS-Required: No/);
  const trial = await submit(server, 'ana@example.com');
  await until('the message to a policy in testing', () => sink.messages.length === 3);
  assert.match(await storyOf(server, trial, /testing/), /testing C1/);
});

test('[C71] [T30] the day after, who asks for it gets a report, signed, and none about the report', async (t) => {
  const { sink, options } = await openOthers(t);
  const policy = { type: 'no-policy-found', domain: 'example.org', lines: [], mxHosts: [] } as const;
  {
    using database = new ResultDatabase(join(options.state, 'tls-results.db'));
    database.add([{ day: '2026-01-01', domain: 'example.org', policy, failure: undefined, sessions: 7 }], 10);
  }
  const { configFile } = writeConfig(options.state, options.settings);
  const made = await valija({ configFile }, 'dkim', 'generate', 'valija.test', '--json');
  assert.equal(made.code, 0, made.errors);
  await using server = await startServer(options);
  await until('the report', () => sink.messages.length === 1);
  const [report] = sink.messages;
  assert.deepEqual([report?.sender, report?.recipients], ['', ['tlsrpt@example.org']]);
  const text = report?.content.toString('latin1') ?? '';
  assert.match(text, /\r\nSubject: Report Domain: example\.org\r\n\tSubmitter: /);
  const verdicts = await verdictsOf(report?.content ?? Buffer.alloc(0), JSON.parse(made.output));
  assert.ok(verdicts.length > 0 && verdicts.every(({ result }) => result === 'pass'));
  const [, encoded = ''] = /gz"\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(text) ?? [];
  const json = JSON.parse(gunzipSync(Buffer.from(encoded, 'base64')).toString());
  assert.equal(json.policies[0].summary['total-successful-session-count'], 7);
  await server.stop();
  using database = new ResultDatabase(join(options.state, 'tls-results.db'));
  assert.deepEqual(database.due('9999-12-31', 10), []);
});
