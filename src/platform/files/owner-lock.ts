// One state, one server: the owner holds an exclusive transaction on `owner.lock`. SQLite's lock is the kernel's, so it
// is free again the moment its holder is gone, kill -9 included; nothing stale is ever left behind.

import { mkdirSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WorldError } from '#base/world-error.ts';

/**
 * `undefined` when another server owns this state, and goes on doing so for `waitMs`. Throws WorldError when the folder
 * cannot be written.
 */
export function takeOwnership(stateDirectory: string, waitMs = 0): Disposable | undefined {
  const file = join(stateDirectory, 'owner.lock');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(stateDirectory, { recursive: true, mode: 0o750 });
    database = new DatabaseSync(file, { timeout: waitMs });
    database.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    database?.close();
    if (cause instanceof Error && 'errcode' in cause && cause.errcode === SQLITE_BUSY) return undefined;
    throw new WorldError(`take ${file}`, { transient: false, cause: foreignOwner(stateDirectory, cause) ?? cause });
  }
  const owned = database;
  return { [Symbol.dispose]: () => owned.close() };
}

/** `mail_owner` is another than before, or root has made it: that is why, whatever the system calls it. */
function foreignOwner(folder: string, cause: unknown): Error | undefined {
  const { uid: own, username } = userInfo();
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid ?? own;
  if (own === 0 || owner === own) return undefined;
  const text = `it belongs to the user with uid ${owner}, and the server runs as ${username} (uid ${own}): chown -R ${username}: ${folder}`;
  return new Error(text, { cause });
}

const SQLITE_BUSY = 5;
