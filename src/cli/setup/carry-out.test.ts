import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { carryOut, type SetupWorld, type StepFailure } from './carry-out.ts';
import type { SetupStep } from './step.ts';

const OWNER = { user: 'somebody', group: 'somebody' };

/** `code` is what the command of `valija` ends with. */
async function inFolder(code: number, work: (folder: string, world: SetupWorld, told: string[]) => Promise<void>) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-setup-'));
  const told: string[] = [];
  const ids = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const script = `require('fs').appendFileSync(${JSON.stringify(join(folder, 'ran'))}, process.argv[1] + '\\n'); console.error('no'); process.exitCode = process.argv[1] === 'take-back' ? 0 : ${code}`;
  const world: SetupWorld = {
    valija: [process.execPath, '-e', script],
    stateUser: 'somebody',
    findUser: async () => ids,
    findGroup: async () => ids.gid,
    report: (step, outcome) => told.push(`${step.kind} ${outcome}`),
  };
  try {
    await work(folder, world, told);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function stepsIn(folder: string): SetupStep[] {
  return [
    { kind: 'folder', path: join(folder, 'new'), owner: OWNER, mode: 0o750 },
    { kind: 'file', path: join(folder, 'new/settings'), owner: OWNER, mode: 0o640, text: 'a = 1\n' },
    { kind: 'file', path: join(folder, 'kept'), owner: OWNER, mode: 0o600, text: 'new\n' },
    { kind: 'valija', words: ['add'], undo: ['take-back'] },
  ];
}

test('each step is done and told; done again, nothing is changed', () =>
  inFolder(0, async (folder, world, told) => {
    writeFileSync(join(folder, 'kept'), 'old\n');
    await carryOut(stepsIn(folder), world);
    assert.equal(readFileSync(join(folder, 'kept'), 'utf8'), 'new\n');
    assert.equal(statSync(join(folder, 'new/settings')).mode & 0o7777, 0o640);
    assert.equal(statSync(join(folder, 'new')).mode & 0o7777, 0o750);
    told.length = 0;
    await carryOut(stepsIn(folder).slice(0, 3), world);
    assert.deepEqual(told, ['folder was-there', 'file was-there', 'file was-there']);
  }));

test('what exists already is no failure, and is not taken back', () =>
  inFolder(73, async (folder, world, told) => {
    const [add] = stepsIn(folder).slice(3);
    await assert.rejects(carryOut([add as SetupStep, { kind: 'user', user: 'x', command: ['false'] }], world));
    assert.deepEqual(told, ['valija was-there']);
    assert.equal(readFileSync(join(folder, 'ran'), 'utf8'), 'add\n');
  }));

test('where a step fails, those before it are undone, the last first', () =>
  inFolder(0, async (folder, world) => {
    writeFileSync(join(folder, 'kept'), 'old\n');
    const failing: SetupStep = { kind: 'user', user: 'x', command: ['sh', '-c', 'echo no room >&2; exit 1'] };
    await assert.rejects(carryOut([...stepsIn(folder), failing], world), (error: StepFailure) => {
      assert.equal(error.step, failing);
      assert.equal(error.message, 'no room');
      assert.deepEqual(error.remains, []);
      return true;
    });
    assert.equal(readFileSync(join(folder, 'ran'), 'utf8'), 'add\ntake-back\n');
    assert.equal(readFileSync(join(folder, 'kept'), 'utf8'), 'old\n');
    assert.ok(!existsSync(join(folder, 'new')));
  }));

test('what cannot be undone is told, and keeps nothing else', () =>
  inFolder(0, async (folder, world) => {
    const [first] = stepsIn(folder);
    const stuck: SetupStep = { kind: 'user', user: 'nobody-of-this-name', command: ['true'] };
    const failing: SetupStep = { kind: 'user', user: 'x', command: ['false'] };
    await assert.rejects(carryOut([first as SetupStep, stuck, failing], world), (error: StepFailure) => {
      assert.deepEqual(
        error.remains.map(({ step }) => step),
        [stuck],
      );
      return true;
    });
    assert.ok(!existsSync(join(folder, 'new')));
  }));

test('a service that does not start is not left to be tried again and again', () =>
  inFolder(0, async (folder, world) => {
    const asked = join(folder, 'asked');
    const script = `#!/bin/sh\necho "$@" >>${asked}\ncase $1 in enable) echo 'A dependency job failed.' >&2; exit 1;; esac\n`;
    writeFileSync(join(folder, 'systemctl'), script, { mode: 0o755 });
    const path = process.env.PATH;
    process.env.PATH = `${folder}:${path}`;
    try {
      const failed = carryOut([{ kind: 'service', unit: 'valija.service' }], world);
      await assert.rejects(failed, { message: 'A dependency job failed.' });
    } finally {
      process.env.PATH = path;
    }
    assert.deepEqual(readFileSync(asked, 'utf8').trim().split('\n'), [
      'daemon-reload',
      'enable --now valija.service',
      'disable --now valija.service',
    ]);
  }));
