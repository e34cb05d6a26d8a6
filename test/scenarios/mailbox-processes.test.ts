// The processes of the machine's own users: each is that user with that user's groups and no more, is there when it is
// needed and gone when it is not. Runs as root only, in a copy of the checkout that everybody can read.

import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROSTER } from '#processes/roster.ts';
import type * as Accounts from '#processes/supervisor/accounts.ts';
import type * as Children from '#processes/supervisor/child.ts';
import type * as Introduced from '#processes/supervisor/introductions.ts';
import type * as MailboxProcesses from '#processes/supervisor/mailboxes.ts';
import type * as StartProcess from '#processes/supervisor/start-process.ts';
import { addUser } from '../world/machine-user.ts';
import { childrenOf, processStatus } from '../world/process-table.ts';
import { copyCheckout } from '../world/readable-checkout.ts';
import { until } from '../world/until.ts';

const isRoot = process.getuid?.() === 0;
/** Of every Debian. */
const USERS = ['daemon', 'bin', 'sys', 'games', 'man', 'lp', 'news', 'uucp', 'proxy', 'backup'];
const PROBE = { program: '../../test/world/privileges-probe.ts' };
const HUB = { program: '../../test/world/hub-probe.ts' };

interface House extends AsyncDisposable {
  readonly notes: string[];
  /** What the hub heard from that user's process, or why there is none. */
  ask(user: string): Promise<string>;
  /** Kills the hub, and starts another. */
  replaceHub(): Promise<void>;
}

test('mailbox processes: as their users, on demand, and back when they are killed', {
  skip: isRoot ? false : 'needs root',
}, async (t) => {
  using copy = copyCheckout();
  await t.test('uid, all groups of the user, a refused setuid(0), nothing of root in the environment', () =>
    probe(copy.checkout, copy.folder),
  );
  await using house = await openHouse(copy.checkout);
  await t.test('one is started when it is asked for, once for all who ask, as its user', async () => {
    const answers = await Promise.all([house.ask('daemon'), house.ask('daemon'), house.ask('games')]);
    for (const answer of answers) assert.match(answer, /nobody answers no-such-question/);
    const processes = mailboxProcesses();
    assert.deepEqual([...processes.keys()].sort(), ['daemon', 'games']);
    assert.equal(processStatus(processes.get('daemon') ?? 0).Uid, ['1', '1', '1', '1'].join('\t'));
  });
  await t.test('uid 0, a number and nobody: refused, and nothing is started', async () => {
    assert.match(await house.ask('root'), /nothing is done as uid 0/);
    assert.match(await house.ask('0'), /another user: root/);
    assert.match(await house.ask('no-such-user'), /no such user/);
    assert.equal(mailboxProcesses().size, 2);
  });
  await t.test('kill -9: the next question starts the next one', async () => {
    const killed = mailboxProcesses().get('daemon') ?? 0;
    process.kill(killed, 'SIGKILL');
    const end = /mailbox process of daemon \(pid \d+\) ended: SIGKILL/;
    await until('its end', () => house.notes.some((note) => end.test(note)));
    assert.match(await house.ask('daemon'), /nobody answers/);
    assert.notEqual(mailboxProcesses().get('daemon'), killed);
  });
  await t.test('the hub is replaced: the processes that run are its own again', async () => {
    const before = mailboxProcesses();
    await house.replaceHub();
    assert.match(await house.ask('games'), /nobody answers/);
    assert.deepEqual(mailboxProcesses(), before);
  });
  await t.test('never more than its row allows: those that are quiet make room', async () => {
    let most = 0;
    const timer = setInterval(() => {
      most = Math.max(most, mailboxProcesses().size);
    }, 20);
    const answers = await Promise.all(USERS.map((user) => house.ask(user)));
    clearInterval(timer);
    for (const answer of answers) assert.match(answer, /nobody answers/);
    assert.equal(most, ROSTER.mailbox.most);
  });
});

async function probe(checkout: string, folder: string): Promise<void> {
  const processes = join(checkout, 'src/processes/supervisor');
  const { startProcessOf }: typeof StartProcess = await import(join(processes, 'start-process.ts'));
  const { findAccount }: typeof Accounts = await import(join(processes, 'accounts.ts'));
  const outside = join(folder, 'outside');
  writeFileSync(outside, 'secret');
  chmodSync(outside, 0o600);
  process.env['VALIJA_TEST_SECRET'] = 'hunter2';
  await using member = await addUser(`valija-${process.pid}`, '--groups', 'games,news');
  for (const user of ['daemon', member.user]) {
    const account = await findAccount(user);
    const child = startProcessOf(account, PROBE);
    const ended = once(child, 'exit');
    const [answer] = await once(child, 'message');
    await ended;
    const groups = execFileSync('id', ['-G', user], { encoding: 'utf8' }).trim().split(' ').map(Number);
    assert.equal(groups.length, user === 'daemon' ? 1 : 3);
    assert.deepEqual(
      { ...answer, groups: answer.groups.sort() },
      {
        ...{ uid: account.uid, gid: account.gid, groups: groups.sort(), home: account.home },
        ...{ setuid: 'EPERM', setgid: 'EPERM', setgroups: 'EPERM' },
        // Its arguments are none: the paths are empty.
        ...{ write: 'ENOENT', read: 'ENOENT' },
        environment: ['HOME', 'LANG', 'LOGNAME', 'MALLOC_ARENA_MAX', 'PATH', 'SHELL', 'USER'].filter(
          (name) => name !== 'LANG' || process.env['LANG'] !== undefined,
        ),
      },
    );
  }
}

async function openHouse(checkout: string): Promise<House> {
  const folder = join(checkout, 'src/processes/supervisor');
  const { Child }: typeof Children = await import(join(folder, 'child.ts'));
  const { Introductions }: typeof Introduced = await import(join(folder, 'introductions.ts'));
  const { Mailboxes }: typeof MailboxProcesses = await import(join(folder, 'mailboxes.ts'));
  const { startProcess }: typeof StartProcess = await import(join(folder, 'start-process.ts'));
  const introductions = new Introductions();
  const notes: string[] = [];
  const mailboxes = new Mailboxes({ introductions, note: (_level, text) => notes.push(text) });
  const openHub = (): { started: ChildProcess; hub: Children.Child } => {
    const started = startProcess(HUB, [], undefined).setMaxListeners(0);
    const hub: Children.Child = new Child(() => started, {
      role: 'outbound',
      heard: (message) => message.kind === 'want-mailbox' && mailboxes.want(message.user, hub),
    });
    introductions.started(hub);
    return { started, hub };
  };
  let { started, hub } = openHub();
  return {
    notes,
    ask: (user) =>
      new Promise((resolve) => {
        const hear = (value: unknown) => {
          const { user: about, answer } = value as { user?: string; answer?: string };
          if (about !== user || answer === undefined) return;
          started.off('message', hear);
          resolve(answer);
        };
        started.on('message', hear);
        started.send({ want: user });
      }),
    async replaceHub() {
      hub.kill();
      await hub.ended;
      introductions.ended(hub);
      ({ started, hub } = openHub());
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([hub.stop(), mailboxes.stop()]);
    },
  };
}

/** Our own children, by user. */
function mailboxProcesses(): Map<string, number> {
  const users = childrenOf(process.pid).flatMap(({ pid, words }) => {
    const at = words.findIndex((word) => word.endsWith('/mailbox/main.ts'));
    return at < 0 ? [] : ([[words[at + 1] ?? '', pid]] as const);
  });
  return new Map(users);
}
