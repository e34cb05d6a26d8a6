// Accounts in SQLite, PostgreSQL and MariaDB: the same tables, the same queries, the same answers.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { openTable } from '#platform/tables/open-table.ts';
import { addrSpec } from '../world/directory.ts';
import { EMBEDDED, logIn, openDirectoryHouse } from '../world/joined-directory.ts';
import { until } from '../world/until.ts';
import { findProgram } from './real-program.ts';
import { findPostgres, type SqlServer, startMariadb, startPostgres } from './sql-servers.ts';

const TABLES = `
  CREATE TABLE users (email VARCHAR(255) PRIMARY KEY, name VARCHAR(255), password VARCHAR(255), quota_mb INTEGER, off SMALLINT);
  CREATE TABLE alias (address VARCHAR(255), goto TEXT);
  INSERT INTO users VALUES ('ana@example.org', 'Ana Núñez', '{SSHA}H/zrDv8FXUu1JmwvVYijfrYEF34jVZcO', 20, 0);
  INSERT INTO users VALUES ('berto@example.org', NULL, 'secreto de berto', NULL, 0);
  INSERT INTO users VALUES ('eva@example.org', 'Eva', 'secreto de eva', NULL, 1);
  INSERT INTO alias VALUES ('todos@example.org', 'ana@example.org, otro@example.net');
  INSERT INTO alias VALUES ('@example.org', 'ana@example.org');
`;

const CROWD = Array.from({ length: 1_000 }, (_, at) => ({
  mail: `persona${at}@example.org`,
  password: `secreto ${at}`,
}));
const PEOPLE = CROWD.map(({ mail, password }) => `('${mail}', NULL, '${password}', NULL, 0)`).join(', ');
const CROWDED = `INSERT INTO users VALUES ${PEOPLE};`;

interface Database {
  readonly settings: Record<string, unknown>;
  /** Texts joined, as this database writes it. */
  readonly quota: string;
  run(sql: string): void;
  readonly server: SqlServer | undefined;
}

interface Kind {
  readonly driver: string;
  readonly skip: string | false;
  readonly open: () => Promise<Database>;
}

const KINDS: readonly Kind[] = [
  { driver: 'sqlite', skip: false, open: openSqlite },
  { driver: 'pgsql', skip: findPostgres() === undefined ? 'postgresql is not installed' : false, open: openPostgres },
  {
    driver: 'mysql',
    skip: findProgram('mariadbd') === undefined ? 'mariadb-server is not installed' : false,
    open: openMariadb,
  },
];

async function openSqlite(): Promise<Database> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-sqlite-'));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'mail.db');
  const run = (sql: string) => {
    using database = new DatabaseSync(file);
    database.exec(sql);
  };
  return {
    settings: { driver: 'sqlite', dbname: file },
    quota: "'*:storage=' || quota_mb || 'M'",
    run,
    server: undefined,
  };
}

async function openPostgres(): Promise<Database> {
  const server = await startPostgres();
  after(() => server[Symbol.asyncDispose]());
  const settings = { driver: 'pgsql', hosts: [server.host], dbname: server.database, user: server.user };
  return { settings, quota: "'*:storage=' || quota_mb || 'M'", run: server.run, server };
}

async function openMariadb(): Promise<Database> {
  const server = await startMariadb();
  after(() => server[Symbol.asyncDispose]());
  const { host, database: dbname, user } = server;
  const settings = { driver: 'mysql', hosts: [host], dbname, user, password: 'secreta' };
  const run = (sql: string) => server.run(`USE ${dbname}; ${sql}`);
  return { settings, quota: "CONCAT('*:storage=', quota_mb, 'M')", run, server };
}

for (const { driver, skip, open } of KINDS) {
  test(`${driver}: accounts in a database`, { skip }, async (t) => {
    const database = await open();
    database.run(TABLES);
    const settings = (more: Record<string, unknown> = {}) => ({
      ...{
        type: 'sql',
        name: 'people',
        domains: ['example.org'],
        default_password_scheme: 'PLAIN',
        ...database.settings,
      },
      user_query: `SELECT email AS user, name, ${database.quota} AS quota_rule FROM users WHERE email = '%u'`,
      password_query: "SELECT email AS user, password, off AS nologin FROM users WHERE email = '%n@%d'",
      alias_query: "SELECT goto FROM alias WHERE address = '%s'",
      iterate_query: 'SELECT email AS user FROM users ORDER BY email',
      ...more,
    });

    await t.test('addresses, quota, aliases and the catch-all are found', async () => {
      await using house = await openDirectoryHouse([settings()]);
      const look = (address: string) => house.directory.lookUpRecipient(addrSpec(address));
      const ana = await house.directory.findAccount('ANA@example.org');
      const quotaBytes = 20 * 1024 * 1024;
      const own = { id: 'ana@example.org', displayName: 'Ana Núñez', addresses: ['ana@example.org'] };
      assert.deepEqual(ana, { ...own, disabled: false, quotaBytes });
      assert.deepEqual(await look('ana+x@example.org'), {
        kind: 'account',
        account: ana,
        matched: 'plus-address',
        detail: 'x',
      });
      const targets = [addrSpec('ana@example.org'), addrSpec('otro@example.net')];
      assert.deepEqual(await look('todos@example.org'), { kind: 'alias', alias: 'todos@example.org', targets });
      const all = await look('nadie@example.org');
      assert.deepEqual(all.kind === 'alias' && all.targets, [addrSpec('ana@example.org')]);
    });

    await t.test('passwords are tried, in whatever scheme', async () => {
      await using house = await openDirectoryHouse([settings()]);
      const check = (login: string, password: string) => house.authenticator.checkPassword(login, password);
      assert.equal((await check('ana@example.org', 'test')).kind, 'accepted');
      assert.equal((await check('berto', 'secreto de berto')).kind, 'accepted', 'the only domain of the source');
      assert.deepEqual(await check('ana@example.org', 'Test'), { kind: 'rejected', reason: 'wrong-password' });
      assert.deepEqual(await check('eva@example.org', 'secreto de eva'), { kind: 'rejected', reason: 'disabled' });
      assert.deepEqual(await check('nadie@example.org', 'test'), { kind: 'rejected', reason: 'unknown-account' });
    });

    await t.test('[T14] what a stranger wrote is a value', async () => {
      await using house = await openDirectoryHouse([settings({ alias_query: undefined })]);
      const parts = [
        "' OR '1'='1",
        "' OR 1=1 -- ",
        '%',
        "\\' OR 1=1 -- ",
        '"; DROP TABLE users; --',
        '$1',
        '?',
        'a\0na',
        'ana\u0027',
      ];
      for (const localPart of parts) {
        const found = await house.directory.lookUpRecipient({ localPart, domain: 'example.org' });
        assert.equal(found.kind, 'unknown-user', localPart);
        const login = `"${localPart.replace(/(["\\])/g, '\\$1')}"@example.org`;
        const check = await house.authenticator.checkPassword(login, 'test');
        assert.deepEqual(check, { kind: 'rejected', reason: 'unknown-account' }, login);
      }
      assert.equal((await house.authenticator.checkPassword('ana@example.org', 'test')).kind, 'accepted');
    });

    await t.test('a changed password holds at once, though answers are kept', async () => {
      await using house = await openDirectoryHouse([settings({ cache_ttl: '1h', cache_negative_ttl: '1h' })]);
      const check = async (password: string) =>
        (await house.authenticator.checkPassword('berto@example.org', password)).kind;
      assert.equal(await check('secreto de berto'), 'accepted');
      database.run("UPDATE users SET password = 'otro secreto' WHERE email = 'berto@example.org';");
      assert.equal(await check('otro secreto'), 'accepted');
      assert.equal(await check('secreto de berto'), 'rejected');
      database.run("UPDATE users SET password = 'secreto de berto' WHERE email = 'berto@example.org';");
    });

    await t.test('a list has everybody of the domain', async () => {
      await using house = await openDirectoryHouse([settings()]);
      const listed = (await house.admin.listAccounts('example.org')).map(({ id, source }) => `${id} ${source}`);
      assert.deepEqual(listed, ['ana@example.org people', 'berto@example.org people', 'eva@example.org people']);
    });

    await t.test('a query that the database does not understand means later, and says why', async () => {
      await using house = await openDirectoryHouse([
        settings({ user_query: "SELECT something FROM nowhere WHERE email = '%u'" }),
      ]);
      await assert.rejects(
        house.directory.findAccount('ana@example.org'),
        /directory people: .*(?:nowhere|no such table)/,
      );
    });

    await t.test('[T25] a thousand people at once, answers kept: each sees the own account alone', async () => {
      database.run(CROWDED);
      await using house = await openDirectoryHouse([settings({ waiting_limit: 4_000, timeout: '60s' })]);
      for (const round of ['asked', 'kept']) {
        const checks = await Promise.all(CROWD.map(({ mail, password }) => logIn(house, mail, password)));
        const ids = checks.map((check) => (check.kind === 'accepted' ? check.account.id : check.kind));
        assert.deepEqual(
          ids,
          CROWD.map(({ mail }) => mail),
          round,
        );
      }
    });

    const { server } = database;
    if (server !== undefined) {
      await t.test(`[C77] a ${driver}: table, the key bound`, async () => {
        const file = join(server.folder, 'table.cf');
        const login = `hosts = 127.0.0.1:1 ${server.host}\nuser = ${server.user}\npassword = secreta\ndbname = ${server.database}`;
        writeFileSync(file, `${login}\nquery = SELECT goto FROM alias WHERE address = '%u@%d'\n`);
        await using table = await openTable(`${driver}:${file}`, { warn: (text) => assert.fail(text) });
        assert.equal(await table.find('Todos@example.org'), 'ana@example.org, otro@example.net');
        assert.equal(await table.find('todos'), undefined, 'no domain');
        for (const key of ["x' OR '1'='1@example.org", '\\@example.org', '%@example.org', 'a\0@example.org']) {
          assert.equal(await table.find(key), undefined, key);
        }
      });
      await testFailures(t, server, settings);
    }
  });
}

async function testFailures(
  t: { test(title: string, body: () => Promise<void>): Promise<void> },
  server: SqlServer,
  settings: (more: Record<string, unknown>) => Record<string, unknown>,
): Promise<void> {
  const impatient = { timeout: '2s', cache_ttl: '0s', cache_negative_ttl: '0s' };

  await t.test('the next server is asked when one does not answer', async () => {
    await using house = await openDirectoryHouse([settings({ ...impatient, hosts: ['127.0.0.1:1', server.host] })]);
    assert.equal((await house.authenticator.checkPassword('ana@example.org', 'test')).kind, 'accepted');
  });

  await t.test('a server that hangs or is down means later, and is back when it is back', async () => {
    await using house = await openDirectoryHouse([settings(impatient)]);
    const check = () => house.authenticator.checkPassword('ana@example.org', 'test');
    assert.equal((await check()).kind, 'accepted');
    await server.hang();
    await assert.rejects(check(), /directory people: .*no answer for 2\d00 ms/);
    await assert.rejects(house.directory.lookUpRecipient(addrSpec('nadie@example.org')), {
      name: 'WorldError',
      transient: true,
    });
    assert.equal((await house.authenticator.checkPassword(EMBEDDED.address, EMBEDDED.password)).kind, 'accepted');
    server.goOn();
    await server.end();
    await assert.rejects(check(), { name: 'WorldError', transient: true });
    await server.start();
    await until('a login', () =>
      check().then(
        ({ kind }) => kind === 'accepted',
        () => false,
      ),
    );
  });
}
