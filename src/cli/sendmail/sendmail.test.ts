// `sendmail` as programs call it: under its name, with a message on standard input, while no server runs.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const VALIJA = resolve(import.meta.dirname, '../../../bin/valija');

function openWorld(context: TestContext, settings = '') {
  const folder = mkdtempSync(join(tmpdir(), 'valija-sendmail-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const maildrop = join(folder, 'maildrop');
  const config = join(folder, 'valija.toml');
  mkdirSync(maildrop);
  writeFileSync(config, `${settings}[[listen]]\nservice = "smtp"\nport = 2\n`);
  const sendmail = join(folder, 'sendmail');
  symlinkSync(VALIJA, sendmail);
  const run = (words: readonly string[], input = '', environment: Record<string, string> = {}) => {
    const env = { PATH: process.env['PATH'], LANG: 'C', VALIJA_CONFIG: config, ...environment };
    const { status, stdout, stderr } = spawnSync(sendmail, words, { input, env, cwd: folder });
    return { status, output: stdout.toString(), errors: stderr.toString() };
  };
  const dropped = () =>
    readdirSync(maildrop).map((name) => {
      const [head = '', ...rest] = readFileSync(join(maildrop, name), 'utf8').split('\n');
      return { mode: statSync(join(maildrop, name)).mode & 0o777, head: JSON.parse(head), octets: rest.join('\n') };
    });
  return { folder, maildrop, config, sendmail, run, dropped };
}

test('[C14] PHP’s mail() and cron: the message is in the folder, recipients and all', (context) => {
  const { run, dropped } = openWorld(context);
  const { status, output, errors } = run(['-t', '-i'], 'To: root\nSubject: hola\n\n.\nañade\n');
  assert.deepEqual([status, output, errors], [0, '', '']);
  const [file] = dropped();
  assert.deepEqual(file?.head, { version: 1, user: userInfo().username, recipients: ['root'] });
  assert.equal(file?.octets, 'To: root\r\nSubject: hola\r\n\r\n.\r\nañade\r\n');
  assert.equal(file?.mode, 0o644);
});

test('[C14] a sender, a name, a report; the lone dot ends', (context) => {
  const { run, dropped } = openWorld(context);
  const words = ['-f', 'Uno <usuario1@valija.test>', '-F', 'Usuario Uno', '-v', '-R', 'hdrs', '-V', 'Q 1', 'ana, beto'];
  const { status, output } = run(words, 'From x y\nA: a\n\nb\n.\nc\n');
  assert.deepEqual([status, output], [0, 'A report of the delivery will be mailed to <usuario1@valija.test>.\n']);
  const [file] = dropped();
  assert.deepEqual(file?.head, {
    version: 1,
    user: userInfo().username,
    sender: 'usuario1@valija.test',
    fullName: 'Usuario Uno',
    recipients: ['ana', 'beto'],
    notify: ['SUCCESS', 'FAILURE', 'DELAY'],
    ret: 'HDRS',
    envid: 'Q 1',
  });
  assert.equal(file?.octets, 'A: a\r\n\r\nb\r\n');
});

test('[C14] a folder, and what may only be written, are no message', (context) => {
  const { folder, sendmail, config, dropped } = openWorld(context);
  for (const [redirection, errors] of [
    ['<.', /^sendmail: the message cannot be read: EISDIR/],
    ['0>out', /^sendmail: the message cannot be read: EBADF/],
  ] as const) {
    const env = { PATH: process.env['PATH'], LANG: 'C', VALIJA_CONFIG: config };
    const ran = spawnSync('/bin/sh', ['-c', `${sendmail} root ${redirection}`], { env, cwd: folder });
    assert.deepEqual([ran.status, dropped()], [65, []], redirection);
    assert.match(ran.stderr.toString(), errors);
  }
});

test('[C14] exit codes of sysexits.h, and nothing is left behind', (context) => {
  const { folder, run, dropped, maildrop } = openWorld(context, 'message_size_limit = 1000\n');
  const none = run([], 'A: a\n');
  assert.deepEqual(
    [none.status, none.errors.trim()],
    [64, 'sendmail: recipients must be given on the command line, or with -t in the header'],
  );
  assert.equal(run(['-t'], 'Subject: nobody\n\nTo: root\n').status, 64);
  assert.match(run(['-Z'], '', { LANG: 'es_ES.UTF-8' }).errors, /no hay opción -Z/);
  assert.deepEqual([run(['-bd']).status, run(['-q1h']).status], [64, 0]);
  assert.equal(run(['root'], 'x'.repeat(2_000)).status, 69);
  assert.equal(run(['-t'], `${'To: root\n'.repeat(200_000)}\n`).status, 65);
  assert.deepEqual(dropped(), []);
  rmSync(maildrop, { recursive: true });
  const nowhere = run(['root'], 'A: a\n');
  assert.equal(nowhere.status, 69);
  assert.match(nowhere.errors, /there is no maildrop folder .*the server makes it/);
  writeFileSync(join(folder, 'valija.toml'), 'nonsense = 1\n');
  assert.equal(run(['root'], 'A: a\n').status, 78);
});

test('a full disk is temporary', (context) => {
  const { run, maildrop, dropped } = openWorld(context);
  assert.equal(run(['root'], 'A: a\n').status, 0);
  // A file size limit stands in for the disk: it fails the write in the same place.
  const limited = spawnSync('sh', ['-c', `ulimit -f 8; exec "${join(maildrop, '../sendmail')}" root`], {
    input: 'x'.repeat(1_000_000),
    env: { PATH: process.env['PATH'], VALIJA_CONFIG: join(maildrop, '../valija.toml') },
  });
  assert.equal(limited.status, 75, limited.stderr.toString());
  assert.equal(dropped().length, 1);
});

test('a configuration below the working folder is not looked for', (context) => {
  const { folder, run, dropped } = openWorld(context);
  mkdirSync(join(folder, 'state/maildrop'), { recursive: true });
  writeFileSync(join(folder, 'state/valija.toml'), '[[listen]]\nservice = "smtp"\nport = 2\n');
  run(['root'], 'A: a\n', { VALIJA_CONFIG: join(folder, 'missing.toml') });
  assert.deepEqual(readdirSync(join(folder, 'state/maildrop')), []);
  assert.equal(dropped().length, 0);
});

test('[C14] -bs carries SMTP to the server that runs, and says when none does', async (context) => {
  const { config, sendmail, run } = openWorld(context);
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.write('220 mail.valija.test\r\n');
    socket.on('data', (octets) => socket.write(`250 ${octets.toString()}`));
    socket.on('end', () => socket.end('221 Bye\r\n'));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  context.after(() => server.close());
  const address = server.address();
  assert.ok(typeof address === 'object' && address !== null);
  const refused = run(['-bs']);
  assert.deepEqual([refused.status, refused.errors], [69, 'sendmail: no SMTP server of ours answers at 127.0.0.1:2\n']);
  writeFileSync(config, `[[listen]]\nservice = "smtp"\nport = ${address.port}\n`);
  const { spawn } = await import('node:child_process');
  const child = spawn(sendmail, ['-bs'], { env: { PATH: process.env['PATH'], VALIJA_CONFIG: config } });
  let output = '';
  child.stdout.on('data', (octets) => {
    output += octets;
  });
  child.stdin.end('NOOP\r\n');
  const status = await new Promise((closed) => child.on('close', closed));
  assert.deepEqual([status, output], [0, '220 mail.valija.test\r\n250 NOOP\r\n221 Bye\r\n']);
});

test('[C14] any user may post, and the file is theirs', (context) => {
  const { folder, maildrop, config, sendmail } = openWorld(context);
  const asNobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const { status: canRead } = spawnSync('setpriv', [...asNobody, 'test', '-x', VALIJA]);
  if (canRead !== 0) return context.skip('needs root, setpriv, and a checkout that others may read');
  chmodSync(folder, 0o755);
  chmodSync(maildrop, 0o1733);
  const env = { PATH: process.env['PATH'], VALIJA_CONFIG: config };
  const run = spawnSync('setpriv', [...asNobody, sendmail, 'root'], { input: 'A: a\n', env });
  assert.deepEqual([run.status, run.stderr.toString()], [0, '']);
  const [name = ''] = readdirSync(maildrop);
  assert.equal(statSync(join(maildrop, name)).uid, 65_534);
});
