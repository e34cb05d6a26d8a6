import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { addrSpec } from '../../../test/world/directory.ts';
import { logIn, openDirectoryHouse } from '../../../test/world/joined-directory.ts';
import { until } from '../../../test/world/until.ts';
import { SourceDomains } from './source-domains.ts';

const DOWN = new WorldError('directory', { transient: true });

function openDomains(named: readonly string[], ask: () => Promise<readonly string[]>) {
  const time = { nowMs: 0 };
  const told: string[] = [];
  const domains = new SourceDomains({
    ...{ named, ask, refreshMs: 1_000 },
    nowMs: () => time.nowMs,
    warn: (text) => told.push(text),
  });
  return { domains, time, told };
}

const listOf = (domains: ReadonlySet<string> | 'hosted') => [...domains];

test('[T25] before a server has said its domains nobody can tell; then those it said last stay while it is down', async () => {
  let says: readonly string[] | WorldError = DOWN;
  const answer = async () => {
    if (says instanceof WorldError) throw says;
    return says;
  };
  const { domains, time, told } = openDomains(['Fija.test'.toLowerCase()], answer);
  await assert.rejects(domains.find(), WorldError);
  says = ['UNO.test', 'no es un dominio'];
  assert.deepEqual(listOf(await domains.find()), ['fija.test', 'uno.test']);
  says = DOWN;
  time.nowMs = 1_000;
  assert.deepEqual(listOf(await domains.find()), ['fija.test', 'uno.test']);
  await until('the complaint', () => told.length === 3);
  assert.match(told.join('\n'), /cannot be asked.*\n"no es un dominio" is no domain\n.*cannot be asked/);
  says = ['dos.test'];
  time.nowMs = 2_000;
  await domains.find();
  await until('the other domain', async () => listOf(await domains.find()).includes('dos.test'));
  assert.deepEqual(listOf(await domains.find()), ['fija.test', 'dos.test']);
});

test('who asks at the same moment shares the question, and nobody waits for what is known', async () => {
  let asked = 0;
  const answers: ((said: readonly string[]) => void)[] = [];
  const { domains, time } = openDomains([], () => {
    asked += 1;
    return new Promise((resolve) => answers.push(resolve));
  });
  const both = [domains.find(), domains.find()];
  answers[0]?.(['uno.test']);
  assert.deepEqual((await Promise.all(both)).map(listOf), [['uno.test'], ['uno.test']]);
  time.nowMs = 5_000;
  assert.deepEqual(listOf(await domains.find()), ['uno.test']);
  assert.equal(asked, 2);
});

test('domains that a database has are ours: listed, routed, and logged in to', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-domains-'));
  const file = join(folder, 'mail.db');
  const database = new DatabaseSync(file);
  database.exec(`
    CREATE TABLE domain (domain TEXT, active INTEGER);
    CREATE TABLE users (email TEXT, password TEXT);
    INSERT INTO domain VALUES ('Casa.test', 1), ('vieja.test', 0);
    INSERT INTO users VALUES ('ana@casa.test', '{PLAIN}secreto de ana'), ('eva@vieja.test', '{PLAIN}secreto')`);
  await using house = await openDirectoryHouse([
    {
      ...{ type: 'sql', driver: 'sqlite', dbname: file, name: 'db', cache_ttl: '0s', cache_negative_ttl: '0s' },
      password_query: "SELECT email AS user, password FROM users WHERE email = '%u'",
      domain_query: 'SELECT domain FROM domain WHERE active = 1',
    },
  ]);
  const names = async () => (await house.admin.listDomains()).map(({ name, source }) => `${name} ${source ?? ''}`);
  assert.deepEqual(await names(), ['valija.test ', 'casa.test db']);
  assert.equal((await house.routed.lookUpRecipient(addrSpec('ana@casa.test'))).kind, 'account');
  assert.equal((await house.routed.lookUpRecipient(addrSpec('nadie@casa.test'))).kind, 'unknown-user');
  assert.equal((await house.routed.lookUpRecipient(addrSpec('eva@vieja.test'))).kind, 'foreign-domain');
  assert.equal(await house.routed.isLocalDomain('CASA.test'), true);
  assert.equal((await logIn(house, 'ana@casa.test', 'secreto de ana')).kind, 'accepted');
  assert.equal((await logIn(house, 'eva@vieja.test', 'secreto')).kind, 'rejected');
  database.exec("UPDATE domain SET active = 1 WHERE domain = 'vieja.test'");
  await until('the other domain', async () => (await names()).includes('vieja.test db'));
  database.close();
  rmSync(folder, { recursive: true });
});
