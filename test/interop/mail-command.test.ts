// Our `mail` beside Debian's bsd-mailx: the same mailbox, the same keys at a terminal, the same screen, and the same files
// afterwards. Only the line with the version differs.

import assert from 'node:assert/strict';
import {
  chmodSync,
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
import { findProgram, runProgram } from './real-program.ts';

const VALIJA = resolve(import.meta.dirname, '../../bin/valija');
const KEYS = join(import.meta.dirname, 'mail-keys.exp');
const BSD_MAILX = findProgram('bsd-mailx');
const skip =
  BSD_MAILX === undefined || findProgram('expect') === undefined ? 'bsd-mailx or expect is not installed' : false;

const MAILBOX = `From debian@valija.test  Sat Jan 16 18:22:00 2016
Return-Path: <debian@valija.test>
Received: from localhost
Date: Sat, 16 Jan 2016 18:22:00 +0100
From: Debian User <debian@valija.test>
To: root@localhost
Subject: Re: hola
Message-Id: <1@valija.test>

uno
dos

From ana@example.net  Sat Jan 16 18:25:00 2016
From: ana@example.net (Ana)
To: root, usuario2@localhost
Cc: beto
Subject: a rather long subject that goes on and on up to the edge of the screen
Status: RO

a
>From b

From beto  Sun Jan 17 08:05:00 2016
From: beto
Subject: tres
Status: O

c

`;

interface Session {
  readonly options?: readonly string[];
  readonly keys: readonly string[];
  readonly rc?: string;
  readonly mailbox?: string;
}

/** What was on the screen, and what all files hold afterwards. */
async function sessionOf(context: TestContext, program: string, session: Session) {
  // Both in folders of the same name: it is on the screen.
  const home = '/tmp/valija-mail-home';
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home);
  context.after(() => rmSync(home, { recursive: true, force: true }));
  const sendmail = join(home, '.sendmail');
  writeFileSync(sendmail, `#!/bin/sh\ncat > "$HOME/sent.$(ls "$HOME" | wc -l)"\n`);
  chmodSync(sendmail, 0o755);
  writeFileSync(join(home, '.mailrc'), `set sendmail=${sendmail} verbose PAGER=cat\n${session.rc ?? ''}`);
  writeFileSync(join(home, 'box'), session.mailbox ?? MAILBOX);
  const environment = {
    HOME: home,
    MAIL: join(home, 'box'),
    TERM: 'dumb',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/sh',
  };
  const args = [KEYS, program, '-n', ...(session.options ?? []), '--', ...session.keys];
  // npm brings an EDITOR along.
  const without = ['-u', 'EDITOR', '-u', 'VISUAL'];
  const { output } = await runProgram('env', [...without, 'expect', ...args], { environment, folder: home });
  const names = readdirSync(home).filter((name) => !name.startsWith('.'));
  const files = Object.fromEntries(names.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
  return { screen: output.replaceAll('\r', ''), files };
}

async function compare(context: TestContext, session: Session) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-mail-'));
  context.after(() => rmSync(folder, { recursive: true }));
  symlinkSync(VALIJA, join(folder, 'mail'));
  const ours = await sessionOf(context, join(folder, 'mail'), session);
  const theirs = await sessionOf(context, BSD_MAILX ?? '', session);
  assert.equal(alike(ours.screen), alike(theirs.screen));
  assert.deepEqual(alikeFiles(ours.files), alikeFiles(theirs.files));
  return ours;
}

/** The version, and the name a program has for itself. */
function alike(screen: string): string {
  return screen.replace(/^Mail version .*$/m, 'Mail version').replaceAll('bsd-mailx:', 'mail:');
}

/** They are told of Bcc and the recipients in the header; ours of the recipients alone. Theirs writes no References. */
function alikeFiles(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(files).map(([name, text]) => [name, text.replace(/^(?:Bcc|References): .*\n/gm, '')]),
  );
}

const SESSIONS: Readonly<Record<string, Session>> = {
  '[C16] banner, list and prompt; nothing is done': { keys: ['q'] },
  '[C16] x changes nothing': { keys: ['1', 'd 2', 'x'] },
  '[C18] what was read goes to the mbox': { keys: ['1', 'n', 'q'] },
  '[C18] all is read, and the mailbox is empty': { keys: ['p *', 'q'] },
  '[C18] hold keeps what was read': { keys: ['1', 'q'], rc: 'set hold\n' },
  '[C18] pre keeps one, mbox moves one unread': { keys: ['1', '2', 'pre 1', 'mbox 3', 'h', 'q'] },
  '[C18] without append the mbox gets it at the top': { keys: ['1', 'q'] },
  '[C16] delete, undelete, from': { keys: ['d 1', 'h', 'f', 'd 1', 'u 1', 'h', 'dp', 'dp', 'd *', 'h', 'q'] },
  '[C16] save, copy, write': { keys: ['s 1 out1', 'h', 'w 1 out2', 'c 2 out3', 's 2 out1', 's', 'q'] },
  '[C18] keepsave keeps what was saved': { keys: ['s 1 out1', 'q'], rc: 'set keepsave append\n' },
  '[C16] message lists': {
    keys: [
      'size *',
      'top 1',
      'f :r',
      ':u',
      'f :x',
      'f *',
      'p /hola',
      'f deb',
      'f nadie',
      'f /zzz',
      '+',
      '-',
      '-',
      '=',
      '$',
      '^',
      'x',
    ],
  },
  '[C16] more message lists': { keys: ['.', 'n 9', 'd 1-9', '3-1', 'd 1-2', 'd 3', 'h', 'p', 'n', 'u', 'f', 'x'] },
  '[C16] settings': {
    keys: [
      'set a=b c',
      'set',
      'unset a zz',
      'alias ag u1 u2',
      'alias',
      'alias ag',
      'ignore from to',
      'ignore',
      '1',
      'retain subject',
      '1',
      'x',
    ],
  },
  '[C16] files and programs': {
    keys: [
      'echo hola ~ $HOME',
      'cd /',
      '!echo hi',
      '!! !',
      '| cat',
      '|1 wc',
      'if x',
      'else',
      'file',
      'folder &',
      'touch 2',
      'inc',
      'x',
    ],
  },
  '[C16] states': { keys: ['new 1', 'unread 2', 'h', 'z', 'z-', 'mbox 1', 'h', 'dp', 'foo', 'pre 9', 'q'] },
  '[C16] type shows all fields, ignore hides some': {
    keys: ['1', 'T 1', 'x'],
    rc: 'ignore Received Status Return-Path\n',
  },
  '[C16] a file keeps all but what was deleted': { options: ['-f', 'box'], keys: ['d 1', '2', 'q'] },
  '[C16] a file may become empty': { options: ['-f', 'box'], keys: ['d *', 'q'] },
  '[C16] a file that is not there': { options: ['-f', 'nada'], keys: [] },
  '[C16] another folder': { keys: ['c 1 otro', 'd 1', 'fi otro', 'd', 'fi #', 'q'] },
  '[C16] Ctrl-C and Ctrl-D at the prompt': { keys: ['1', '>^C', '>h', '>^D'] },
  '[C13] a message is typed': { options: ['-s', 'tema', 'u1', 'u2'], keys: ['>uno', '>~~tilde', '>^D'] },
  '[C13] a message is given up': {
    options: ['u1'],
    keys: ['tema', '>uno', '>^C', '^C'],
    rc: 'set ask\n',
  },
  '[C13] subject and copies are asked for': {
    options: ['u1'],
    keys: ['tema', '>uno', '>.', 'c1 c2'],
    rc: 'set ask askcc dot\n',
  },
  '[C13] tilde escapes': {
    options: ['u1'],
    keys: ['tema', '>uno', '>~p', '~s otro', '>~c x1', '>~b x2', '>~t x3', '>~p', '~r box', '>~z', '>~q'],
    rc: 'set ask\n',
  },
  '[C13] programs for the text': {
    options: ['-s', 'x', 'u1'],
    keys: ['>b', '>a', '>~|sort', '~p', '~!echo hi', '>~:set', '~w out1', '>~.'],
  },
  '[C16] replies': {
    keys: ['r 2', '>hola', '>~m 1', '~f 1', '~.', 'R 1', '>x', '>~.', 'm u5', '>x', '>~x', 'f *', 'x'],
  },
  '[C16] aliases are expanded': {
    keys: ['m todos', '>x', '>~.', 'x'],
    rc: 'alias todos amigos ana\nalias amigos beto carla\n',
  },
};

for (const [title, session] of Object.entries(SESSIONS)) {
  test(`mail as bsd-mailx: ${title}`, { skip }, async (t) => {
    await compare(t, session);
  });
}

test('mail as bsd-mailx: [C18] mail that arrives meanwhile stays', { skip }, async (t) => {
  const deliver = `!printf 'From x  Sat Jan 16 19:00:00 2016\\nSubject: new\\n\\nn\\n\\n' >> box`;
  const { files, screen } = await compare(t, { keys: ['1', deliver, 'q'], rc: 'set append\n' });
  assert.match(screen, /New mail has arrived/);
  assert.match(files['box'] ?? '', /Subject: new\n\nn\n\n$/);
  assert.ok(!existsSync('/tmp/valija-mail-home/box.lock'));
});
