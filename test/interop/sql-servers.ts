// Debian's PostgreSQL and MariaDB, each on a fresh and empty database of its own.

import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../world/free-port.ts';
import { makeFolder, runOnce, type ServerProgram, startProgram } from './server-program.ts';

export interface SqlServer extends ServerProgram {
  /** `127.0.0.1:5433`. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
  /** Statements as the administrator says them. */
  run(sql: string): void;
}

const POSTGRES_FOLDERS = '/usr/lib/postgresql';

/** Where the newest of its programs are; `undefined` where it is not installed. */
export function findPostgres(): string | undefined {
  if (!existsSync(POSTGRES_FOLDERS)) return undefined;
  const [newest] = readdirSync(POSTGRES_FOLDERS).sort((one, other) => Number(other) - Number(one));
  return newest === undefined ? undefined : join(POSTGRES_FOLDERS, newest, 'bin');
}

export async function startPostgres(): Promise<SqlServer> {
  const programs = findPostgres() ?? '';
  const user = 'postgres';
  const folder = makeFolder('postgres', user);
  const data = join(folder, 'data');
  const port = await freePort();
  await runOnce({
    file: join(programs, 'initdb'),
    args: ['-D', data, '-A', 'trust', '-U', user, '--no-sync', '--locale=C.UTF-8'],
    user,
  });
  const args = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-k', folder, '-c', 'fsync=off'];
  const program = await startProgram(folder, { file: join(programs, 'postgres'), args, port, user });
  const run = (sql: string) => {
    const connect = ['-h', '127.0.0.1', '-p', String(port), '-U', user, '-v', 'ON_ERROR_STOP=1', '-q'];
    const done = spawnSync('/usr/bin/psql', connect, { input: sql, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`psql: ${done.stderr}`);
  };
  return { ...program, host: `127.0.0.1:${port}`, user, database: 'postgres', run };
}

export async function startMariadb(): Promise<SqlServer> {
  const user = 'mysql';
  const folder = makeFolder('mariadb', user);
  const data = join(folder, 'data');
  const socket = join(folder, 'server.sock');
  const port = await freePort();
  const install = ['--no-defaults', `--datadir=${data}`, '--auth-root-authentication-method=normal', '--skip-test-db'];
  await runOnce({ file: '/usr/bin/mariadb-install-db', args: install, user });
  const args = [
    '--no-defaults',
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--port=${port}`,
    `--pid-file=${join(folder, 'server.pid')}`,
    '--bind-address=127.0.0.1',
    '--skip-name-resolve',
  ];
  const program = await startProgram(folder, { file: '/usr/sbin/mariadbd', args, port, user });
  const run = (sql: string) => {
    const done = spawnSync('/usr/bin/mariadb', ['--no-defaults', `--socket=${socket}`, '-u', 'root'], {
      input: sql,
      encoding: 'utf8',
    });
    if (done.status !== 0) throw new Error(`mariadb: ${done.stderr}`);
  };
  run(
    "CREATE DATABASE mail CHARACTER SET utf8mb4; CREATE USER valija@'%' IDENTIFIED BY 'secreta'; GRANT SELECT ON mail.* TO valija@'%';",
  );
  return { ...program, host: `127.0.0.1:${port}`, user: 'valija', database: 'mail', run };
}
