// One mbox in /var/mail, read by POP3 and by `mail` at the same time, while mail comes in: each program locks it, and nothing is
// lost, mixed up, or taken for another message. Runs as root only.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { addUser } from '../world/machine-user.ts';
import { openMaildrop } from '../world/mail-reader.ts';
import { copyCheckout } from '../world/readable-checkout.ts';
import { idsOf } from '../world/root-server.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { deliver } from '../world/smtp-talk.ts';
import { until } from '../world/until.ts';
import { findProgram } from './real-program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';
const USER = `vmpop${process.pid}`;
const LOGIN = { address: USER, password: 'una frase larga y propia' };
const HOME = join('/home', USER);
const SPOOL = join('/var/mail', USER);

describe('POP3 beside mail', { skip }, () => {
  const opened = new AsyncDisposableStack();
  let server: RunningServer;
  let ours: string;
  before(async () => {
    opened.use(await addUser(USER, '--create-home', '--shell', '/bin/sh'));
    opened.defer(() => rmSync(HOME, { recursive: true, force: true }));
    opened.defer(() => rmSync(SPOOL, { force: true }));
    assert.equal(spawnSync('chpasswd', { input: `${USER}:${LOGIN.password}\n` }).status, 0);
    ours = join(opened.use(copyCheckout()).checkout, 'src/cli/mail.ts');
    server = opened.use(await startServer({ settings: 'system_users = true\n' }));
  });
  after(() => opened.disposeAsync());

  const spool = () => (existsSync(SPOOL) ? readFileSync(SPOOL, 'utf8') : '');
  const subjects = () => Array.from(spool().matchAll(/^Subject: (.*)$/gm), ([, subject = '']) => subject);
  const uidValidity = () => Number(/^X-IMAPbase: *([0-9]+) /m.exec(spool())?.[1]);

  async function bring(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const text = `Subject: ${name}\r\n\r\n${`texto de ${name}\r\n`.repeat(20)}`;
      assert.match(await deliver(server, `${USER}@localhost`, text), /^250 /);
    }
  }

  async function bringAndAwait(name: string): Promise<void> {
    await bring(name);
    await until(name, () => subjects().includes(name));
  }

  /** A session of `mail`, as that user; resolves with its exit code. */
  function mail(program: readonly string[], commands: string): Promise<number | null> {
    const [uid = 0, gid = 0] = idsOf(USER);
    const [file = '', ...args] = program;
    const env = { HOME, MAIL: SPOOL, USER, LOGNAME: USER, PATH: '/usr/bin:/bin', LC_ALL: 'C.UTF-8', TERM: 'dumb' };
    const child = spawn(file, [...args, '-N'], { uid, gid, env, cwd: HOME, stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.end(commands);
    return new Promise((resolve) => child.once('close', resolve));
  }

  // GNU mail writes an X-IMAPbase of its own, from the second in which it runs: whoever comes by POP3 or IMAP then fetches all
  // again, and misses nothing.
  const programs = [
    { name: 'our mail', words: () => [process.execPath, ours], keepsIds: true },
    { name: 'bsd-mailx', words: () => [findProgram('bsd-mailx') ?? ''], keepsIds: true },
    { name: 'mail.mailutils', words: () => [findProgram('mail.mailutils') ?? ''], keepsIds: false },
  ];
  for (const { name, words, keepsIds } of programs) {
    const missing = name !== 'our mail' && findProgram(name) === undefined;
    test(`[C45] a POP3 session stays right while ${name} deletes in the mailbox, and while mail comes in`, {
      skip: missing && `${name} is not installed`,
    }, async () => {
      for (const subject of ['uno', 'dos', 'tres']) await bringAndAwait(subject);
      using drop = await openMaildrop(server, LOGIN);
      const ids = await drop.uniqueIds();
      assert.equal(ids.length, 3);
      assert.match((await drop.retrieve(1)).toString(), /^Subject: uno\r$/m);
      if (!keepsIds)
        await until('another second than that of our UIDVALIDITY', () => Date.now() / 1000 >= uidValidity() + 1);
      assert.equal(await mail(words(), 'd 2\nq\n'), 0);
      await bringAndAwait('cuatro');
      assert.deepEqual(subjects(), ['uno', 'tres', 'cuatro']);
      await assert.rejects(drop.retrieve(2), /-ERR/);
      const third = (await drop.retrieve(3)).toString();
      assert.match(third, /^Subject: tres\r$/m);
      assert.equal(third.split('texto de tres\r\n').length, 21);
      await drop.say('DELE 1');
      if (keepsIds) await drop.say('QUIT');
      else await assert.rejects(drop.say('QUIT'), /-ERR \[SYS\/TEMP\]/, 'nothing goes by numbers of before');
      assert.deepEqual(subjects(), keepsIds ? ['tres', 'cuatro'] : ['uno', 'tres', 'cuatro']);
      using next = await openMaildrop(server, LOGIN);
      const later = await next.uniqueIds();
      assert.equal(later[0] === ids[2], keepsIds);
      assert.ok(
        later.every((id) => id === ids[2] || !ids.includes(id)),
        'no id is another message’s',
      );
      for (const at of later.keys()) await next.say(`DELE ${at + 1}`);
      await next.say('QUIT');
      assert.equal(spool(), '');
    });
  }

  test('[C45] POP3 and mail both delete while mail comes in: what nobody deleted is there once, what was deleted is gone', async () => {
    const rounds = 12;
    let isAllThere = false;
    const deliveries = (async () => {
      for (let i = 0; i < rounds; i++) {
        await bring(`pop-${i}`, `mail-${i}`);
        await bringAndAwait(`queda-${i}`); // filed, not only accepted: the others delete meanwhile
      }
    })().finally(() => {
      isAllThere = true;
    });
    /** Deletes again and again, and once more when everything is in the mailbox. */
    async function repeat(once: () => Promise<unknown>): Promise<void> {
      for (let isLast = false; !isLast; ) {
        isLast = isAllThere;
        await once();
      }
    }
    const byMail = repeat(() => mail([process.execPath, ours], 'd /mail-\nq\n'));
    const byPop3 = repeat(() => deleteByPop3('pop-'));
    await Promise.all([deliveries, byMail, byPop3]);
    const staying = Array.from({ length: rounds }, (_, i) => `queda-${i}`);
    assert.deepEqual(subjects().sort(), staying.sort());
    for (const name of staying) assert.equal(spool().split(`texto de ${name}\n`).length, 21, name);
    assert.equal(spool().split(/^From /m).length, rounds + 1);
  });

  /** A session that lasts for a while, over messages that others may take away. */
  async function deleteByPop3(prefix: string): Promise<void> {
    using drop = await openMaildrop(server, LOGIN);
    const count = (await drop.uniqueIds()).length;
    for (let number = 1; number <= count; number++) {
      const text = await drop.retrieve(number).catch(() => undefined);
      if (text?.toString().includes(`\nSubject: ${prefix}`)) await drop.say(`DELE ${number}`);
    }
    await drop.say('QUIT');
  }
});
