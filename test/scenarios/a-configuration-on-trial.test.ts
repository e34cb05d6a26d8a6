// `valija config apply`: another configuration takes the place of the one there is, and the one before comes back where the server
// refuses it, or where nobody confirms it in time, whoever was killed meanwhile.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

/** The server's own file with a line more. */
function candidate(server: RunningServer, line: string): string {
  const file = join(server.state, 'new.toml');
  writeFileSync(file, `${line}\n${readFileSync(server.configFile, 'utf8')}`);
  return file;
}

test('config apply: the difference is shown, the file keeps its mode, the server has it, history and diff know it', async () => {
  await using server = await startServer();
  chmodSync(server.configFile, 0o640);
  const applied = await valija(server, 'config', 'apply', candidate(server, 'maillog_level = "debug"'));
  assert.equal(applied.code, 0, applied.errors);
  assert.match(applied.output, /^\+ maillog_level = "debug"\n.*is in force/m);
  assert.equal(statSync(server.configFile).mode & 0o777, 0o640);
  await until('a line of the log', () => /reloaded --/.test(server.log()));

  const history = JSON.parse((await valija(server, 'config', 'history', '--json')).output);
  assert.deepEqual(
    history.map((entry: { number: number; how: string; changes: string[] }) => [
      entry.number,
      entry.how,
      entry.changes,
    ]),
    [
      [2, 'apply', ['maillog_level']],
      [1, 'start', []],
    ],
  );
  assert.match((await valija(server, 'config', 'diff', '1', '2')).output, /^\+ maillog_level = "debug"$/m);
  assert.match((await valija(server, 'config', 'diff')).output, /no setting differs/);

  const back = await valija(server, 'config', 'rollback');
  assert.equal(back.code, 0, back.errors);
  assert.doesNotMatch(readFileSync(server.configFile, 'utf8'), /debug/);
  assert.match((await valija(server, 'status')).output, /Configuration no\. 3/);
});

test('config rollback: the one before is the one in force, where the file is another that was never loaded', async () => {
  await using server = await startServer();
  const inForce = readFileSync(server.configFile, 'utf8');
  const alone = await valija(server, 'config', 'rollback');
  assert.deepEqual([alone.code, /no other configuration is kept/.test(alone.errors)], [66, true], alone.errors);
  assert.equal((await valija(server, 'config', 'apply', candidate(server, 'maillog_level = "debug"'))).code, 0);
  writeFileSync(server.configFile, `maillog_level = "warn"\n${inForce}`);
  const back = await valija(server, 'config', 'rollback');
  assert.equal(back.code, 0, back.errors);
  assert.match(readFileSync(server.configFile, 'utf8'), /^maillog_level = "debug"$/m);
  assert.equal((await valija(server, 'config', 'rollback', '#1')).code, 0);
  assert.equal(readFileSync(server.configFile, 'utf8'), inForce);
  assert.match((await valija(server, 'config', 'rollback', 'x')).errors, /no configuration x;/);
});

test('config apply: what the server refuses is taken back, and it says why', async () => {
  await using server = await startServer();
  const before = readFileSync(server.configFile, 'utf8');
  const bad = await valija(server, 'config', 'apply', candidate(server, 'mynetworks = ["0.0.0.0/0"]'));
  assert.equal(bad.code, 78);
  assert.match(bad.errors, /new\.toml:1: mynetworks: 0\.0\.0\.0\/0 is more/);
  const fixed = await valija(server, 'config', 'apply', candidate(server, 'system_users = true'));
  assert.equal(fixed.code, 78, fixed.output);
  assert.match(fixed.errors, /refused it.*\n.*system_users: this changes at a restart only/);
  const table = await valija(server, 'config', 'apply', candidate(server, 'transport_maps = ["texthash:/nowhere"]'));
  assert.equal(table.code, 78, table.output);
  assert.match(table.errors, /nowhere/);
  assert.equal(readFileSync(server.configFile, 'utf8'), before);
  assert.equal(existsSync(`${server.configFile}.unconfirmed`), false);
});

test('config apply: what cannot be entered whole is not entered: a port that is taken, a broken certificate, no log', async () => {
  await using server = await startServer({ settings: 'myhostname = "before.valija.test"\n' });
  const before = readFileSync(server.configFile, 'utf8');
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const broken = join(server.state, 'broken.pem');
  writeFileSync(broken, 'no certificate');
  const refused = [
    ['', `[[listen]]\nservice = "smtp"\naddress = "127.0.0.1"\nport = ${port}\n`, /cannot be bound: another program/],
    [`smtpd_tls_cert_file = "${broken}"\nsmtpd_tls_key_file = "${broken}"\n`, '', /load a certificate: .*broken\.pem/],
    [`maillog_file = "${broken}/valija.log"\n`, '', /open the log \(maillog_file\): /],
  ] as const;
  for (const [first, last, reason] of refused) {
    const file = join(server.state, 'new.toml');
    writeFileSync(file, `${first}${before.replace('before.valija.test', 'after.valija.test')}\n${last}`);
    const applied = await valija(server, 'config', 'apply', file);
    assert.notEqual(applied.code, 0, applied.output);
    assert.match(applied.errors, reason);
    await until('the same words in the log', () => reason.test(server.log()));
    using talk = await openSmtp(server, 'smtp');
    assert.match(await talk.say('EHLO client.example'), /^250[ -]before\.valija\.test/m);
  }
  other.close();
  assert.equal(readFileSync(server.configFile, 'utf8'), before);
});

test('config apply --confirm-within: unconfirmed it goes back by itself, though the worker was killed in between', async () => {
  await using server = await startServer();
  const before = readFileSync(server.configFile, 'utf8');
  const words = ['config', 'apply', candidate(server, 'maillog_level = "debug"'), '--confirm-within', '6s'];
  // Looked for meanwhile: the command itself may end after the trial where the machine is slow.
  const changed = until('another file', () => readFileSync(server.configFile, 'utf8') !== before);
  const applied = await valija(server, ...words);
  assert.equal(applied.code, 0, applied.errors);
  assert.match(applied.output, /valija config confirm/);
  await changed;
  process.kill(server.pid, 'SIGKILL');
  await until('the former file', () => readFileSync(server.configFile, 'utf8') === before);
  // The worker that is there hears of it, or the next one starts with it.
  const inForce = /was not confirmed in time[\s\S]*(?:reloaded|daemon started) --/;
  await until('its settings', () => inForce.test(server.log()));
  assert.equal(existsSync(`${server.configFile}.unconfirmed`), false);
});

test('config apply --confirm-within: confirmed it stays; a trial that ended while nothing ran ends at the start', async () => {
  await using server = await startServer();
  const line = 'maillog_level = "debug"';
  const applied = await valija(server, 'config', 'apply', candidate(server, line), '--confirm-within', '10m');
  assert.equal(applied.code, 0, applied.errors);
  assert.equal((await valija(server, 'config', 'confirm')).code, 0);
  assert.equal((await valija(server, 'config', 'confirm')).code, 66);
  assert.equal(existsSync(`${server.configFile}.unconfirmed`), false);
  assert.match(readFileSync(server.configFile, 'utf8'), /debug/);

  const other = 'maillog_format = "json"';
  const again = await valija(server, 'config', 'apply', candidate(server, other), '--confirm-within', '1h');
  assert.equal(again.code, 0, again.errors);
  await server.kill();
  assert.match(readFileSync(server.configFile, 'utf8'), /json/);
  writeFileSync(`${server.configFile}.unconfirmed`, `${Date.now() - 1_000}\n`);

  await using next = await startServer({ state: server.state });
  assert.match(readFileSync(next.configFile, 'utf8'), /debug/, 'the one before the trial');
  assert.equal(existsSync(`${next.configFile}.unconfirmed`), false);
  await until('its word', () => /was not confirmed in time/.test(next.log()));
});
