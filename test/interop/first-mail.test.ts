// A fresh installation, a domain of its own and the records that its commands print: the first message passes SPF, DKIM and DMARC
// at judges that others wrote, rspamd and dkimpy.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { formatKeyRecord, formatZoneLine, keyRecordName } from '#protocols/dkim/key-record.ts';
import { openDns, readZone, type TestDns } from '../world/dns.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { PASSWORD, type RunningServer, startServer } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';
import { findProgram, runProgram } from './real-program.ts';
import { type Rspamd, startRspamd } from './rspamd-server.ts';

const RSPAMD = findProgram('rspamd');
const SKIP = RSPAMD === undefined ? 'rspamd is not installed' : false;
const CHECKER = join(import.meta.dirname, 'check_dkim.py');

const DOMAIN = 'escuela.example';
const ANA = `ana@${DOMAIN}`;
const TO = 'luis@example.org';
const OUR_ADDRESS = '198.51.100.25';
const BRINGER = { clientAddress: OUR_ADDRESS, helo: `mail.${DOMAIN}`, sender: ANA, recipient: TO };
const LETTER = [
  `From: Ana Gil <${ANA}>`,
  `To: ${TO},`,
  '\tmarta@example.net',
  'Subject:  Reunión  de padres',
  'Date: Sun, 22 Nov 2026 10:00:00 +0100',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Se re=C3=BAnen \t el martes.  ',
  '',
  '.',
  '',
  '',
].join('\r\n');

describe('[C26] the first mail of a fresh installation', { skip: SKIP }, () => {
  const all = new AsyncDisposableStack();
  let dns: TestDns;
  let sink: MailSink;
  let server: RunningServer;
  let rspamd: Rspamd;
  let keys: readonly SigningKeyRecord[];

  before(async () => {
    dns = all.use(await openDns({ zones: {} }));
    sink = all.use(await openSink({ extensions: ['8BITMIME', 'SMTPUTF8', 'SIZE'], hasTls: true }));
    const settings = [
      `relayhost = "[127.0.0.1]:${sink.port}"`,
      'smtp_allow_loopback = true',
      `resolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
    ];
    server = all.use(await startServer({ settings: settings.join('\n') }));
    keys = await setUpDomain();
    rspamd = all.use(await startRspamd(RSPAMD ?? '', dns.server.port));
  });

  after(() => all.disposeAsync());

  async function command(...words: string[]): Promise<string> {
    const { code, output, errors } = await valija(server, ...words);
    assert.equal(code, 0, errors);
    return output;
  }

  /** As the guide says: a domain, with its keys, an account; and the records into the DNS. */
  async function setUpDomain(): Promise<readonly SigningKeyRecord[]> {
    await command('domain', 'add', DOMAIN);
    const made = JSON.parse(await command('dkim', 'list', DOMAIN, '--json')) as SigningKeyRecord[];
    const program = join(import.meta.dirname, '../../bin/valija');
    const words = ['--config', server.configFile, 'account', 'add', ANA, '--password-stdin'];
    const { code, errors } = await runProgram(program, words, { input: `${PASSWORD}\n` });
    assert.equal(code, 0, errors);
    const policy = [
      `${DOMAIN}. IN MX 10 mail.${DOMAIN}.`,
      `mail.${DOMAIN}. IN A ${OUR_ADDRESS}`,
      `${OUR_ADDRESS.split('.').reverse().join('.')}.in-addr.arpa. IN PTR mail.${DOMAIN}.`,
      `${DOMAIN}. IN TXT "v=spf1 ip4:${OUR_ADDRESS} -all"`,
      `_dmarc.${DOMAIN}. IN TXT "v=DMARC1; p=reject"`,
    ];
    dns.server.setZones([readZone('.', [...policy, ...made.map(formatZoneLine)].join('\n'))]);
    return made;
  }

  async function firstMail(): Promise<Buffer> {
    const count = sink.messages.length;
    using talk = await openSmtp(server, 'submission', { address: ANA, password: PASSWORD });
    assert.match(await talk.bring(ANA, [TO], LETTER), /^250 /);
    await until('the message', async () => sink.messages.length > count);
    const { content, isSecure } = sink.messages[count]!;
    assert.ok(isSecure, 'it came under TLS');
    return content;
  }

  it('rspamd: SPF, DKIM by both keys, and DMARC aligned', async () => {
    await command('dkim', 'check', DOMAIN);
    const symbols = await rspamd.judge(await firstMail(), BRINGER);
    assert.ok(symbols.has('R_SPF_ALLOW'), [...symbols.keys()].join(' '));
    assert.deepEqual(
      [...(symbols.get('R_DKIM_ALLOW') ?? [])].sort(),
      keys.map(({ selector }) => `${DOMAIN}:s=${selector}`).sort(),
    );
    assert.match((symbols.get('DMARC_POLICY_ALLOW') ?? []).join(), new RegExp(`${DOMAIN}.*reject`));
  });

  it('rspamd: the address has a name that leads back to it; one without is told apart', async () => {
    const message = await firstMail();
    const [known, unknown] = [
      await rspamd.judge(message, BRINGER),
      await rspamd.judge(message, { ...BRINGER, clientAddress: '203.0.113.9' }),
    ];
    assert.deepEqual([known.has('RDNS_NONE'), unknown.has('RDNS_NONE')], [false, true]);
    assert.ok(![...known.keys()].some((name) => /^HFILTER_(HELO|FROMHOST)/.test(name)), [...known.keys()].join(' '));
  });

  it('rspamd: forwarded by another server DKIM still proves it; changed, nothing does', async () => {
    const message = await firstMail();
    const forwarded = { ...BRINGER, clientAddress: '203.0.113.9', helo: 'mx.example.net' };
    const passed = await rspamd.judge(message, forwarded);
    assert.ok(passed.has('R_SPF_FAIL') && passed.has('DMARC_POLICY_ALLOW'), [...passed.keys()].join(' '));
    const changed = Buffer.from(message.toString('latin1').replace('el martes', 'el jueves'), 'latin1');
    const failed = await rspamd.judge(changed, forwarded);
    assert.ok(failed.has('R_DKIM_REJECT') && failed.has('DMARC_POLICY_REJECT'), [...failed.keys()].join(' '));
  });

  it('dkimpy: both signatures', {
    skip: findProgram('python3') === undefined && 'python3 is not installed',
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'valija-dkimpy-'));
    try {
      const records = join(folder, 'records');
      writeFileSync(records, keys.map((key) => `${keyRecordName(key)}\t${formatKeyRecord(key)}\n`).join(''));
      const message = await firstMail();
      const { output, errors } = await runProgram('/usr/bin/python3', [CHECKER, records], { input: message });
      assert.equal(output, 'pass\npass\n', errors);
      const changed = Buffer.from(message.toString('latin1').replace('el martes', 'el jueves'), 'latin1');
      assert.doesNotMatch(
        (await runProgram('/usr/bin/python3', [CHECKER, records], { input: changed })).output,
        /pass/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
