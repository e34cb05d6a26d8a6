import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { openSyncBeside } from './sync-beside.ts';
import { syncNow } from './sync-now.ts';
import { openSyncer } from './syncer.ts';

/** A disk that takes as long as the list says; it keeps who waited for it. */
function diskTaking(tookMs: readonly number[]) {
  const waited: ('here' | 'beside')[] = [];
  const next = (who: 'here' | 'beside'): number => {
    waited.push(who);
    return tookMs[waited.length - 1] ?? 0;
  };
  const beside = { sync: async () => next('beside'), [Symbol.asyncDispose]: async () => undefined };
  return { waited, ways: { here: () => next('here'), beside } };
}

describe('the syncer', () => {
  it('waits for a fast disk itself, and for one that was slow beside, until it is fast again', async () => {
    const { waited, ways } = diskTaking([0.2, 0.3, 12, 9, 0.4, 0.2]);
    await using syncer = openSyncer(ways);
    for (let i = 0; i < 6; i++) await syncer.sync([3]);
    assert.deepEqual(waited, ['here', 'here', 'here', 'beside', 'beside', 'here']);
  });

  it('a failure is told as the kernel says it, and the next call goes on', async () => {
    const { ways } = diskTaking([]);
    let isBroken = true;
    const here = (): number => {
      if (isBroken) throw Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' });
      return 0.1;
    };
    await using syncer = openSyncer({ ...ways, here });
    await assert.rejects(syncer.sync([3]), { code: 'EIO' });
    isBroken = false;
    await syncer.sync([3]);
  });
});

for (const [name, sync] of [
  ['here', async (descriptors: readonly number[]) => syncNow(descriptors)],
  [
    'beside',
    async (descriptors: readonly number[]) => {
      await using beside = openSyncBeside();
      return await beside.sync(descriptors);
    },
  ],
] as const) {
  it(`a sync ${name} tells how long it took, or what was wrong`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'valija-syncer-'));
    const file = openSync(join(folder, 'file'), 'w');
    writeSync(file, 'octets');
    assert.ok((await sync([file])) > 0);
    const notOnDisk = openSync('/dev/null', 'r');
    await assert.rejects(sync([notOnDisk]), { code: 'EINVAL' });
    for (const descriptor of [file, notOnDisk]) closeSync(descriptor);
    rmSync(folder, { recursive: true });
  });
}
