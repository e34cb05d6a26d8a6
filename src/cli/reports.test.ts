import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { recordsOf } from '#mail/reports/received-report.ts';
import { DEFAULT_READING_LIMITS, readReport } from '#platform/reports/read-report.ts';
import { ReportDatabase } from '#platform/reports/report-database.ts';
import { googleReport, microsoftReport, tlsReportMail, yahooReport } from '../../test/world/report-mail.ts';
import { makeState } from '../../test/world/running-server.ts';
import { valija } from '../../test/world/valija-command.ts';

const BOUNDS = { maxAgeMs: 1e12, maxBytes: 1e9, rows: 1_000, ofAuthorPerDay: 100 };
/** Whenever the test runs, the samples are no news. */
const ALWAYS = ['--since', '2020-01-01'];

describe('[C25] valija reports, from what a server left', () => {
  let server: { configFile: string };
  let state: string;

  before(async () => {
    state = await makeState({ settings: 'resolver_addresses = ["127.0.0.1:9"]\nresolver_timeout = "1s"\n' });
    server = { configFile: join(state, 'valija.toml') };
    using database = new ReportDatabase(join(state, 'reports.db'));
    for (const [at, message] of [googleReport(), microsoftReport(), yahooReport(), tlsReportMail()].entries()) {
      const read = readReport(message, DEFAULT_READING_LIMITS);
      assert.ok(read.ok);
      const origin = { queueId: `Q${at}`, receivedMs: Date.now(), author: 'informes.example', isVerified: at !== 2 };
      for (const record of recordsOf(read.value)) assert.equal(database.received.keep(record, origin, BOUNDS), 'kept');
    }
  });

  after(() => rmSync(state, { recursive: true }));

  test('all domains, and one with its senders and advice, in both languages', async () => {
    const all = await valija(server, 'reports', ...ALWAYS);
    assert.match(all.output, /^valija\.test +4 +139 +86 % +19 +p=none +5629 +303$/m);
    const { output } = await valija(server, 'reports', 'Valija.test', ...ALWAYS);
    assert.match(output, /Reports that count: 3 \(informes\.example\)/);
    assert.match(output, /not counted, for DMARC does not prove who sent them: 1\./);
    assert.match(output, /^newsletter\.example +15 +0 % +15 /m);
    assert.match(
      output,
      /newsletter\.example sends in your name, and proves only its own\..* d=valija\.test; .*include:newsletter\.example/,
    );
    assert.match(output, /203\.0\.113\.66 sends in your name, fails SPF \(softfail\).*ip4:203\.0\.113\.66/);
    assert.match(output, /p=none\. Leave it/);
    assert.match(output, /^certificate-expired +mx1\.mail\.valija\.test +100 +the certificate had expired$/m);
    const spanish = await valija(server, '--lang', 'es', 'reports', 'valija.test', ...ALWAYS);
    assert.match(spanish.output, /newsletter\.example envía en tu nombre, y solo prueba el suyo\./);
  });

  test('the list, one report, and JSON', async () => {
    const list = await valija(server, 'reports', 'list', 'valija.test', ...ALWAYS);
    assert.match(list.output, /^ +3 +DMARC +valija\.test +Yahoo .* unverified$/m);
    const limited = await valija(server, 'reports', 'list', ...ALWAYS, '--limit', '1', '--json');
    assert.equal((JSON.parse(limited.output) as unknown[]).length, 1);
    const one = await valija(server, 'reports', 'show', '1');
    assert.match(
      one.output,
      /^192\.0\.2\.10 +120 +none +valija\.test +pass \(valija\.test pass\) +pass \(valija\.test pass\)$/m,
    );
    assert.match((await valija(server, 'reports', 'show', '4')).output, /policy sts: 5629 sessions, 303 failed/);
  });

  test('a domain may be named in its own letters', async () => {
    {
      using database = new ReportDatabase(join(state, 'reports.db'));
      const policies = [{ domain: 'xn--espaa-rta.example', type: 'sts', successful: 1, failed: 0, failures: [] }];
      const head = { organisation: 'Example', contact: '', reportId: 'n', beginSeconds: 1e9, endSeconds: 2e9 };
      const origin = { queueId: 'Q8', receivedMs: Date.now(), author: 'example.org', isVerified: true };
      for (const record of recordsOf({ kind: 'tls', report: { ...head, policies } }))
        database.received.keep(record, origin, BOUNDS);
    }
    assert.match((await valija(server, 'reports', 'España.example')).output, /^xn--espaa-rta\.example\. Reports that/);
  });

  test('[T31] what strangers wrote does nothing to the terminal', async () => {
    {
      using database = new ReportDatabase(join(state, 'reports.db'));
      const evil = '\x1b]0;evil\x07\u202e';
      const policies = [{ domain: `valija.test${evil}`, type: evil, successful: 1, failed: 0, failures: [] }];
      const report = { organisation: evil, contact: evil, reportId: evil, beginSeconds: 0, endSeconds: 1, policies };
      const origin = { queueId: 'Q9', receivedMs: Date.now(), author: 'example.org', isVerified: false };
      for (const record of recordsOf({ kind: 'tls', report })) database.received.keep(record, origin, BOUNDS);
    }
    for (const args of [['show', '6'], ['list'], [], ['valija.test']]) {
      const { output, code } = await valija(server, 'reports', ...args, ...(args[0] === 'show' ? [] : ALWAYS));
      assert.equal(code, 0);
      assert.doesNotMatch(output, /[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/, args.join(' '));
    }
  });

  test('a damaged file is said to be one, and what to do', async () => {
    const other = await makeState();
    writeFileSync(join(other, 'reports.db'), 'x'.repeat(9_000));
    for (const args of [[], ['list'], ['show', '1']]) {
      const run = await valija({ configFile: join(other, 'valija.toml') }, 'reports', ...args);
      assert.equal(run.code, 74, run.errors);
      assert.match(run.errors, /^valija: reports cannot be read from .*reports\.db: .+; .*sets it aside.*\n$/);
    }
    rmSync(other, { recursive: true });
  });

  test('what is not there, or not understood, is said', async () => {
    for (const [code, ...args] of [
      [66, 'show', '99'],
      [66, 'show', 'x'],
      [66, 'otra.test'],
      [64, 'list', '--since', 'x'],
      [64, '--limit', '0'],
      [69, 'send'],
    ] as const) {
      const run = await valija(server, 'reports', ...args);
      assert.equal(run.code, code, `${args.join(' ')}: ${run.errors}`);
      assert.doesNotMatch(run.errors, /^ +at /m);
    }
    assert.match((await valija(server, 'reports', 'sent')).output, /No DMARC reports were sent/);
  });
});
