import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type DirectoryHouse, logIn, openDirectoryHouse } from '../../../test/world/joined-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-domains-of-ours-'));
after(() => rmSync(folder, { recursive: true }));

const PASSWORD = 'secreto de ana';
const QUESTION = { hash: 'sha256', salt: Buffer.alloc(16), iterations: 4_096 } as const;

/** A file without `domains`: its people live in those that the embedded directory has. */
async function openHouse(): Promise<DirectoryHouse> {
  const path = join(folder, 'passwd');
  writeFileSync(path, `ana@otra.test:{PLAIN}${PASSWORD}:::::\n`, { mode: 0o600 });
  const house = await openDirectoryHouse([{ type: 'passwd-file', path }]);
  await house.admin.addDomain('otra.test', {});
  return house;
}

test('where only a source has accounts of a domain of ours, the first of them is its postmaster', async () => {
  await using house = await openHouse();
  assert.equal((await house.directory.findFirstAccount('otra.test'))?.id, 'ana@otra.test');
  assert.equal(await house.directory.findFirstAccount('example.org'), undefined);
  await house.admin.setDomain('otra.test', { disabled: true });
  assert.equal(await house.directory.findFirstAccount('otra.test'), undefined);
});

test('an account of a source is disabled with its domain, by whatever it proves itself', async () => {
  await using house = await openHouse();
  const login = 'ana@otra.test';
  assert.equal((await logIn(house, login, PASSWORD)).kind, 'accepted');
  assert.equal((await house.authenticator.findScramKeys({ login, ...QUESTION })).kind, 'keys');
  await house.admin.setDomain('otra.test', { disabled: true });
  assert.deepEqual(await logIn(house, login, PASSWORD), { kind: 'rejected', reason: 'disabled' });
  assert.deepEqual(await logIn(house, login, 'otro secreto'), { kind: 'rejected', reason: 'wrong-password' });
  assert.deepEqual(await house.authenticator.findScramKeys({ login, ...QUESTION }), {
    kind: 'none',
    reason: 'no-keys',
    like: { saltOctets: 16, iterations: 4_096 },
  });
  assert.equal((await house.directory.findAccount(login))?.disabled, true, 'a token is refused by that');
  await house.admin.setDomain('otra.test', { disabled: false });
  assert.equal((await logIn(house, login, PASSWORD)).kind, 'accepted');
});
