import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { confirmConfig, installConfig, trialEndMs } from '#platform/config/config-trial.ts';
import { StartFailure } from './start-failure.ts';
import { Trial } from './trial.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'valija-trial-'));
  file = join(folder, 'valija.toml');
  writeFileSync(file, 'old', { mode: 0o640 });
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = () => readFileSync(file, 'utf8');

test('the moment is kept beside the file; when it is over the former file comes back, once', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000 });
  let over = 0;
  const trial = new Trial({ configFile: file, checkOwner: () => undefined, timeOver: () => over++ });
  assert.equal(trial.look(), false);
  installConfig(file, 'new', 61_000);
  assert.deepEqual([read(), trialEndMs(file)], ['new', 61_000]);
  assert.equal(trial.look(), false);
  t.mock.timers.tick(59_999);
  assert.equal(read(), 'new');
  t.mock.timers.tick(1);
  assert.deepEqual([read(), over], ['new', 1]);
  assert.equal(trial.look(), true);
  assert.deepEqual([read(), trialEndMs(file), trial.look()], ['old', undefined, false]);
});

test('a trial that was confirmed ends without a trace', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000 });
  const trial = new Trial({ configFile: file, checkOwner: () => undefined, timeOver: () => assert.fail() });
  installConfig(file, 'new', 2_000);
  trial.look();
  confirmConfig(file);
  t.mock.timers.tick(5_000);
  assert.equal(read(), 'new');
});

test('one that ended while nobody looked, or whose moment cannot be read, goes back at the next look', () => {
  for (const moment of ['1000\n', 'soon\n', '']) {
    writeFileSync(file, 'old');
    installConfig(file, 'new', 1);
    writeFileSync(`${file}.unconfirmed`, moment);
    const trial = new Trial({ configFile: file, checkOwner: () => undefined, timeOver: () => undefined });
    assert.equal(trial.look(), true);
    assert.deepEqual([read(), existsSync(`${file}.former`)], ['old', false]);
  }
});

test('what others than root could have written is not followed by root', () => {
  installConfig(file, 'new', 1);
  const checkOwner = (path: string) => {
    throw new StartFailure(`${path}: others may write it`, 78);
  };
  const trial = new Trial({ configFile: file, checkOwner, timeOver: () => assert.fail() });
  assert.throws(() => trial.look(), StartFailure);
  assert.equal(read(), 'new');
});
