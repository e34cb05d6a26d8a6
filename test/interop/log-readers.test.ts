// The log as the programs read it that administrators point at Postfix's: pflogsumm, and fail2ban with its postfix filters.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { unitFiles } from '#cli/setup/unit-file.ts';
import { openDns } from '../world/dns.ts';
import { type MailSink, openSink } from '../world/mail-sink.ts';
import { PASSWORD, type RunningServer, startServer, USER1, USER2 } from '../world/running-server.ts';
import { deliver, openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { programTest, runProgram } from './real-program.ts';

const FILTERS = '/etc/fail2ban/filter.d';
const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let log: string;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'valija-log-'));
  log = join(folder, 'mail.log');
  writeFileSync(log, await logOfADay());
});
after(() => rmSync(folder, { recursive: true }));

/** One of each: delivered here and elsewhere, submitted, refused, deferred, returned, a wrong password. */
async function logOfADay(): Promise<string> {
  await using sink = await openSink({
    fault: (moment, line) => {
      if (moment !== 'RCPT') return undefined;
      if (line.includes('nadie@')) return '550 5.1.1 No such user';
      return line.includes('luego@') ? '450 4.2.0 Mailbox busy' : undefined;
    },
  });
  await using server = await startOnDns(sink);
  assert.match(await deliver(server, USER2, 'Subject: a\r\n\r\nhola\r\n', 'ana@example.org'), /^250 /);
  for (const to of ['ana@example.net', 'nadie@example.net', 'luego@example.net']) {
    assert.match(await deliver(server, to, 'Subject: b\r\n\r\nhola\r\n', USER1), /^250 /);
  }
  using submitter = await openSmtp(server, 'submission', { address: USER1, password: PASSWORD });
  assert.match(await submitter.bring(USER1, [USER2, 'ana@example.net'], `From: ${USER1}\r\n\r\nhola\r\n`), /^250 /);
  using stranger = await openSmtp(server, 'smtp');
  await stranger.say('MAIL FROM:<ana@example.org>');
  assert.match(await stranger.say('RCPT TO:<nadie@valija.test>'), /^550 5\.1\.1 /);
  await assert.rejects(openSmtp(server, 'submission', { address: USER1, password: 'otra' }), /535 5\.7\.8/);
  await until('all of it in the log', () => {
    const text = server.log();
    const fates: readonly (readonly [what: RegExp, times: number])[] = [
      [/status=sent \(250 2\.0\.0 Ok: taken/g, 2],
      [/status=bounced/g, 1],
      [/status=deferred/g, 1],
      [/to=<usuario2@valija\.test>, relay=virtual.*status=sent/g, 2],
      [/to=<usuario1@valija\.test>.*status=sent/g, 1],
      [/: removed$/gm, 5],
    ];
    return fates.every(([what, times]) => (text.match(what)?.length ?? 0) >= times);
  });
  return server.log();
}

async function startOnDns({ port }: MailSink): Promise<RunningServer> {
  await using dns = await openDns({ zones: {} });
  return await startServer({
    settings: `transport_maps = ["inline:{example.net=smtp:[127.0.0.1]:${port}}"]\nresolver_addresses = ["127.0.0.1:${dns.server.port}"]`,
  });
}

test('[C19] each line of a delivery has Postfix’s form', () => {
  const { stdout } = spawnSync('grep', ['-E', 'status=(sent|bounced|deferred)', log], { encoding: 'utf8' });
  const form =
    /^\S+ \S+ postfix\/\w+\[\d+\]: \w+: to=<[^>]*>,(?: orig_to=<[^>]*>,)? relay=[^,]+, delay=[\d.]+, delays=[\d.]+\/[\d.]+\/[\d.]+\/[\d.]+, dsn=\d\.\d+\.\d+, status=(?:sent|bounced|deferred) \(.*\)$/;
  const lines = stdout.trimEnd().split('\n');
  assert.ok(lines.length >= 5);
  for (const line of lines) assert.match(line, form);
});

test('[C19] a message becomes active once, and is removed once, whatever became of its copies', () => {
  const ids = (what: RegExp) => [...readFileSync(log, 'utf8').matchAll(what)].map(([, id]) => id).sort();
  const active = ids(/: (\w+): from=<[^>]*>, size=\d+, nrcpt=\d+ \(queue active\)$/gm);
  const removed = ids(/: (\w+): removed$/gm);
  assert.equal(active.length, 6);
  assert.deepEqual([...new Set(active)], active);
  assert.deepEqual([...new Set(removed)], removed);
  assert.equal(removed.length, 5, 'all but the one that waits');
});

programTest('pflogsumm', '[C19] counts what was received, delivered, deferred, bounced and rejected', async () => {
  const { code, output, errors } = await runProgram('pflogsumm', ['--problems_first', log]);
  assert.equal(code, 0, errors);
  assert.equal(errors, '');
  const count = (what: string) => Number(new RegExp(`^ +(\\d+) +${what}\\b`, 'm').exec(output)?.[1]);
  // The bounce is delivered, and was received from nobody.
  assert.deepEqual(
    Object.fromEntries(['received', 'delivered', 'deferred', 'bounced', 'rejected'].map((what) => [what, count(what)])),
    { received: 5, delivered: 5, deferred: 1, bounced: 1, rejected: 1 },
  );
  for (const section of [/message deferral detail.*4\.2\.0 Mailbox busy/s, /message bounce detail.*No such user/s]) {
    assert.match(output, section);
  }
});

for (const [filter, mode, matches] of [
  ['postfix', 'normal', 'the unknown user'],
  ['postfix', 'auth', 'the wrong password'],
] as const) {
  programTest('fail2ban-regex', `[C19] [C56] filter ${filter} in mode ${mode} finds ${matches}`, async (t) => {
    if (!existsSync(`${FILTERS}/${filter}.conf`)) return t.skip('fail2ban has no such filter here');
    const { output, errors } = await runProgram('fail2ban-regex', [log, `${FILTERS}/${filter}.conf[mode=${mode}]`]);
    assert.match(output, /^Lines: \d+ lines, \d+ ignored, 1 matched, \d+ missed/m, output + errors);
    assert.match(output, /^Failregex: 1 total/m);
  });
}

programTest(
  'systemd-analyze',
  '[C19] the unit whose name journalctl is asked for is sound, and is started as valija, or as postfix',
  async () => {
    // journalctl -u looks for the unit's own name: an alias would show nothing.
    const machine = join(folder, 'machine');
    const units = join(machine, 'etc/systemd/system');
    mkdirSync(units, { recursive: true });
    const written = unitFiles(join(ROOT, 'bin/valija'), '/etc/valija/valija.toml');
    for (const { name, text } of written) writeFileSync(join(units, name), text);
    const files = written.map(({ name }) => join(units, name));
    const { code, output, errors } = await runProgram('systemd-analyze', ['verify', '--man=no', ...files]);
    assert.equal((output + errors).trim(), '');
    assert.equal(code, 0);
    const enabled = await runProgram('systemctl', ['--root', machine, 'enable', 'valija.service']);
    assert.equal(enabled.code, 0, enabled.errors);
    for (const link of ['postfix.service', 'multi-user.target.wants/valija.service']) {
      assert.equal(basename(readlinkSync(join(units, link))), 'valija.service');
    }
    assert.match(written[1]?.text ?? '', /^Requires=postfix@-\.service$/m);
  },
);
