// Several servers on one machine, each with a state and ports of its own; and what is refused at the start.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readMailbox } from '../world/mail-reader.ts';
import { PASSWORD, runSupervisor, startServer, USER1 } from '../world/running-server.ts';
import { listeningPlaces } from '../world/server-process.ts';
import { deliver } from '../world/smtp-talk.ts';

const LOGIN = { address: USER1, password: PASSWORD };

test('two servers side by side: each has its own mail', async () => {
  await using one = await startServer();
  await using other = await startServer();
  await deliver(one, USER1, 'Subject: al primero\r\n\r\nhola\r\n');
  await deliver(other, USER1, 'Subject: al segundo\r\n\r\nhola\r\n');
  for (const [server, subject] of [
    [one, 'al primero'],
    [other, 'al segundo'],
  ] as const) {
    const { messages } = await readMailbox(server, LOGIN);
    assert.equal(messages.length, 1);
    assert.match(messages[0]?.text ?? '', new RegExp(`^Subject: ${subject}\r$`, 'm'));
  }
});

test('a second server on the same state is refused, and the first goes on', async () => {
  await using server = await startServer();
  const second = await runSupervisor(server.configFile);
  assert.equal(second.code, 69, second.errors);
  assert.match(second.errors, new RegExp(`another server is running on ${server.state}`));
  assert.doesNotMatch(second.errors, /^\s+at /m);
  assert.match(await deliver(server, USER1, 'Subject: sigue\r\n\r\nhola\r\n'), /^250 /);
});

test('a bad configuration is refused with file, line, key, and what would be right', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-bad-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'valija.toml');
  const listen = '[[listen]]\nservice = "smtp"\nport = 0\n';
  for (const [settings, ...expected] of [
    ['message_size_limt = 5\n', ':1: message_size_limt: ', 'message_size_limit'],
    ['\nmessage_size_limit = "5 MB"\n', ':2: message_size_limit: '],
    ['myhostname = "x\n', ':1: this is not TOML'],
    ['[[listen]]\nservice = "imapz"\nport = 0\n', ':2: listen', 'imaps'],
    ['[[listen]]\nservice = "imap"\nport = 70000\n', ':3: listen'],
    ['smtpd_tls_cert_file = "/x.pem"\n', 'smtpd_tls_key_file'],
  ] as const) {
    writeFileSync(file, settings.startsWith('[[') ? settings : `${settings}${listen}`);
    const run = await runSupervisor(file);
    assert.equal(run.code, 78, `${settings} ${run.errors}`);
    for (const text of expected) assert.ok(run.errors.includes(text), `${text} is not in ${run.errors}`);
    assert.ok(run.errors.includes(file), run.errors);
    assert.doesNotMatch(run.errors, /^\s+at /m);
  }
});

test('[T37] a server listens exactly where its configuration says', async () => {
  await using server = await startServer();
  const configured = Object.values(server.ports).map((port) => `tcp 127.0.0.1:${port}`);
  assert.deepEqual(listeningPlaces(server.supervisorPid), configured.sort());
});
