import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { OpenTable } from './opened-table.ts';
import type { SqliteLimits } from './sqlite-database.ts';
import { DEFAULT_SQLITE_LIMITS, openSqliteTable } from './sqlite-table.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-sqlite-table-'));
after(() => rmSync(folder, { recursive: true }));

const databasePath = join(folder, 'mail.db');
fill(databasePath, 'usuario1');

function fill(path: string, target: string): void {
  using database = new DatabaseSync(path);
  database.exec(`CREATE TABLE alias (address TEXT PRIMARY KEY, goto TEXT, active INTEGER);
    CREATE TABLE mailbox (local TEXT, domain TEXT, home TEXT);`);
  const insert = database.prepare('INSERT INTO alias VALUES (?, ?, ?)');
  insert.run('uno@valija.test', target, 1);
  insert.run('off@valija.test', 'x', 0);
  insert.run('5', 'five', 1);
  insert.run("o'neill@valija.test", 'usuario2', 1);
  const box = database.prepare('INSERT INTO mailbox VALUES (?, ?, ?)');
  for (const home of ['a', 'b', '']) box.run('varios', 'valija.test', home);
}

let files = 0;
function open(settings: string, limits: SqliteLimits = DEFAULT_SQLITE_LIMITS): Promise<OpenTable> {
  const file = join(folder, `${++files}.cf`);
  writeFileSync(file, settings.includes('dbpath') ? settings : `dbpath = ${databasePath}\n${settings}`);
  return openSqliteTable(`sqlite:${file}`, file, limits);
}

test('[C77] the query of a tutorial, the key bound', async () => {
  await using table = await open("query = SELECT goto FROM alias\n   WHERE address='%s' AND active = '1'\n");
  assert.equal(await table.find('uno@valija.test'), 'usuario1');
  assert.equal(await table.find('UNO@Valija.Test'), 'usuario1');
  assert.equal(await table.find('off@valija.test'), undefined);
  assert.equal(await table.find("o'neill@valija.test"), 'usuario2');
  assert.equal(await table.find("x' OR '1'='1"), undefined);
  assert.equal(await table.find(''), undefined);
});

test('[C77] %u, %d and labels of the domain; several results; result_format', async () => {
  const where = "WHERE local = '%u' AND domain = '%2.%1'";
  await using table = await open(`query = SELECT home FROM mailbox ${where}\nresult_format = /srv/%D/%U/%s/`);
  assert.equal(await table.find('varios@valija.test'), '/srv/valija.test/varios/a/,/srv/valija.test/varios/b/');
  assert.equal(await table.find('varios'), undefined);
  assert.equal(await table.find('varios@test'), undefined);
});

test('[C77] nobody is asked for a local part that is empty, as with Postfix', async () => {
  using database = new DatabaseSync(databasePath);
  database.exec("INSERT INTO mailbox VALUES ('', 'casa.test', 'x')");
  await using table = await open("query = SELECT home FROM mailbox WHERE local = '%u' AND domain = '%d'");
  assert.equal(await table.find('@casa.test'), undefined);
  await using whole = await open("query = SELECT home FROM mailbox WHERE '@' || domain = '%s'\nresult_format = %U%s");
  assert.equal(await whole.find('@casa.test'), undefined);
});

test('expansions within a longer text, in LIKE, bare, and %% for a percent sign', async () => {
  await using like = await open("query = SELECT goto FROM alias WHERE address LIKE '%u@%%' AND active = 1");
  assert.equal(await like.find('uno@anything'), 'usuario1');
  await using bare = await open('query = SELECT goto FROM alias WHERE address = %s');
  assert.equal(await bare.find('5'), 'five');
});

test('domain = …: only addresses in it; expansion_limit: more results are an error', async () => {
  await using table = await open("query = SELECT 'x' WHERE '%s' <> ''\ndomain = valija.test, example.org");
  const keys = ['a@valija.test', 'a@example.net', '@valija.test', 'valija.test'];
  assert.deepEqual(await Promise.all(keys.map((key) => table.find(key))), ['x', undefined, undefined, undefined]);
  await using limited = await open("query = SELECT home FROM mailbox WHERE local = '%u'\nexpansion_limit = 1");
  await assert.rejects(limited.find('varios@valija.test'), /more than 1 results/);
});

test('the form of before Postfix 2.2', async () => {
  await using table = await open(
    'select_field = goto\ntable = alias\nwhere_field = address\nadditional_conditions = AND active = 1',
  );
  assert.equal(await table.find('uno@valija.test'), 'usuario1');
});

test('a database that is put in the place of the old one is used', async () => {
  const path = join(folder, 'replaced.db');
  fill(path, 'old');
  await using table = await open(`dbpath = ${path}\nquery = SELECT goto FROM alias WHERE address = '%s'`);
  assert.equal(await table.find('uno@valija.test'), 'old');
  fill(`${path}.new`, 'new');
  renameSync(`${path}.new`, path);
  assert.equal(await table.find('uno@valija.test'), 'new');
});

test('a query that takes too long fails for now, the event loop goes on, and later ones are answered', async () => {
  // A second or so for SQLite; nothing is found.
  const slow =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < CAST(%1 AS INTEGER)) SELECT i FROM n WHERE i < 0';
  const query = `query = ${slow} UNION SELECT goto FROM alias WHERE address = '%u@valija.test'`;
  await using table = await open(query, { ...DEFAULT_SQLITE_LIMITS, timeoutMs: 300, mostGivenUp: 0 });
  let turns = 0;
  let isOver = false;
  const asked = table.find('uno@a.10000000').finally(() => {
    isOver = true;
  });
  const refused = assert.rejects(asked, (error) => {
    return error instanceof WorldError && error.transient && /no answer for 300 ms/.test(error.message);
  });
  for (; !isOver; turns++) await setImmediate();
  await refused;
  assert.ok(turns > 10, `${turns} turns`);
  await assert.rejects(table.find('uno@a.1'), /keep the database busy/);
  const answer = async (): Promise<string | undefined> => {
    try {
      return await table.find('uno@a.1');
    } catch {
      await setTimeout(100);
      return answer();
    }
  };
  assert.equal(await answer(), 'usuario1');
});

test('a database that is locked fails for now', async () => {
  await using table = await open("query = SELECT goto FROM alias WHERE address = '%s'", {
    ...DEFAULT_SQLITE_LIMITS,
    timeoutMs: 3_000,
  });
  using writer = new DatabaseSync(databasePath);
  writer.exec('BEGIN EXCLUSIVE');
  await assert.rejects(table.find('uno@valija.test'), /locked|no answer/);
  writer.exec('COMMIT');
  assert.equal(await table.find('uno@valija.test'), 'usuario1');
});

const REFUSED: readonly (readonly [string, RegExp])[] = [
  ['query = SELECT 1', /has no %s/],
  ["query = SELECT '%x'", /"%x" is not known/],
  ["hosts = localhost\nquery = SELECT '%s'", /\.cf:2: "hosts" is not known; there are dbpath/],
  ["query = SELECT x FROM nowhere WHERE a = '%s'", /no such table: nowhere/],
  ["query = SELECT '%s' FROM %d", /syntax error/],
  ['result_format = %s', /query is missing/],
  ["dbpath = /nonexistent/x.db\nquery = SELECT '%s'", /ENOENT|unable to open/],
  ["query = SELECT '%s'\nexpansion_limit = many", /expansion_limit: "many"/],
  ["query = SELECT '%s'\ndomain = hash:/x", /only names of domains/],
];

for (const [settings, message] of REFUSED) {
  test(`refused when it is opened: ${JSON.stringify(settings.slice(0, 40))}`, async () => {
    await assert.rejects(open(settings), (error) => error instanceof WorldError && message.test(error.message));
  });
}
