// GNU mail over the Maildir of a user of the machine, beside our IMAP and POP3. Runs as root only.
//
// It marks the names of the files (`,u=1`), as nobody else does: to IMAP and POP3 those are new messages with the same octets.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../world/machine-user.ts';
import { openMaildrop, readMailbox } from '../world/mail-reader.ts';
import { idsOf } from '../world/root-server.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { findProgram } from './real-program.ts';

const GNU_MAIL = findProgram('mail.mailutils');
const USER = `vmgnu${process.pid}`;
const LOGIN = { address: USER, password: 'una frase larga y propia' };
const HOME = join('/home', USER);
const MAILDIR = join(HOME, 'Maildir');

function skipReason(): string | false {
  if (GNU_MAIL === undefined) return 'mail.mailutils is not installed';
  return process.getuid?.() === 0 ? false : 'needs root';
}

describe('[C15] GNU mail and our Maildir', { skip: skipReason() }, () => {
  const opened = new AsyncDisposableStack();
  let server: RunningServer;
  before(async () => {
    opened.use(await addUser(USER, '--create-home', '--shell', '/bin/sh'));
    opened.defer(() => rmSync(HOME, { recursive: true, force: true }));
    assert.equal(spawnSync('chpasswd', { input: `${USER}:${LOGIN.password}\n` }).status, 0);
    server = opened.use(await startServer({ settings: 'system_users = true\nhome_mailbox = "Maildir/"\n' }));
    for (const [i, subject] of ['uno', 'mañana', 'tres'].entries()) {
      await bring(subject);
      await until(subject, () => files().length === i + 1);
    }
  });
  after(() => opened.disposeAsync());

  const files = () => ['new', 'cur'].flatMap((folder) => namesIn(join(MAILDIR, folder)));
  const bring = (subject: string) => {
    const text = `From: Ana <ana@example.org>\r\nSubject: ${subject}\r\n\r\ntexto de ${subject}\r\n..punto\r\nFrom aqui\r\n`;
    return deliver(server, `${USER}@localhost`, text);
  };

  function namesIn(folder: string): string[] {
    try {
      return readdirSync(folder);
    } catch {
      // Nothing has come yet.
      return [];
    }
  }

  function mail(args: readonly string[], input = ''): string {
    const [uid = 0, gid = 0] = idsOf(USER);
    const env = { HOME, USER, LOGNAME: USER, PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TERM: 'dumb', PAGER: 'cat' };
    const words = ['-n', '-N', ...args, '-f', `maildir://${MAILDIR}`];
    const { status, stdout, stderr } = spawnSync(GNU_MAIL ?? '', words, { uid, gid, env, input, encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    return stdout;
  }

  /** It lists them in an order of its own. */
  const numberOf = (subject: string) => new RegExp(`(\\d+) .* ${subject}$`, 'm').exec(mail(['-H']))?.[1];

  const seen = async () => {
    const { messages } = await readMailbox(server, LOGIN);
    return messages.map(({ flags, text }) => [/^Subject: (.*)\r$/m.exec(text)?.[1], flags.includes('\\Seen')]);
  };

  test('it lists what came, with its subjects, and shows a message as it was sent', () => {
    for (const subject of ['uno', 'mañana', 'tres']) assert.match(mail(['-H']), new RegExp(` ${subject}$`, 'm'));
    const shown = mail([], `p ${numberOf('mañana')}\nx\n`);
    assert.match(shown, /^Delivered-To: .*@localhost$/m);
    assert.match(shown, /\n\ntexto de mañana\n\.punto\nFrom aqui\n/);
  });

  test('what it reads and deletes, IMAP and POP3 see: the rest is there once, octet for octet', async () => {
    mail([], `p ${numberOf('mañana')}\nd ${numberOf('tres')}\nq\n`);
    assert.deepEqual((await seen()).sort(), [
      ['mañana', true],
      ['uno', false],
    ]);
    using drop = await openMaildrop(server, LOGIN);
    assert.equal((await drop.uniqueIds()).length, 2);
    const bodies = [await drop.retrieve(1), await drop.retrieve(2)].map(
      (octets) => String(octets).split('\r\n\r\n')[1],
    );
    assert.deepEqual(
      bodies.sort(),
      ['mañana', 'uno'].map((name) => `texto de ${name}\r\n.punto\r\nFrom aqui\r\n`),
    );
  });

  test('what comes afterwards stands beside it, and nothing is doubled', async () => {
    await bring('cuatro');
    await until('it', () => files().length === 3);
    assert.match(mail(['-H']), / cuatro$/m);
    const subjects = (await seen()).map(([subject]) => subject);
    assert.deepEqual(subjects.sort(), ['cuatro', 'mañana', 'uno']);
  });
});
