import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { syncFileSystems } from './file-system-sync.ts';

test('what cannot be synced is a failure that may pass', async () => {
  await syncFileSystems([tmpdir()]);
  await assert.rejects(
    syncFileSystems([tmpdir(), '/nowhere/at/all']),
    (cause: unknown) => cause instanceof WorldError && cause.transient && /ENOENT/.test(cause.message),
  );
});
