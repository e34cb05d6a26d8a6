import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { takeOwnership } from '#platform/files/owner-lock.ts';
import { CommandFailure, EXIT } from './exit-code.ts';
import { prepareStateForCommand } from './prepare-state.ts';

function preparedState(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'valija-prepared-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  prepareStateForCommand(folder);
  return folder;
}

const refuses = (folder: string, text: RegExp) =>
  assert.throws(
    () => prepareStateForCommand(folder),
    (failure) =>
      failure instanceof CommandFailure && failure.exitCode === EXIT.configuration && text.test(failure.message),
  );

describe('a state that another process is just preparing', () => {
  it('is left to it', (t) => {
    const folder = preparedState(t);
    using _starting = takeOwnership(folder);
    prepareStateForCommand(folder);
  });

  it('is refused all the same where it is of a newer version', (t) => {
    const folder = preparedState(t);
    const version = join(folder, 'VERSION');
    writeFileSync(version, '7\nwritten by Valija 3.1.4\n');
    using _starting = takeOwnership(folder);
    refuses(folder, /is of version 7, written by Valija 3\.1\.4/);
    assert.equal(readFileSync(version, 'utf8'), '7\nwritten by Valija 3.1.4\n');
  });

  it('is refused all the same where the directory is damaged', (t) => {
    const folder = preparedState(t);
    writeFileSync(join(folder, 'directory.db'), Buffer.alloc(40_960, 7));
    using _starting = takeOwnership(folder);
    refuses(folder, /directory\.db cannot be used: file is not a database/);
  });
});
