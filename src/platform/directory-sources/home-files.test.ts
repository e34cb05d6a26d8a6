import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { logIn, openDirectoryHouse } from '../../../test/world/joined-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'valija-home-files-'));
after(() => rmSync(folder, { recursive: true }));

test('[C68] a name that is longer than a file may be called is nobody, and no trouble of the server’s', async () => {
  mkdirSync(join(folder, 'ana'));
  writeFileSync(join(folder, 'ana', 'passwd'), 'ana:{PLAIN}secreto de ana:::::\n', { mode: 0o600 });
  const path = join(folder, '%n', 'passwd');
  await using house = await openDirectoryHouse([{ type: 'passwd-file', domains: ['otra.test'], path }]);
  const find = (localPart: string) => house.directory.lookUpRecipient({ localPart, domain: 'otra.test' });
  assert.equal((await find('ana')).kind, 'account');
  // Each mark is three letters in the name of a folder.
  assert.equal((await find('!'.repeat(100))).kind, 'unknown-user');
  assert.equal((await logIn(house, `${'!'.repeat(100)}@otra.test`, 'x')).kind, 'rejected');
});
