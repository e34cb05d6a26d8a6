import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { mountSmallDisk, smallDiskRefused } from '../../../test/world/small-disk.ts';
import { examineDisks } from './disk-room.ts';

const SETTINGS = { message_size_limit: 512 * 1024 };

test('[C67] a disk of the queue alone, or of the journal, is looked at, each file system once', {
  skip: smallDiskRefused(),
}, () => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-disks-'));
  const [state, base] = [join(folder, 'state'), join(folder, 'mail')];
  mkdirSync(base);
  {
    using _journal = mountSmallDisk(join(state, 'journal'), 16);
    using _queue = mountSmallDisk(join(state, 'queue'), 4);
    writeFileSync(join(state, 'queue', 'ballast'), Buffer.alloc(3 * 1024 * 1024 + 512 * 1024));
    const findings = examineDisks({ ...SETTINGS, state_directory: state, virtual_mailbox_base: base });
    const about = (path: string) => findings.filter(({ subject }) => subject === path).map(({ rule }) => rule);
    assert.deepEqual(about(join(state, 'queue')), ['disk-full']);
    assert.deepEqual(about(join(state, 'journal')), ['disk-fine']);
    assert.deepEqual(about(base), [], 'the same as the state');
  }
  rmSync(folder, { recursive: true });
});
