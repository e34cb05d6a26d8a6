import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { rewritePassword } from './password-rewrite.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-passwd-'));
after(() => rmSync(folder, { recursive: true }));

const ownUid = process.getuid?.() ?? 0;
const PEOPLE = Array.from({ length: 200 }, (_, at) => `persona${at}`);
const COMMENT = '# nobody may lose this line';

function write(name: string, text: string, mode = 0o640): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function change(path: string, user: string, hash: string, newUser?: string): Promise<boolean> {
  const guard = { ownUid, isSecret: true };
  return rewritePassword({
    path,
    guard,
    hash,
    isOwn: (name) => name === user,
    ...(newUser !== undefined && { newUser }),
  });
}

test('one column of one line is changed, and nothing else, the mode included', async () => {
  const path = write('one', `${COMMENT}\n\nana:{PLAIN}x:1:2:A:/h:/s:quota_rule=*:storage=1G\nberto:y\n`);
  assert.equal(await change(path, 'ana', '{PLAIN}nuevo'), true);
  assert.equal(
    readFileSync(path, 'utf8'),
    `${COMMENT}\n\nana:{PLAIN}nuevo:1:2:A:/h:/s:quota_rule=*:storage=1G\nberto:y\n`,
  );
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.equal(await change(path, 'nadie', 'z'), false);
});

test('others get their turns while a line is looked for among many', async () => {
  const names = Array.from({ length: 20_000 }, (_, at) => `persona${at}`);
  const path = write('many', names.map((name) => `${name}:{PLAIN}x:::::/x::quota_rule=*:storage=1G\n`).join(''));
  let turns = 0;
  const count = () => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const turnsAt = new Map<string, number>();
  const isOwn = (name: string) => {
    turnsAt.set(name, turns);
    return name === names.at(-1);
  };
  assert.equal(await rewritePassword({ path, guard: { ownUid, isSecret: true }, hash: 'y', isOwn }), true);
  clearImmediate(counting);
  assert.deepEqual([...turnsAt.keys()], names);
  const between = (turnsAt.get('persona19999') ?? 0) - (turnsAt.get('persona0') ?? 0);
  assert.ok(between >= 1, `${between} turns`);
  assert.match(readFileSync(path, 'utf8'), /\npersona19998:\{PLAIN\}x:[^\n]*\npersona19999:y:::::\/x::[^\n]*\n$/);
});

test('a line, and a file, are made where there may be one', async () => {
  const path = write('shadow', 'ana:x');
  assert.equal(await change(path, 'berto', '{PLAIN}y', 'berto'), true);
  assert.equal(readFileSync(path, 'utf8'), 'ana:x\nberto:{PLAIN}y:::::::\n');
  const fresh = join(folder, 'fresh');
  assert.equal(await change(fresh, 'ana', '{PLAIN}z', 'ana'), true);
  assert.equal(statSync(fresh).mode & 0o777, 0o600);
});

test('[C68] a file that others may read or write, or a link, is not touched', async () => {
  const readable = write('readable', 'ana:x\n', 0o644);
  await assert.rejects(change(readable, 'ana', 'y'), /has passwords, and others may read it \(mode 0644\): chmod 640 /);
  const writable = write('writable', 'ana:x\n', 0o660);
  await assert.rejects(change(writable, 'ana', 'y'), /may be written by others \(mode 0660\)/);
  symlinkSync(write('target', 'ana:x\n'), join(folder, 'link'));
  await assert.rejects(change(join(folder, 'link'), 'ana', 'y'), /is a symbolic link/);
  assert.equal(readFileSync(readable, 'utf8') + readFileSync(writable, 'utf8'), 'ana:x\nana:x\n');
});

test('[T38] many changes at once are all made', async () => {
  const path = write('many', `${COMMENT}\n${PEOPLE.map((name) => `${name}:{PLAIN}old`).join('\n')}\n`);
  await Promise.all(PEOPLE.slice(0, 40).map((name) => change(path, name, `{PLAIN}${name}`)));
  const lines = readFileSync(path, 'utf8').split('\n');
  const right = PEOPLE.map((name, at) => `${name}:{PLAIN}${at < 40 ? name : 'old'}`);
  assert.deepEqual(lines, [COMMENT, ...right, '']);
});

test('[T38] kill -9 in the middle of changes leaves a whole file, which the next change goes on with', async () => {
  const path = write('killed', `${COMMENT}\n${PEOPLE.map((name) => `${name}:{PLAIN}0`).join('\n')}\n`);
  for (let round = 1; round <= 6; round++) {
    const changers = [beginChanges(path, round), beginChanges(path, round)];
    await Promise.all(changers.map((changer) => once(changer, 'message')));
    await delay(3 * round);
    await Promise.all(changers.map(kill));
    const lines = readFileSync(path, 'utf8').split('\n');
    assert.equal(lines[0], COMMENT);
    assert.equal(lines.length, PEOPLE.length + 2);
    for (const [at, name] of PEOPLE.entries())
      assert.match(lines[at + 1] ?? '', new RegExp(`^${name}:\\{PLAIN\\}\\d+$`));
  }
  assert.equal(await change(path, 'persona0', '{PLAIN}last'), true);
  assert.match(readFileSync(path, 'utf8'), /^persona0:\{PLAIN\}last$/m);
});

/** Another process, which changes one password after the other and says so after the first. */
function beginChanges(path: string, round: number): ChildProcess {
  const module = new URL('./password-rewrite.ts', import.meta.url).href;
  const code = `
    import { rewritePassword } from ${JSON.stringify(module)};
    const guard = { ownUid: ${ownUid}, isSecret: true };
    for (let at = 0; ; at = (at + 1) % 200) {
      const change = { path: ${JSON.stringify(path)}, guard, hash: '{PLAIN}${round}', isOwn: (name) => name === 'persona' + at };
      // The other one may have the lock again and again, for longer than anybody waits.
      await rewritePassword(change).catch(() => undefined);
      process.send('changed');
    }`;
  const file = join(folder, `changes-${round}-${Math.random()}.ts`);
  writeFileSync(file, code);
  return fork(file, { stdio: 'ignore', cwd: import.meta.dirname });
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
