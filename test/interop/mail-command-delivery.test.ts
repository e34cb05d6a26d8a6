// Our `mail` between users of a machine whose only mail server is ours: one sends, the other reads. And disks that are full while
// mail is moved. Runs as root only.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { addUser } from '../world/machine-user.ts';
import { idsOf, type RootServer, startRootServer } from '../world/root-server.ts';
import { until } from '../world/until.ts';
import { findProgram } from './real-program.ts';

const skip = process.getuid?.() === 0 ? false : 'needs root';
const [ANA, LUIS] = [`vmana${process.pid}`, `vmluis${process.pid}`];

describe('mail between users of the machine', { skip }, () => {
  const opened = new AsyncDisposableStack();
  let server: RootServer;
  let homes: string;

  before(async () => {
    homes = mkdtempSync(join(tmpdir(), 'valija-homes-'));
    opened.defer(() => rmSync(homes, { recursive: true }));
    chmodSync(homes, 0o755);
    for (const user of [ANA, LUIS]) {
      opened.use(await addUser(user, '--home-dir', join(homes, user), '--shell', '/bin/sh'));
      mkdirSync(join(homes, user), { mode: 0o750 });
      const [uid = 0, gid = 0] = idsOf(user);
      chownSync(join(homes, user), uid, gid);
    }
    server = opened.use(
      await startRootServer((folder) => {
        mkdirSync(join(folder, 'mail'));
        chownSync(join(folder, 'mail'), 0, Number(/^mail:x:(\d+):/m.exec(readFileSync('/etc/group', 'utf8'))?.[1]));
        chmodSync(join(folder, 'mail'), 0o2775);
        return `myhostname = "casa.valija.test"\nmail_spool_directory = "${folder}/mail"\nmydestination = ["localhost"]`;
      }),
    );
  });
  after(() => opened.disposeAsync());

  const spool = (user: string) => join(server.folder, 'mail', user);
  const read = (path: string) => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  const arrives = (user: string, words: string) =>
    until(`«${words}» for ${user}`, () => read(spool(user)).includes(words) && read(spool(user)));

  function run(user: string, program: string, args: readonly string[], input: string) {
    const [uid = 0, gid = 0] = idsOf(user);
    const HOME = join(homes, user);
    const env = { HOME, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8', VALIJA_CONFIG: server.configFile, USER: user };
    const { status, stdout, stderr } = spawnSync(program, args, { uid, gid, env, input, cwd: HOME, encoding: 'utf8' });
    return { status, output: stdout, errors: stderr };
  }

  const mail = (user: string, args: readonly string[], input: string) =>
    run(user, process.execPath, [join(server.folder, 'checkout/src/cli/mail.ts'), ...args], input);

  test('[C13] echo hola | mail -s x user@localhost: exits 0, and exactly one message arrives', async () => {
    assert.deepEqual(mail(ANA, ['-s', 'año uno', '-b', `${ANA}@localhost`, `${LUIS}@localhost`], 'hola, ¿qué tal?\n'), {
      status: 0,
      output: '',
      errors: '',
    });
    const mbox = await arrives(LUIS, 'hola, ¿qué tal?');
    assert.equal(mbox.split(/^From /m).length, 2);
    for (const field of [/^Return-Path: </m, /^Delivered-To: /m, /^Received: /m, /^Date: /m, /^Message-ID: /im]) {
      assert.match(mbox, field);
    }
    assert.match(mbox, new RegExp(`^From: .*${ANA}@`, 'm'));
    assert.match(mbox, /^Subject: =\?UTF-8\?/m);
    assert.doesNotMatch(mbox, /^Bcc:/m);
    await arrives(ANA, 'hola, ¿qué tal?');
  });

  test('[C15] a file attached arrives, and mailutils reads what we sent', {
    skip: !findProgram('mail.mailutils'),
  }, async () => {
    writeFileSync(join(homes, ANA, 'nota.txt'), 'con nota\n', { mode: 0o644 });
    const { status } = mail(ANA, ['-s', 'segundo', '-A', 'nota.txt', `${LUIS}@localhost`], 'adjunta\n');
    assert.equal(status, 0);
    assert.match(await arrives(LUIS, 'adjunta'), new RegExp(Buffer.from('con nota\n').toString('base64')));
    const { output } = run(LUIS, findProgram('mail.mailutils') ?? '', ['-H', '-f', spool(LUIS)], '');
    assert.match(output, /segundo/);
  });

  test('[C16] [C18] the other reads it, and it moves home', async () => {
    const listed = mail(LUIS, ['-H'], '');
    assert.match(listed.output, new RegExp(`^"${spool(LUIS)}": \\d messages? \\d new\\n>N  1 ${ANA.slice(0, 10)}`));
    assert.match(listed.output, / año uno\n/);
    const session = mail(LUIS, ['-N'], 'p 1\nq\n');
    assert.match(session.output, /Message 1:\nFrom .*\n(?:.*\n)*Subject: año uno\n(?:.*\n)*\nhola, ¿qué tal\?\n/);
    assert.match(session.output, /Saved 1 message in .*\/mbox\n/);
    assert.match(read(join(homes, LUIS, 'mbox')), /^From .*\n(?:.*\n)*Status: RO\n\nhola, ¿qué tal\?\n\n$/);
    assert.doesNotMatch(read(spool(LUIS)), /hola/);
    assert.equal(mail(LUIS, ['-e', '-f'], '').status, 0);
  });

  test('[C18] mail that the server delivers while it is read stays', async () => {
    // Within the session: the shell that `!` starts waits for the delivery.
    const UNTIL_THERE = `until grep -q más '${spool(LUIS)}'; do sleep 0.1; done`;
    const deliver = `!echo más | VALIJA_CONFIG=${server.configFile} ${server.sendmail} ${LUIS}@localhost; ${UNTIL_THERE}`;
    const session = mail(LUIS, ['-N', '-n'], `set append\nd *\n${deliver}\nq\n`);
    assert.match(session.output, /New mail has arrived/);
    assert.match(await arrives(LUIS, 'más'), /^From /);
  });

  test('who may not read a mailbox is told so', () => {
    const { status, errors } = mail(ANA, ['-u', LUIS], '');
    assert.deepEqual([status, errors], [1, `mail: ${spool(LUIS)}: Permission denied\n`]);
    assert.deepEqual(mail(ANA, ['-e', '-u', LUIS], ''), { status: 1, output: '', errors: '' });
  });
});

const MAIL = join(import.meta.dirname, '../../src/cli/mail.ts');
const FROM = 'From ana@valija.test  Sat Jan 16 18:22:00 2016\n';

/** A disk with room for some kilobytes. */
function openSmallDisk(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'valija-disk-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder]);
  assert.equal(mounted.status, 0, mounted.stderr.toString());
  context.after(() => {
    spawnSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function readIn(home: string, inbox: string, input: string) {
  const env = { HOME: home, MAIL: inbox, PATH: '/usr/bin:/bin', LANG: 'C.UTF-8' };
  const { status, stderr } = spawnSync(process.execPath, [MAIL, '-n', '-N'], { env, input, encoding: 'utf8' });
  return { status, errors: stderr };
}

describe('full disks', { skip }, () => {
  const message = (body: string) => `${FROM}Subject: x\n\n${body}\n\n`;
  const content = message('uno'.repeat(10_000)) + message('dos');

  test('[C18] where the mbox finds no room nothing is lost, and the user is told', (context) => {
    const [home, place] = [openSmallDisk(context), mkdtempSync(join(tmpdir(), 'valija-mail-'))];
    context.after(() => rmSync(place, { recursive: true }));
    const inbox = join(place, 'inbox');
    writeFileSync(inbox, content);
    writeFileSync(join(home, 'mbox'), message('antes'.repeat(8_000)));
    const { status, errors } = readIn(home, inbox, 'set append\np 1\nq\n');
    assert.equal(status, 1);
    assert.match(errors, /No space left on device\nmail: nothing was taken out of/);
    assert.equal(readFileSync(inbox, 'utf8'), content);
    assert.equal(readFileSync(join(home, 'mbox'), 'utf8'), message('antes'.repeat(8_000)));
  });

  test('[C18] where the mailbox itself has no room for its marks, it stays as it was', (context) => {
    const [disk, home] = [openSmallDisk(context), mkdtempSync(join(tmpdir(), 'valija-mail-'))];
    context.after(() => rmSync(home, { recursive: true }));
    const inbox = join(disk, 'inbox');
    // Pages are 4096 octets: with the last one full, no octet more fits.
    const filler = 64 * 1024 - Buffer.byteLength(message('dos')) - Buffer.byteLength(message(''));
    const full = message('a'.repeat(filler)) + message('dos');
    writeFileSync(inbox, full);
    const { status, errors } = readIn(home, inbox, 'set hold\np 2\nq\n');
    assert.equal(status, 1);
    assert.match(errors, /No space left on device/);
    assert.equal(readFileSync(inbox, 'utf8'), full);
    // With room again, it goes on.
    assert.equal(readIn(home, inbox, 'd 1\nq\n').status, 0);
    assert.match(readFileSync(inbox, 'utf8'), /^From .*\nSubject: x\nStatus: O\n\ndos\n\n$/);
  });
});
