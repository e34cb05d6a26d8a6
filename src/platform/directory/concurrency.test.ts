// Several processes change one directory at once, and some of them are killed while they do.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { systemClock } from '#platform/machine/clock.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import { openDirectory } from './open-directory.ts';

const WRITER = `
  import { openDirectory } from '#platform/directory/open-directory.ts';
  const [file, name, count] = process.argv.slice(1);
  const passwords = { hash: async () => 'unavailable', verify: async () => 'unavailable' };
  const { admin } = openDirectory({ file, recipientDelimiter: '+', passwords, clock: { nowMs: () => Date.now() } });
  await admin.addDomain('valija.test', {});
  for (let i = 0; i < Number(count); i++) {
    const own = \`\${name}-\${i}@valija.test\`;
    const added = await admin.addAccount(own, undefined, { addAddresses: [\`\${name}-\${i}-dos@valija.test\`] });
    if (!added.ok) throw new Error(added.error.message);
    await admin.setPasswordHash(own, '{PLAIN}secreto');
    await admin.addAlias(\`a-\${name}-\${i}@valija.test\`, [own, 'otra@example.org']);
    await admin.addAccount('la-misma@valija.test', undefined, {});
    process.stdout.write(\`\${own}\\n\`);
  }
`;

function startWriter(file: string, name: string, count: number) {
  const root = new URL('../../../', import.meta.url);
  const child = spawn(process.execPath, ['--input-type=module', '--eval', WRITER, file, name, String(count)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let acknowledged = '';
  let complaints = '';
  child.stdout.on('data', (text) => (acknowledged += text));
  child.stderr.on('data', (text) => (complaints += text));
  const done = new Promise<{ acknowledged: string[]; complaints: string; code: number | null }>((resolve) => {
    child.on('close', (exit) => {
      resolve({ acknowledged: acknowledged.split('\n').slice(0, -1), complaints, code: exit });
    });
  });
  return { child, done };
}

test('[T38] the directory stays whole while processes write at once and are killed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-directory-'));
  const file = join(folder, 'directory.db');
  const steady = ['uno', 'dos'].map((name) => startWriter(file, name, 25));
  const doomed = ['tres', 'cuatro', 'cinco'].map((name, i) => {
    const writer = startWriter(file, name, 10_000);
    // Some way into its work, at no particular statement.
    writer.child.stdout.once('data', () => setTimeout(() => writer.child.kill('SIGKILL'), 60 + i * 17));
    return writer;
  });
  const finished = await Promise.all(steady.map((writer) => writer.done));
  for (const { code, complaints } of finished) assert.equal(code, 0, complaints);
  const killed = await Promise.all(doomed.map((writer) => writer.done));
  for (const { code, acknowledged } of killed) assert.ok(code === null && acknowledged.length > 0);

  const raw = new DatabaseSync(file);
  assert.deepEqual(Object.values(raw.prepare('PRAGMA integrity_check').get() ?? {}), ['ok']);
  assert.deepEqual(raw.prepare('PRAGMA foreign_key_check').all(), []);
  raw.close();

  await using passwords = openPasswordThreads({ threads: 1, waitingJobs: 4 });
  using open = openDirectory({ file, recipientDelimiter: '+', passwords, clock: systemClock });
  const accounts = new Map((await open.admin.listAccounts(undefined)).map((account) => [String(account.id), account]));
  const promised = [...finished, ...killed].flatMap((writer) => writer.acknowledged);
  assert.ok(promised.length >= 50);
  for (const own of promised) {
    assert.equal(accounts.get(own)?.addresses.length, 2, own);
    assert.equal(accounts.get(own)?.passwordScheme, 'PLAIN', own);
    assert.ok((await open.admin.showAlias(`a-${own}`)).ok, own);
  }
  assert.ok(accounts.has('la-misma@valija.test'));
  rmSync(folder, { recursive: true });
});
