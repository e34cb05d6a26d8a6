// Versions of the state, the way up, and the way back; with steps made here, since the product needs none yet.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs, {
  closeSync,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, it } from 'node:test';
import { DirectoryDatabase } from '#platform/directory/database.ts';
import { MIGRATIONS } from '#platform/directory/schema.ts';
import { JOURNEYS_VERSION } from '#platform/journeys/journey-schema.ts';
import { prepareState } from './prepare-state.ts';
import { findSteps, STATE_STEPS, type StateStep } from './state-steps.ts';
import { formatStateVersion, parseStateVersion, readStateVersion, STATE_VERSION } from './state-version.ts';

const folders: string[] = [];
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const STEPS: readonly StateStep[] = [
  { from: 0, to: 1, description: 'the state gets a VERSION file' },
  {
    from: 1,
    to: 2,
    description: 'domains have a note',
    change(folder) {
      inDatabase(join(folder, 'directory.db'), (database) => {
        database.exec("ALTER TABLE domains ADD COLUMN note TEXT; UPDATE domains SET note = 'of ' || name");
      });
      if (!existsSync(join(folder, 'journeys.db'))) return;
      inDatabase(join(folder, 'journeys.db'), (database) => database.exec('CREATE TABLE more (a)'));
    },
  },
  {
    from: 2,
    to: 3,
    description: 'notes are in capitals',
    change(folder) {
      inDatabase(join(folder, 'directory.db'), (database) => database.exec('UPDATE domains SET note = upper(note)'));
    },
  },
];
const at = (version: number) => ({ version, steps: STEPS });

function inDatabase<T>(file: string, work: (database: DatabaseSync) => T): T {
  const database = new DatabaseSync(file);
  try {
    return work(database);
  } finally {
    database.close();
  }
}

/** A state of version 1 with a hundred domains, part of them only in the write-ahead log: its server was killed. */
function makeState(): string {
  const folder = mkdtempSync(join(tmpdir(), 'valija-prepared-'));
  folders.push(folder);
  assert.deepEqual(prepareState({ folder, program: '0.1.0', known: at(1) }), { ok: true, value: [] });
  const original = mkdtempSync(join(tmpdir(), 'valija-prepared-'));
  folders.push(original);
  using database = new DirectoryDatabase(join(folder, 'directory.db'));
  for (let i = 0; i < 100; i++)
    database.run('INSERT INTO domains (name, created_ms) VALUES (?, 0)', `dominio${i}.test`);
  inDatabase(join(folder, 'journeys.db'), (journeys) => journeys.exec('CREATE TABLE story (text)'));
  cpSync(folder, original, { recursive: true });
  assert.ok(statSync(join(original, 'directory.db-wal')).size > 0);
  return original;
}

function notesIn(folder: string): unknown[] {
  return inDatabase(join(folder, 'directory.db'), (database) => {
    assert.equal(database.prepare('SELECT count(*) AS n FROM domains').get()?.['n'], 100);
    const columns = database.prepare('PRAGMA table_info(domains)').all();
    if (!columns.some(({ name }) => name === 'note')) return [];
    return database
      .prepare('SELECT DISTINCT note FROM domains ORDER BY id LIMIT 2')
      .all()
      .map(({ note }) => note);
  });
}

const versionOf = (folder: string) => {
  const found = readStateVersion(folder);
  assert.ok(found.ok);
  return found.value?.number;
};

const victimFolder = process.env['VALIJA_VICTIM_FOLDER'];
if (victimFolder !== undefined) migrateUntilKilled(victimFolder, Number(process.env['VALIJA_VICTIM_CALL']));
else testEverything();

/** SIGKILL before the n-th call that changes the disk; exit code 0 when there was no such call. */
function migrateUntilKilled(folder: string, lastCall: number): void {
  let calls = 0;
  const changing = [
    'renameSync',
    'rmSync',
    'mkdirSync',
    'fsyncSync',
    'copyFileSync',
    'openSync',
    'writeFileSync',
  ] as const;
  for (const name of changing) {
    const real = fs[name] as (...args: unknown[]) => unknown;
    Object.assign(fs, {
      [name]: (...args: unknown[]) => {
        if (String(args[0]).endsWith('.ts') === false && ++calls === lastCall) process.kill(process.pid, 'SIGKILL');
        return real(...args);
      },
    });
  }
  syncBuiltinESMExports();
  prepareState({ folder, program: '0.3.0', known: at(3) });
}

function testEverything(): void {
  describe('the version of a state', () => {
    it('is a number and who wrote it', () => {
      const version = { number: 7, writtenBy: '1.2.3-rc.1' };
      assert.deepEqual(parseStateVersion(formatStateVersion(version)), version);
      for (const text of [
        '',
        '\0\0',
        '1',
        '1\nwritten by Valija \n',
        'x\nwritten by Valija 1\n',
        `${'9'.repeat(30)}\n`,
      ]) {
        assert.equal(parseStateVersion(text), undefined, text);
      }
    });

    it('is raised with that of each database: add a step, so that it is brought up to date copy first', () => {
      const versions = { state: STATE_VERSION, directory: MIGRATIONS.length, journeys: JOURNEYS_VERSION };
      assert.deepEqual(versions, { state: 3, directory: 1, journeys: 2 });
      assert.ok(findSteps(STATE_STEPS, 0, STATE_VERSION), 'every former version has a way to this one');
    });

    it('is written at the first start, and stays', () => {
      const folder = makeState();
      assert.equal(readFileSync(join(folder, 'VERSION'), 'utf8'), '1\nwritten by Valija 0.1.0\n');
      assert.deepEqual(prepareState({ folder, program: '0.1.5', known: at(1) }), { ok: true, value: [] });
      assert.deepEqual(
        readdirSync(folder).filter((file) => /before|next/.test(file)),
        [],
      );
    });

    it('a state of a newer server is refused, and nothing is touched', () => {
      const folder = makeState();
      writeFileSync(join(folder, 'VERSION'), formatStateVersion({ number: 9, writtenBy: '4.5.6' }));
      const before = readFileSync(join(folder, 'directory.db'));
      const refused = prepareState({ folder, program: '0.1.0', known: at(1) });
      assert.ok(!refused.ok);
      assert.match(refused.error, /version 9, written by Valija 4\.5\.6; this is Valija 0\.1\.0/);
      assert.match(refused.error, /versions up to 1\./);
      assert.match(refused.error, /Install Valija 4\.5\.6 or newer: docs\/upgrading\.md/);
      assert.ok(readFileSync(join(folder, 'directory.db')).equals(before));
    });

    it('an unreadable VERSION is refused by its name, not guessed', () => {
      const folder = makeState();
      writeFileSync(join(folder, 'VERSION'), '\0\0\0\0');
      const refused = prepareState({ folder, program: '0.1.0', known: at(1) });
      assert.ok(!refused.ok);
      assert.match(refused.error, /VERSION is no version file\. Put it back from a copy/);
    });

    it('a state of before there was a VERSION gets one, without a copy', () => {
      const folder = makeState();
      rmSync(join(folder, 'VERSION'));
      const prepared = prepareState({ folder, program: '0.1.0', known: at(1) });
      assert.deepEqual(prepared.ok && prepared.value, [
        'the state was brought from version 0 to 1: the state gets a VERSION file',
      ]);
      assert.ok(!existsSync(join(folder, 'before-0')));
    });
  });

  describe('a migration', () => {
    it('changes copies, keeps the former state, and says so', () => {
      const folder = makeState();
      const prepared = prepareState({ folder, program: '0.3.0', known: at(3) });
      assert.deepEqual(prepared.ok && prepared.value, [
        `the state was brought from version 1 to 3: domains have a note; notes are in capitals; the former is kept in ${folder}/before-1`,
      ]);
      assert.deepEqual(notesIn(folder), ['OF DOMINIO0.TEST', 'OF DOMINIO1.TEST']);
      assert.equal(versionOf(folder), 3);
      assert.equal(statSync(join(folder, 'directory.db')).mode & 0o777, 0o600);
      assert.deepEqual(readdirSync(join(folder, 'before-1')).sort(), ['VERSION', 'directory.db', 'journeys.db']);

      const older = prepareState({ folder, program: '0.1.0', known: at(1) });
      assert.match(older.ok ? '' : older.error, /go back to the copy of before the upgrade, .*before-1/);
      // The way back of docs/upgrading.md.
      for (const file of readdirSync(folder)) if (/\.db-(wal|shm)$/.test(file)) rmSync(join(folder, file));
      cpSync(join(folder, 'before-1'), folder, { recursive: true });
      assert.deepEqual(prepareState({ folder, program: '0.1.0', known: at(1) }), { ok: true, value: [] });
      assert.deepEqual(notesIn(folder), []);
    });

    it('one that fails leaves all as it was', () => {
      const folder = makeState();
      const failing: StateStep = {
        from: 1,
        to: 2,
        description: 'fails half-way',
        change(copies) {
          inDatabase(join(copies, 'directory.db'), (database) => database.exec('DELETE FROM domains'));
          throw new Error('no room');
        },
      };
      const known = { version: 2, steps: [failing] };
      assert.throws(() => prepareState({ folder, program: '0.2.0', known }), /preparing the state in .*: no room/);
      assert.equal(versionOf(folder), 1);
      assert.deepEqual(notesIn(folder), []);
      // It may have failed for want of room.
      assert.deepEqual(
        readdirSync(folder).filter((file) => /part|next|before/.test(file)),
        [],
      );
    });

    it('broken journeys hold nothing up: they are set aside when they are opened', () => {
      const folder = makeState();
      writeFileSync(join(folder, 'journeys.db'), 'x'.repeat(8192));
      assert.ok(prepareState({ folder, program: '0.3.0', known: at(3) }).ok);
      assert.equal(versionOf(folder), 3);
      assert.ok(existsSync(join(folder, 'journeys.db')));
    });

    it('a way that is not there is told', () => {
      assert.equal(findSteps(STEPS, 0, 5), undefined);
      assert.equal(findSteps(STEPS, 0, 3)?.length, 3);
      const folder = makeState();
      const refused = prepareState({ folder, program: '9.0.0', known: { version: 9, steps: STEPS } });
      assert.match(refused.ok ? '' : refused.error, /cannot bring it up to version 9 in one go/);
    });

    it('killed before any of its steps: the old state or the new one, and the next start finishes', async (t) => {
      const seen = new Set<number>();
      let rounds = 0;
      for (let lastCall = 1; ; lastCall++) {
        const folder = makeState();
        const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', import.meta.filename], {
          env: {
            ...process.env,
            VALIJA_VICTIM_FOLDER: folder,
            VALIJA_VICTIM_CALL: String(lastCall),
            NODE_TEST_CONTEXT: '',
          },
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        const code = await new Promise((resolve) => child.on('exit', (status, signal) => resolve(status ?? signal)));
        const version = versionOf(folder);
        assert.ok(version === 1 || version === 3, `version ${version} after ${lastCall} calls`);
        seen.add(version);
        // Only an old state is one for the old server; and for the new one there is always a way on.
        assert.equal(prepareState({ folder: copyOf(folder), program: '0.1.0', known: at(1) }).ok, version === 1);
        assert.ok(prepareState({ folder, program: '0.3.0', known: at(3) }).ok);
        assert.deepEqual(notesIn(folder), ['OF DOMINIO0.TEST', 'OF DOMINIO1.TEST']);
        assert.deepEqual(
          readdirSync(folder).filter((file) => /part|next/.test(file)),
          [],
        );
        assert.deepEqual(readdirSync(join(folder, 'before-1')).sort(), ['VERSION', 'directory.db', 'journeys.db']);
        if (code === 0) break;
        assert.equal(code, 'SIGKILL');
        rounds++;
      }
      t.diagnostic(`killed ${rounds} times`);
      assert.ok(rounds > 20, `${rounds} rounds`);
      assert.deepEqual([...seen].sort(), [1, 3]);
    });
  });

  describe('a damaged directory.db', () => {
    const damages: readonly (readonly [name: string, damage: (file: string) => void, says: RegExp])[] = [
      ['zero bytes', (file) => truncateSync(file), /it is empty, though this state was in use/],
      ['missing', (file) => rmSync(file), /it is missing, though this state was in use/],
      ['cut in the middle', (file) => truncateSync(file, 9000), /malformed|not a database|page|Tree/],
      ['another content', (file) => writeFileSync(file, 'no database at all'.repeat(1000)), /file is not a database/],
      ['zeros inside', (file) => overwrite(file, 4096, Buffer.alloc(8192)), /malformed|Tree|page/],
    ];
    for (const [name, damage, says] of damages) {
      it(`${name}: refused, with the file's name, what is wrong and the ways back`, () => {
        const folder = makeState();
        const file = join(folder, 'directory.db');
        inDatabase(file, (database) => database.exec('PRAGMA wal_checkpoint(TRUNCATE)'));
        damage(file);
        const refused = prepareState({ folder, program: '0.1.0', known: at(1) });
        assert.ok(!refused.ok);
        assert.ok(refused.error.startsWith(`${file} cannot be used: `), refused.error);
        assert.match(refused.error, says);
        assert.match(refused.error, /sqlite3 .*directory\.db \.recover .*\.dump/);
      });
    }
  });
}

function copyOf(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'valija-prepared-'));
  folders.push(copy);
  cpSync(folder, copy, { recursive: true });
  return copy;
}

function overwrite(file: string, position: number, octets: Buffer): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, octets, 0, octets.length, position);
  closeSync(descriptor);
}
