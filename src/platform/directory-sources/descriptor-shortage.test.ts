import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Asks each client while no descriptor is left, and again afterwards; nobody listens at the port. */
const PROGRAM = `
  import { closeSync, openSync } from 'node:fs';
  import { LdapClient } from '${import.meta.resolve('./ldap-client.ts')}';
  import { MysqlClient } from '${import.meta.resolve('./mysql-client.ts')}';
  import { PostgresClient } from '${import.meta.resolve('./postgres-client.ts')}';
  const limits = { timeoutMs: 60_000, connectionLimit: 1, waitingLimit: 1 };
  const sql = { host: '127.0.0.1:1', database: 'x', user: 'x', password: 'x', ...limits };
  const ldap = { uri: 'ldap://127.0.0.1:1', startTls: false, requireCertificate: true, dn: '', password: '', ...limits };
  const search = { base: 'o=x', scope: 'sub', filter: '(uid=x)', attributes: [], mayLackBase: false, mostEntries: 1 };
  const [postgres, mysql, directory] = [new PostgresClient(sql), new MysqlClient(sql), new LdapClient(ldap)];
  const askAll = async () => {
    const questions = [postgres.query('SELECT 1', []), mysql.query('SELECT 1', []), directory.search(search)];
    const outcomes = await Promise.allSettled(questions);
    return outcomes.map(({ reason }) => String(reason?.message)).join('; ');
  };
  const held = [];
  try {
    for (;;) held.push(openSync('/dev/null'));
  } catch {}
  const asking = askAll();
  const before = await asking;
  for (const one of held) closeSync(one);
  process.stdout.write(JSON.stringify([before, await askAll()]), () => process.exit());
`;

test('[T25] a library that could not be read for want of descriptors is read at the next question', async () => {
  const inner = [process.execPath, '--input-type=module', '-e', PROGRAM];
  const { stdout } = await run('sh', ['-c', 'ulimit -n 64; exec "$@"', 'sh', ...inner]);
  const [before, after] = JSON.parse(stdout) as [string, string];
  assert.match(before, /too many open files/);
  assert.doesNotMatch(after, /too many open files/);
  assert.equal(after.match(/ECONNREFUSED/g)?.length, 3, after);
});
