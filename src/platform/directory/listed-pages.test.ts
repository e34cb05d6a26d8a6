import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openWorld } from '../../../test/world/small-directory.ts';

test('long lists are by domain and address, whole, and let others have their turn meanwhile', async () => {
  await using world = await openWorld();
  const { admin } = world;
  for (const domain of ['valija.test', 'escuela.test']) await admin.addDomain(domain, {});
  const numbers = Array.from({ length: 650 }, (_, at) => 1_000 + at);
  for (const number of numbers) {
    await admin.addAccount(`${number}@valija.test`, undefined, {});
    await admin.addAlias(`${number}@escuela.test`, [`${number}@valija.test`]);
  }
  await admin.addAccount('999@escuela.test', undefined, {});
  const all = numbers.map((number) => `${number}@valija.test`);

  let turns = 0;
  let isListing = true;
  const count = () => {
    turns += 1;
    if (isListing) setImmediate(count);
  };
  setImmediate(count);
  const accounts = (await admin.listAccounts(undefined)).map(({ id }) => String(id));
  isListing = false;
  assert.ok(turns > 0);
  assert.deepEqual(accounts, ['999@escuela.test', ...all]);
  assert.deepEqual(
    (await admin.listAccounts('valija.test')).map(({ id }) => String(id)),
    all,
  );
  assert.equal((await admin.listAliases('escuela.test')).length, 650);
  assert.deepEqual(await admin.listAliases('valija.test'), []);
});
