// Real programs: found, run without a shell, their versions told. A missing one is a skip by name.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { type TestContext, test } from 'node:test';

const FOLDERS = ['/usr/bin', '/usr/sbin', '/bin', '/usr/lib/dovecot', '/usr/local/bin'];
const DEADLINE_MS = 60_000;
/** dpkg-query's own language. */
const VERSION_FIELD = '$' + '{Version}';

export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => `${folder}/${name}`).find((path) => existsSync(path));
}

/** A test that needs a real program; the summary of `npm test` lists the versions. */
export function programTest(name: string, title: string, body: (t: TestContext) => Promise<void>): void {
  const path = findProgram(name);
  test(`${name}: ${title}`, { skip: path === undefined ? `${name} is not installed` : false }, async (t) => {
    t.diagnostic(`version: ${name} ${versionOf(name)}`);
    await body(t);
  });
}

/** The Debian package's version, which every program has in one form. */
function versionOf(name: string): string {
  const owner = spawnSync('dpkg-query', ['-S', `*bin/${name}`], { encoding: 'utf8' });
  const packageName = /^([^:,]+)/.exec(owner.stdout)?.[1];
  if (packageName === undefined) return 'of unknown version';
  return spawnSync('dpkg-query', ['-W', '-f', VERSION_FIELD, packageName], { encoding: 'utf8' }).stdout;
}

export interface ProgramRun {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly environment?: Readonly<Record<string, string>>;
  readonly folder?: string;
  /** Longer than usual, for a program that is a whole story. */
  readonly patienceMs?: number;
}

export async function runProgram(file: string, args: readonly string[], options: RunOptions = {}): Promise<ProgramRun> {
  const child = spawn(file, args, {
    cwd: options.folder,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...options.environment },
    timeout: options.patienceMs ?? DEADLINE_MS,
  });
  const output: Buffer[] = [];
  const errors: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve(status ?? -1));
  });
  return { code, output: Buffer.concat(output).toString('utf8'), errors: Buffer.concat(errors).toString('utf8') };
}
