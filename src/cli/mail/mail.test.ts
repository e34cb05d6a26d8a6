// `mail` as scripts call it: without a terminal, in a home of its own.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';

const VALIJA = resolve(import.meta.dirname, '../../../bin/valija');
const FROM = 'From ana@example.org  Sat Jan 16 18:22:00 2016\n';

function openWorld(context: TestContext) {
  const home = mkdtempSync(join(tmpdir(), 'valija-mail-'));
  context.after(() => rmSync(home, { recursive: true }));
  const config = join(home, 'valija.toml');
  const maildrop = join(home, 'maildrop');
  mkdirSync(maildrop);
  writeFileSync(config, '[[listen]]\nservice = "smtp"\nport = 2\n');
  const program = join(home, 'mail');
  symlinkSync(VALIJA, program);
  const inbox = join(home, 'inbox');
  const run = (args: readonly string[], input = '', environment: Record<string, string> = {}) => {
    const env = {
      PATH: process.env['PATH'],
      LANG: 'C',
      HOME: home,
      MAIL: inbox,
      VALIJA_CONFIG: config,
      ...environment,
    };
    const { status, stdout, stderr } = spawnSync(program, args, { input, env, cwd: home, encoding: 'utf8' });
    return { status, output: stdout, errors: stderr };
  };
  const dropped = () =>
    readdirSync(maildrop).map((name) => {
      const text = readFileSync(join(maildrop, name), 'utf8');
      const end = text.indexOf('\n');
      return { head: JSON.parse(text.slice(0, end)) as Record<string, unknown>, message: text.slice(end + 1) };
    });
  return { home, inbox, maildrop, run, dropped };
}

test('[C13] what stands on standard input is dropped for the server, to aliases and copies, too', (context) => {
  const { home, run, dropped } = openWorld(context);
  writeFileSync(
    join(home, '.mailrc'),
    'alias todos ana beto\nset record=~/sent\nif r\nset from=nobody@example.org\nendif\n',
  );
  const result = run(
    ['-s', 'x', '-c', 'todos', '-b', 'dora', '-r', 'yo@valija.test', 'usuario2@localhost'],
    'hola\n.\n~q\n',
  );
  assert.deepEqual(result, { status: 0, output: '', errors: '' });
  const [file] = dropped();
  assert.deepEqual(file?.head['recipients'], ['usuario2@localhost', 'ana', 'beto', 'dora']);
  assert.equal(file?.head['sender'], 'yo@valija.test');
  assert.match(
    file?.message ?? '',
    /^From: yo@valija\.test\r\nTo: usuario2@localhost\r\nSubject: x\r\nCc: ana, beto\r\n/,
  );
  assert.match(file?.message ?? '', /\r\n\r\nhola\r\n\.\r\n~q\r\n$/);
  assert.match(readFileSync(join(home, 'sent'), 'utf8'), /^From .*\n(?:.+\n)+\nhola\n\.\n~q\n\n$/);
});

test('[C13] without a text it says so, or sends nothing', (context) => {
  const { run, dropped } = openWorld(context);
  assert.equal(run(['ana']).output, "No message, no subject; hope that's ok\n");
  assert.equal(run(['-s', 'x', 'ana']).output, "Null message body; hope that's ok\n");
  assert.deepEqual(run(['-E', 'ana']), { status: 0, output: '', errors: '' });
  assert.equal(dropped().length, 2);
});

test('[C13] what cannot be sent is kept, and the exit status says so', (context) => {
  const { home, maildrop, run } = openWorld(context);
  rmSync(maildrop, { recursive: true });
  const { status, errors } = run(['-s', 'x', 'ana'], 'importante\n');
  assert.equal(status, 1);
  assert.match(errors, /^mail: the message was not sent: there is no maildrop folder /);
  assert.equal(readFileSync(join(home, 'dead.letter'), 'utf8'), 'importante\n');
  assert.match(
    run(['ana'], 'a\n', { LANG: 'es_ES.UTF-8' }).errors,
    /^mail: el mensaje no se ha enviado: no existe la carpeta/,
  );
});

test('[C15] -H lists, -e says whether there is mail', (context) => {
  const { inbox, run } = openWorld(context);
  assert.deepEqual(run(['-e']), { status: 1, output: '', errors: '' });
  assert.match(run([]).errors, /^No mail for /);
  writeFileSync(inbox, `${FROM}Subject: hola\n\nuno\n\n`);
  assert.deepEqual(run(['-e']), { status: 0, output: '', errors: '' });
  const list = `"${inbox}": 1 message 1 new\n>N  1 ana@example.org    Sat Jan 16 18:22    5/67    hola\n`;
  assert.deepEqual(run(['-H']), { status: 0, output: list, errors: '' });
});

test('[C16] charsets, encodings and parts are read; nothing commands the terminal', (context) => {
  const { inbox, run } = openWorld(context);
  writeFileSync(
    inbox,
    `${FROM}Subject: =?iso-8859-1?Q?a=F1o_=1B[2J?=
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

ma=F1ana\x1b]0;x\x07
--c
Content-Type: text/html

<p>no
--c--
--b
Content-Type: application/pdf; name=a.pdf
Content-Transfer-Encoding: base64

AAAA
--b--

`,
  );
  const { output } = run(['-N'], 'f 1\np 1\nT 1\nx\n');
  assert.match(output, / año \^\[\[2J\n/);
  assert.match(output, /\n\nmañana\^\[\]0;x\^G\n+\[a\.pdf, application\/pdf, \d+ bytes\]\n/);
  const shown = output.slice(0, output.lastIndexOf('Message 1:'));
  assert.doesNotMatch(shown, /<p>no/);
  assert.match(output, /ma=F1ana\^\[\]0;x\^G\n--c\n/);
  assert.ok(!/[\x00-\x08\x0b-\x1f]/.test(output));
});

test('[C43] a Maildir where mail arrives: read messages stay in it, and mbox moves them', (context) => {
  const { home, run } = openWorld(context);
  const maildir = join(home, 'Maildir');
  for (const folder of ['', 'cur', 'new', 'tmp']) mkdirSync(join(maildir, folder));
  for (const number of [1, 2]) {
    writeFileSync(
      join(maildir, `new/170000000${number}.M1P1.casa`),
      `From: ana@example.org\nSubject: n${number}\n\nn${number}\n`,
    );
  }
  const { output } = run([], 'p 1\nmbox 2\nq\n', { MAIL: '', MAILDIR: 'Maildir' });
  assert.match(output, new RegExp(`"${maildir}": 2 messages 2 new\n>N  1 ana@example.org `));
  assert.match(output, /Saved 1 message in .*\/mbox\nHeld 1 message in .*\/Maildir\n$/);
  assert.deepEqual(readdirSync(join(maildir, 'new')), []);
  assert.deepEqual(readdirSync(join(maildir, 'cur')), ['1700000001.M1P1.casa:2,S']);
  assert.match(readFileSync(join(home, 'mbox'), 'utf8'), /^From ana@example\.org .*\n(?:.+\n)+\nn2\n\n$/);
});

test('commands of a file: conditions, sources that name themselves, what only a person may type', (context) => {
  const { home, inbox, run } = openWorld(context);
  writeFileSync(inbox, `${FROM}Subject: hola\n\nuno\n\n`);
  writeFileSync(
    join(home, '.mailrc'),
    'if s\nset a=send\nelse\nset a=receive\nendif\nsource ~/again\n! touch ~/made\n',
  );
  writeFileSync(join(home, 'again'), 'source ~/again\n');
  const { output } = run(['-N'], 'echo $HOME\nset\nx\n');
  assert.match(output, /Too much "sourcing" going on\./);
  assert.match(output, /Can't "!" while sourcing/);
  assert.match(output, /\na\treceive\n/);
  assert.ok(!existsSync(join(home, 'made')));
});

test('a name cannot leave the spool folder, and a FIFO is no file of commands', (context) => {
  const { home, run } = openWorld(context);
  assert.match(run(['-f', '%../../etc/passwd']).errors, /is no name of a user/);
  spawnSync('mkfifo', [join(home, 'pipe')]);
  assert.match(run(['-H'], '', { MAILRC: join(home, 'pipe') }).errors, /is no file of commands/);
});
