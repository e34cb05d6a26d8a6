import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapLookup } from './lookup.ts';
import { ReloadingTable } from './reloading-table.ts';

test('[C66] a new version that the system does not let us read for a while is read later, and warned of once', async () => {
  const warnings: string[] = [];
  let nowMs = 0;
  let version = 1;
  let failure: Error | undefined;
  let loads = 0;
  const source = {
    fingerprint: () => `version ${version}`,
    load: async () => {
      loads++;
      if (failure !== undefined) throw failure;
      return { lookup: mapLookup(new Map([['a', `version ${version}`]])) };
    },
  };
  const settings = { name: 'texthash:/x', isPattern: false, foldsKeys: true, nowMs: () => nowMs };
  await using table = await ReloadingTable.open(source, { ...settings, warn: (text) => warnings.push(text) });
  const findLater = (): Promise<string | undefined> => {
    nowMs += 1_000;
    return table.find('a');
  };
  version = 2;
  failure = Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' });
  for (let second = 0; second < 3; second++) assert.equal(await findLater(), 'version 1');
  assert.deepEqual(warnings, ['texthash:/x: EMFILE: too many open files; what was read before stays in use']);
  failure = undefined;
  assert.equal(await findLater(), 'version 2');
  failure = new Error('/x:3: a mistake');
  version = 3;
  for (let second = 0; second < 3; second++) assert.equal(await findLater(), 'version 2');
  assert.deepEqual([loads, warnings.length], [6, 2], 'a mistake in the file stays one until the file changes');
});
