// `valija doctor` at a whole server, and at one that does not run.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { makeState, startServer, USER1 } from '../world/running-server.ts';
import { listeningPlaces } from '../world/server-process.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

interface Told {
  readonly findings: readonly { readonly rule: string; readonly level: string; readonly subject: string }[];
  readonly mended: readonly { readonly path: string; readonly isDone: boolean }[];
}

const PROGRAM = join(import.meta.dirname, '../../bin/valija');

test('a server that is well has nothing red, and exit code 0', async () => {
  await using server = await startServer();
  await deliver(server, USER1, 'Subject: hola\r\n\r\nhola\r\n');
  const home = join(server.state, 'vhosts/valija.test/usuario1');
  await until('the message is filed', () => existsSync(join(home, 'dovecot-uidlist')));
  const run = await valija(server, 'doctor', '--json', '--no-network');
  const { findings } = JSON.parse(run.output) as Told;
  const bad = findings.filter(({ level }) => level === 'red' || level === 'amber');
  // A disk of the test's machine may be nearly full.
  assert.deepEqual(
    bad.filter(({ rule }) => !/^(?:disk|inodes)-/.test(rule)),
    [],
  );
  const expected = [
    'server-running',
    'state-fine',
    'homes-fine',
    'secrets-fine',
    'ports-fine',
    'queue-fine',
    'journal-fine',
  ];
  for (const rule of expected)
    assert.ok(
      findings.some((finding) => finding.rule === rule),
      rule,
    );
  assert.equal(run.code, bad.length === 0 ? 0 : bad.some(({ level }) => level === 'red') ? 2 : 1);
  const page = await valija(server, 'doctor', '--no-network', '--lang', 'es');
  assert.match(page.output, /^bien\s+el servidor funciona: mail\.valija\.test/);
});

test('[C67] what is open is told with why and what to do, and --fix sets it right beside the running server', async () => {
  await using server = await startServer();
  await deliver(server, USER1, 'Subject: hola\r\n\r\nhola\r\n');
  const home = join(server.state, 'vhosts/valija.test/usuario1');
  await until('the message is filed', () => existsSync(join(home, 'dovecot-uidlist')));
  chmodSync(home, 0o755);
  chmodSync(join(server.state, 'login.secret'), 0o644);
  const page = await valija(server, 'doctor', '--no-network', '--quiet');
  assert.equal(page.code, 2);
  assert.match(
    page.output,
    /WRONG\s+\S*usuario1 is open to everybody on this machine \(mode 0755\)\n\s+why: .*\n\s+do: chmod 0750/,
  );
  const { mended } = JSON.parse((await valija(server, 'doctor', '--no-network', '--fix', '--json')).output) as Told;
  assert.deepEqual(
    mended.map(({ path, isDone }) => [path, isDone]),
    [
      [home, true],
      [join(server.state, 'login.secret'), true],
    ],
  );
  assert.deepEqual(
    [home, join(server.state, 'login.secret')].map((path) => statSync(path).mode & 0o777),
    [0o750, 0o600],
  );
  const again = JSON.parse((await valija(server, 'doctor', '--no-network', '--fix', '--json')).output) as Told;
  assert.deepEqual(again.mended, []);
});

test('without a server: it says so, and looks at the state nevertheless', async () => {
  const state = await makeState();
  try {
    const server = { configFile: join(state, 'valija.toml') };
    const run = await valija(server, 'doctor', '--no-network', '--json');
    const rules = (JSON.parse(run.output) as Told).findings.map(({ rule }) => rule);
    assert.equal(run.code, 2);
    for (const rule of ['server-stopped', 'homes-fine', 'secrets-fine', 'queue-fine'])
      assert.ok(rules.includes(rule), rule);
    rmSync(join(state, 'directory.db'));
    mkdirSync(join(state, 'directory.db'));
    const broken = JSON.parse((await valija(server, 'doctor', '--json')).output) as Told;
    assert.ok(broken.findings.some(({ rule }) => rule === 'database-damaged'));
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
});

test('a server that does not answer is told as such, and the rest is looked at nevertheless', async () => {
  const state = await makeState();
  const hanging = createServer((socket) => socket.end());
  try {
    mkdirSync(join(state, 'run'), { recursive: true });
    await once(hanging.listen(join(state, 'run/control.sock')), 'listening');
    const run = await valija({ configFile: join(state, 'valija.toml') }, 'doctor', '--no-network', '--json');
    const rules = (JSON.parse(run.output) as Told).findings.map(({ rule }) => rule);
    assert.equal(run.code, 2);
    for (const rule of ['server-silent', 'homes-fine', 'queue-fine']) assert.ok(rules.includes(rule), rule);
    assert.ok(!rules.some((rule) => /^(?:server-stopped|ports?-)/.test(rule)), rules.join(' '));
  } finally {
    hanging.close();
    rmSync(state, { recursive: true, force: true });
  }
});

test('[T37] after a first start exactly the documented ports are open, all on loopback', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-first-'));
  const configFile = join(folder, 'valija.toml');
  const child = spawn(PROGRAM, ['--config', configFile, 'start'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    for await (const line of createInterface({ input: child.stdout })) if (/^Valija is ready/.test(line)) break;
    const written = readFileSync(configFile, 'utf8').matchAll(/service = "(\w+)"\naddress = "(.*)"\nport = (\d+)/g);
    const doors = [...written].map(([, service, address, port]) => ({ service, address, port: Number(port) }));
    const readme = readFileSync(join(import.meta.dirname, '../../docs/ports.md'), 'utf8');
    const documented = [...readme.matchAll(/^\| `(\w+)` \| \d+ \| (\d+) \|/gm)].map(([, service, port]) => [
      service,
      Number(port),
    ]);
    // A port that somebody has is the same some ten thousands higher.
    assert.deepEqual(
      doors.map(({ service, port }) => [service, port % 10_000]),
      documented,
    );
    const expected = doors.map(({ address, port }) => `tcp ${address}:${port}`).sort();
    assert.ok(expected.every((place) => place.startsWith('tcp 127.0.0.1:')));
    assert.deepEqual(listeningPlaces(child.pid ?? 0), expected);
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
});

test('a port that another program has is told with its name', async () => {
  await using other = await startServer();
  const state = await makeState();
  try {
    const configFile = join(state, 'valija.toml');
    writeFileSync(configFile, `[[listen]]\nservice = "smtp"\nport = ${other.ports.smtp}\n`);
    const { findings } = JSON.parse((await valija({ configFile }, 'doctor', '--json', '--no-network')).output) as Told;
    const taken = findings.find(({ rule }) => rule === 'port-taken');
    assert.equal(taken?.subject, `127.0.0.1 ${other.ports.smtp}`);
  } finally {
    rmSync(state, { recursive: true, force: true });
  }
});
