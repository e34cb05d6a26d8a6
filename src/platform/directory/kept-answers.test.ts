// An answer is kept while it is true: our own write and another connection's both end it.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { DirectoryDatabase } from './database.ts';
import { KeptAnswers } from './kept-answers.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-kept-'));
after(() => rmSync(folder, { recursive: true }));

const ADD = 'INSERT INTO domains (name, catch_all_account_id, created_ms) VALUES (?, NULL, 0)';
const FIND = 'SELECT name FROM domains WHERE name = ?';

describe('kept answers', () => {
  it('the same question is read once, another one by itself, until something is written', () => {
    let version = 1;
    let nowMs = 0;
    let reads = 0;
    const kept = new KeptAnswers(
      () => version,
      () => nowMs,
    );
    const ask = (value: string | number): number => kept.find('q', [value], () => ++reads);
    assert.deepEqual([ask('1'), ask('1'), ask(1), ask('1')], [1, 1, 2, 1]);
    version = 2;
    assert.equal(ask('1'), 1);
    nowMs += 10;
    assert.equal(ask('1'), 3);
    kept.forget();
    assert.equal(ask('1'), 4);
  });

  it('an answer put together while somebody wrote is not kept', () => {
    let version = 1;
    let nowMs = 0;
    const kept = new KeptAnswers(
      () => version,
      () => nowMs,
    );
    const part = (name: string): string => kept.find('part', [name], () => `${name}${version}`);
    const whole = (between: () => void): string =>
      kept.find('whole', ['x'], () => {
        const first = part('a');
        between();
        return first + part('b');
      });
    const mixed = whole(() => {
      version = 2;
      nowMs += 10;
    });
    assert.equal(mixed, 'a1b2');
    assert.equal(
      whole(() => undefined),
      'a2b2',
    );
  });

  it('many strangers do not fill the memory', () => {
    let reads = 0;
    const kept = new KeptAnswers(() => 1);
    const ask = (value: number): number => kept.find('q', [value], () => ++reads);
    for (let i = 0; i < 10_001; i++) ask(i);
    ask(0);
    assert.equal(reads, 10_002);
  });

  it('what another connection adds is found a moment later; what this one adds, or takes back, at once', async () => {
    const file = join(folder, 'directory.db');
    using server = new DirectoryDatabase(file);
    using command = new DirectoryDatabase(file);
    assert.equal(server.one(FIND, 'valija.test'), undefined);
    command.run(ADD, 'valija.test');
    await sleep(15);
    assert.deepEqual({ ...server.one<object>(FIND, 'valija.test') }, { name: 'valija.test' });
    assert.equal(server.one(FIND, 'own.test'), undefined);
    const refused = server.transaction(() => {
      server.run(ADD, 'own.test');
      assert.notEqual(server.one(FIND, 'own.test'), undefined);
      return { ok: false, error: 'no' };
    });
    assert.equal(refused.ok, false);
    assert.equal(server.one(FIND, 'own.test'), undefined);
    server.run(ADD, 'own.test');
    assert.notEqual(server.one(FIND, 'own.test'), undefined);
  });
});
