// Settings that would make the server dangerous to others: refused at the start and at a reload, with the line and what to do
// instead; and the server attacks itself to see what no reading of them shows.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeConfig } from '../world/given-state.ts';
import { makeState, ONLY_STRANGERS, type RunningServer, runSupervisor, startServer } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import { until, untilLogged } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const OPEN_RELAY = 'mynetworks = ["0.0.0.0/0"]\n';

async function reload(server: RunningServer, settings: string, expected: RegExp): Promise<string> {
  writeConfig(server.state, settings);
  const before = server.log().length;
  process.kill(server.supervisorPid, 'SIGHUP');
  await until('the answer to SIGHUP', () => expected.test(server.log().slice(before)));
  return server.log().slice(before);
}

async function relay(server: RunningServer): Promise<string> {
  using talk = await openSmtp(server, 'smtp', undefined, '127.0.0.9');
  await talk.say('MAIL FROM:<spam@example.org>');
  return await talk.say('RCPT TO:<victim@example.net>');
}

test('[C53] mynetworks = 0.0.0.0/0: the server does not start, and proposes 587 with a login, in both languages', async () => {
  const state = await makeState();
  const { configFile } = writeConfig(state, OPEN_RELAY);
  const { code, errors } = await runSupervisor(configFile);
  assert.equal(code, 78);
  assert.match(
    errors,
    /valija\.toml:\d+: mynetworks: 0\.0\.0\.0\/0 is more .*open relay.*587 with TLS.*accept_danger = \["open_relay"\]/,
  );
  assert.match(errors, /valija\.toml:\d+: mynetworks: 0\.0\.0\.0\/0 es más .*relay abierto.*587 con TLS/);
});

test('[C53] at SIGHUP the dangerous file is refused, and the settings in force stay', async () => {
  await using server = await startServer({ settings: ONLY_STRANGERS });
  await untilLogged(server, /attacked itself as \S+, in \d+ sessions and \d+ ms: nothing came through/);
  assert.match(await relay(server), /^554 5\.7\.1 /);
  assert.match(await reload(server, OPEN_RELAY, /not reloaded/), /not reloaded.*mynetworks: 0\.0\.0\.0\/0/);
  assert.match(await relay(server), /^554 5\.7\.1 /);
  const changed = `${ONLY_STRANGERS}maillog_level = "debug"\n`;
  assert.match(await reload(server, changed, /reloaded --/), /nothing came through/);
});

test('[C53] an open relay that only tables make is found by the attack: at a reload, and at the start', async () => {
  await using server = await startServer({ settings: ONLY_STRANGERS });
  const file = join(server.state, 'relay_domains.pcre');
  writeFileSync(file, '/\\.(?:com|net|org)$/ yes\n');
  const wild = `${ONLY_STRANGERS}relay_domains = ["pcre:${file}"]\nrelay_recipient_maps = ["static:x"]\n`;
  const said = await reload(server, wild, /not reloaded/);
  assert.match(said, /open_relay \(smtp\): MAIL FROM:<[^>]*> RCPT TO:<self-test@self-test-[0-9a-f]{16}\.com>: 250 /);
  assert.match(said, /not reloaded.*attacked itself.*open relay.*accept_danger/);
  assert.match(await relay(server), /^554 5\.7\.1 /);
  await server.stop();

  const refused = await runSupervisor(server.configFile);
  assert.equal(refused.code, 78);
  assert.match(refused.errors, /the server attacked itself.*open relay[\s\S]*el servidor se ha atacado a sí mismo/);
  await using accepted = await startServer({
    state: server.state,
    settings: `${wild}accept_danger = ["open_relay"]\n`,
  });
  await untilLogged(accepted, /danger: open relay.*accept_danger has open_relay/);
  assert.match(await relay(accepted), /^250 /);
});

test('backscatter that only tables make: every name is handed on to a server that will not have it', async () => {
  const state = await makeState();
  const settings = `virtual_alias_domains = ["otra.test"]\nvirtual_alias_maps = ["inline:{@otra.test=@example.net}"]\n`;
  const { configFile } = writeConfig(state, settings);
  const { code, errors } = await runSupervisor(configFile);
  assert.equal(code, 78);
  assert.match(
    errors,
    /bounces to people who never wrote it[\s\S]*RCPT TO:<self-test-[0-9a-f]{16}@otra\.test>[\s\S]*accept_danger = \["backscatter"\]/,
  );
});

test('[C53] config check --attack: the server as it is, and as it would be with another file, without effect', async () => {
  await using server = await startServer({ settings: ONLY_STRANGERS });
  const now = await valija(server, '--lang', 'en', 'config', 'check', '--attack');
  assert.deepEqual([now.code, /nothing came through/.test(now.output)], [0, true], now.errors);
  const table = join(server.state, 'relay_domains.pcre');
  writeFileSync(table, '/\\.(?:com|net|org)$/ yes\n');
  const other = join(server.state, 'other.toml');
  const wild = `relay_domains = ["pcre:${table}"]\nrelay_recipient_maps = ["static:x"]\n`;
  writeFileSync(other, wild + readFileSync(server.configFile, 'utf8'));
  const then = await valija(server, '--lang', 'es', 'config', 'check', other, '--attack');
  assert.equal(then.code, 78, then.errors);
  assert.match(then.output, /relay abierto[\s\S]*RCPT TO:<self-test@self-test-[0-9a-f]{16}\.com>/);
  assert.match((await valija(server, '--lang', 'en', 'status')).output, /Attacked itself as .*nothing came through/);
  assert.match(await relay(server), /^554 5\.7\.1 /);
});
