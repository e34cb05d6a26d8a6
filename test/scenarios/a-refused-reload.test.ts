// A file that cannot be loaded: the log says why in English, and whoever asks hears it in their own language, also when the file
// has been mended in the meantime.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { writeConfig } from '../world/given-state.ts';
import { makeState, runSupervisor, startServer } from '../world/running-server.ts';
import { untilLogged } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

test('what was refused at SIGHUP is told by status in the language of whoever asks', async () => {
  await using server = await startServer();
  const good = readFileSync(server.configFile, 'utf8');
  writeFileSync(server.configFile, `smtpd_timeot = "5m"\n${good}`);
  process.kill(server.supervisorPid, 'SIGHUP');
  await untilLogged(server, /not reloaded.*:1: smtpd_timeot: there is no such setting; did you mean smtpd_timeout\?/);
  const bad = await valija(server, 'status', '--lang', 'es');
  assert.equal(bad.code, 78);
  assert.match(bad.errors, /:1: smtpd_timeot: no existe ese ajuste; ¿quería decir smtpd_timeout\?/);
  writeFileSync(server.configFile, good);
  const spanish = (await valija(server, 'status', '--lang', 'es')).output;
  assert.match(spanish, /fue rechazada, .*:\n.*:1: smtpd_timeot: no existe ese ajuste; ¿quería decir smtpd_timeout\?/);
  assert.doesNotMatch(spanish, /no such setting/);
  const english = (await valija(server, 'status')).output;
  assert.match(english, /was refused, .*:\n.*:1: smtpd_timeot: there is no such setting; did you mean smtpd_timeout\?/);
});

test('more complaints than one message of our processes holds: the start tells the first ones, and where the rest is', async () => {
  const state = await makeState();
  const wrong = Array.from({ length: 2_000 }, (_, i) => `no_such_setting_${i} = 1\n`).join('');
  const { configFile } = writeConfig(state);
  writeFileSync(configFile, wrong);
  const { code, errors } = await runSupervisor(configFile);
  assert.equal(code, 78);
  assert.match(errors, /no_such_setting_0: there is no such setting\n/);
  assert.match(
    errors,
    /valija\.toml: 1\d\d\d complaints more than can be told here; valija config check tells them\n$/,
  );
});
