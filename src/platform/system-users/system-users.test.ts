import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import type { AskNameService, NameAnswer } from '#platform/native/name-service.ts';
import { openSystemCrypt, type SystemCrypt } from '#platform/native/system-crypt.ts';
import { type Getent, mayBeLoginName, openGetent } from './getent.ts';
import { MissingNames } from './missing-names.ts';
import { parseShadowLine, shadowState } from './shadow-entry.ts';
import { createShadowLogin } from './shadow-login.ts';
import { createSystemUsers } from './system-users.ts';

const ECONNREFUSED = 111;
const folder = mkdtempSync(join(tmpdir(), 'valija-getent-'));
after(() => rmSync(folder, { recursive: true }));

function programOf(script: string): string {
  const path = join(folder, `getent-${Math.random()}`);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

test('finds the users of this machine, and nobody under a number or half a name', async () => {
  const users = createSystemUsers({ nowMs: () => 0 }, openGetent());
  const root = await users.find('root');
  assert.deepEqual(
    { ...root, fullName: '', shell: '' },
    { name: 'root', uid: 0, gid: 0, fullName: '', home: '/root', shell: '' },
  );
  for (const name of [
    '0',
    'nobody-here',
    'ROOT',
    '',
    '-',
    '--help',
    'root:x',
    'root\nroot',
    'root\0',
    '../root',
    'x'.repeat(300),
  ]) {
    assert.equal(await users.find(name), undefined, JSON.stringify(name));
  }
  assert.ok(mayBeLoginName('machine$') && mayBeLoginName('a.b-c_d') && mayBeLoginName('7of9'));
});

test('an answer that bears another name is no answer: mail is not filed twice under two spellings', async () => {
  const folding = openGetent(programOf('echo "usuario1:x:1001:1001:Uno,,,:/home/usuario1:/bin/sh"'));
  const users = createSystemUsers({ nowMs: () => 0 }, folding);
  assert.equal((await users.find('usuario1'))?.fullName, 'Uno');
  assert.equal(await users.find('Usuario1'), undefined);
});

test('answers are kept for a while, failures are not, and the number kept is bounded', async () => {
  const asked: string[] = [];
  let nowMs = 0;
  let fails = false;
  const getent: Getent = async (_database, name) => {
    asked.push(name);
    if (fails) throw new WorldError('asking', { transient: true });
    return name.startsWith('no') ? undefined : `${name}:x:1001:1001:& of Valija,room:/home/${name}:/bin/sh`;
  };
  const users = createSystemUsers({ nowMs: () => nowMs }, getent, {
    keepFoundMs: 10,
    keepMissingMs: 5,
    keptAnswers: 2,
  });
  const both = await Promise.all([users.find('ana'), users.find('ana'), users.find('nobody')]);
  assert.equal(both[0]?.fullName, 'Ana of Valija');
  assert.deepEqual(asked, ['ana', 'nobody']);
  nowMs = 6;
  await users.find('ana');
  await users.find('nobody');
  assert.deepEqual(asked, ['ana', 'nobody', 'nobody']);
  await users.find('eva');
  await users.find('ana');
  assert.deepEqual(asked.slice(3), ['eva', 'ana'], 'the oldest had to go');
  fails = true;
  await assert.rejects(users.find('new'), WorldError);
  fails = false;
  assert.equal((await users.find('new'))?.uid, 1001);
});

test('what fails, hangs, talks nonsense or is not there is a WorldError, never «no such user»', async () => {
  const limits = { timeoutMs: 200, atOnce: 1, waiting: 1 };
  for (const script of ['exit 3', 'exec sleep 20', 'echo nonsense', 'echo "ana:x:-1:0::/:/"', 'yes']) {
    const users = createSystemUsers({ nowMs: () => 0 }, openGetent(programOf(script), limits));
    await assert.rejects(users.find('ana'), (cause) => cause instanceof WorldError && cause.transient, script);
  }
  const none = createSystemUsers({ nowMs: () => 0 }, openGetent(join(folder, 'missing'), limits));
  await assert.rejects(none.find('ana'), WorldError);
});

/** As glibc answers: what `getent` says of none of them. */
const ANSWERS: Readonly<Record<string, NameAnswer>> = {
  nobody: { errno: 0, isFound: false },
  ana: { errno: ECONNREFUSED, isFound: false },
  new: { errno: 0, isFound: true },
};

test('[C13] who is not found because a directory is down is asked for again later, and is never «no such user»', async () => {
  const asked: string[] = [];
  const service: AskNameService = async (database, name) => {
    asked.push(`${database} ${name}`);
    return ANSWERS[name] ?? { errno: 0, isFound: false };
  };
  const limits = { timeoutMs: 60_000, atOnce: 8, waiting: 8 };
  const users = createSystemUsers(
    { nowMs: () => 0 },
    openGetent(programOf('exit 2'), limits, () => service),
  );
  assert.equal(await users.find('nobody'), undefined);
  const later = (reason: RegExp) => (cause: unknown) =>
    cause instanceof WorldError && cause.transient && reason.test(cause.message);
  await assert.rejects(users.find('ana'), later(/a source of \/etc\/nsswitch\.conf fails: ECONNREFUSED/));
  await assert.rejects(users.find('new'), later(/new came while it was looked for/));
  assert.deepEqual(asked, ['passwd nobody', 'passwd ana', 'passwd new']);
  const noLibrary = openGetent(programOf('exit 2'), limits, () => {
    throw new WorldError('system users need libc.so.6', { transient: false });
  });
  await assert.rejects(noLibrary('passwd', 'nobody'), later(/need libc\.so\.6/));
});

test('[C13] a source that hangs is waited for by one thread only, and by nobody for long', async () => {
  const asked: string[] = [];
  let release = (_answer: NameAnswer): void => undefined;
  const service: AskNameService = (_database, name) => {
    asked.push(name);
    if (name !== 'ana') return Promise.resolve({ errno: 0, isFound: false });
    return new Promise((resolve) => {
      release = resolve;
    });
  };
  const missing = new MissingNames(() => service, 50);
  for (const name of ['ana', 'eva', 'bea'])
    await assert.rejects(missing.confirm('passwd', name), /no answer within 50 ms/);
  assert.deepEqual(asked, ['ana']);
  release({ errno: 0, isFound: false });
  await missing.confirm('passwd', 'dora');
  assert.deepEqual(asked, ['ana', 'dora'], 'for those who have gone nobody is asked');
});

/** `files hesiod`: the C library's own source that has no server here. */
const ASK = `
import { openGetent } from ${JSON.stringify(new URL('getent.ts', import.meta.url).href)};
const getent = openGetent();
for (const name of ['root', 'nobody-here']) {
  console.log(name, await getent('passwd', name).then((line) => line !== undefined, (cause) => cause.message));
}`;

test('[C13] a source of nsswitch.conf that is down is told from a user that is not there', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, (t) => {
  const ask = (sources: string) => {
    const file = join(folder, 'nsswitch.conf');
    writeFileSync(file, `passwd: ${sources}\n`);
    const inside = 'mount --bind "$0" /etc/nsswitch.conf && exec "$1" --input-type=module --eval "$2"';
    const { status, stdout } = spawnSync('unshare', ['--mount', 'sh', '-c', inside, file, process.execPath, ASK], {
      encoding: 'utf8',
    });
    return status === 0 ? stdout : undefined;
  };
  const usual = ask('files');
  if (usual === undefined) return t.skip('unshare does not work here');
  assert.equal(usual, 'root true\nnobody-here false\n');
  assert.match(ask('files hesiod') ?? '', /^root true\nnobody-here asking the system for a user: a source .* fails: /);
});

test('few are asked at once, and too many waiting is said', async () => {
  const log = join(folder, 'log');
  const slow = openGetent(programOf(`echo + >> ${log}; sleep 0.1; echo - >> ${log}; exit 2`), {
    timeoutMs: 60_000,
    atOnce: 2,
    waiting: 2,
  });
  const answers = await Promise.allSettled(['a', 'b', 'c', 'd', 'e'].map((name) => slow('passwd', name)));
  assert.deepEqual(
    answers.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  );
  let running = 0;
  for (const line of readFileSync(log, 'utf8').trim().split('\n')) {
    running += line === '+' ? 1 : -1;
    assert.ok(running <= 2);
  }
});

test('which accounts of /etc/shadow may log in', () => {
  const today = 20_000;
  const stateOf = (line: string) => {
    const entry = parseShadowLine(line, 'ana');
    return entry && shadowState(entry, today);
  };
  for (const [line, state] of [
    ['ana:$y$x:19999:0:99999:7:::', 'usable'],
    ['ana:$y$x:::::::', 'usable'],
    ['ana::19999:0:99999:7:::', 'no-password'],
    ['ana:!$y$x:19999:0:99999:7:::', 'locked'],
    ['ana:*:19999:0:99999:7:::', 'locked'],
    ['ana:!!:19999:0:99999:7:::', 'locked'],
    ['ana:$y$x:19999:0:99999:7::20000:', 'expired'],
    ['ana:$y$x:19999:0:99999:7::20001:', 'usable'],
    ['ana:$y$x:0:0:99999:7:::', 'expired'],
    ['ana:$y$x:19000:0:999:7:::', 'expired'],
    ['ana:$y$x:30000:0:999:7:::', 'usable'],
    ['eva:$y$x:19999:0:99999:7:::', undefined],
    ['ana:$y$x', undefined],
  ] as const) {
    assert.equal(stateOf(line), state, line);
  }
});

const SECRET_HASH =
  '$6$rounds=1000$RkTYQrdwZO6O6gSt$oCgGpmGrkwIpo4X1jcfmi0qNkkx0/fwq3g0dfk5DJEopFACMn8dsoBuWA4hI758A.8TLb7KqzOQ.JZlPL3PRm/';

test('logins: right, wrong, locked, unknown, impossible; each costs a hash', async () => {
  const lines: Readonly<Record<string, string>> = {
    ana: `ana:${SECRET_HASH}:::::::`,
    locked: `locked:!${SECRET_HASH}:::::::`,
    expired: `expired:${SECRET_HASH}::::::1:`,
    empty: 'empty::::::::',
  };
  let hashed = 0;
  const crypt = openSystemCrypt();
  const counting: SystemCrypt = {
    verify(secret, hash) {
      hashed++;
      return crypt.verify(secret, hash);
    },
  };
  const asked: string[] = [];
  const getent: Getent = async (database, name) => {
    asked.push(`${database} ${name}`);
    return lines[name];
  };
  const login = createShadowLogin({ nowMs: () => 20_000 * 86_400_000 }, getent, counting);
  const tries = [
    ['ana', 'secret', 'yes'],
    ['ana', 'Secret', 'no'],
    ['ana', 'secret\0', 'no'],
    ['ana', '', 'no'],
    ['ana', 'x'.repeat(600), 'no'],
    ['locked', 'secret', 'no'],
    ['expired', 'secret', 'no'],
    ['empty', '', 'no'],
    ['unknown', 'secret', 'no'],
    ['-h', 'secret', 'no'],
  ] as const;
  for (const [account, secret, answer] of tries) assert.equal(await login.check(account, secret), answer, account);
  assert.equal(hashed, tries.length);
  assert.ok(asked.every((question) => question.startsWith('shadow ') && !question.includes('-h')));
  const busy = createShadowLogin({ nowMs: () => 0 }, getent, { verify: async () => 'unavailable' });
  assert.equal(await busy.check('ana', 'secret'), 'later');
});

const isRoot = process.getuid?.() === 0;

test('a user of this machine logs in with the password that chpasswd set', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const name = `valija-t${process.pid}`;
  const run = (program: string, args: readonly string[], input = '') =>
    spawnSync(program, args, { input, encoding: 'utf8' }).status;
  if (run('/usr/sbin/useradd', ['--no-create-home', name]) !== 0) return t.skip('useradd does not work here');
  t.after(() => run('/usr/sbin/userdel', [name]));
  const clock = { nowMs: () => Date.now() };
  const login = createShadowLogin(clock, openGetent(), openSystemCrypt());
  assert.equal(await login.check(name, ''), 'no');
  assert.equal(run('/usr/sbin/chpasswd', [], `${name}:contraseña ñ 1\n`), 0);
  assert.equal(await login.check(name, 'contraseña ñ 1'), 'yes');
  assert.equal(await login.check(name, 'contraseña ñ 2'), 'no');
  assert.equal(run('/usr/sbin/usermod', ['--lock', name]), 0);
  assert.equal(await login.check(name, 'contraseña ñ 1'), 'no');
  assert.equal((await createSystemUsers(clock, openGetent()).find(name))?.name, name);
});
