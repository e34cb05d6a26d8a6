// A Debian package that cannot be installed beside another: fetched, and unpacked into a folder of its own.

import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface UnpackedPackage extends Disposable {
  /** Its files, as they would lie in `/`. */
  readonly root: string;
}

/** `undefined` where no package comes. */
export function unpackPackage(name: string): UnpackedPackage | undefined {
  const folder = mkdtempSync(join(tmpdir(), `${name}-package-`));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const root = join(folder, 'root');
  spawnSync('apt-get', ['download', name], { cwd: folder, timeout: 60_000 });
  const [file] = readdirSync(folder).filter((entry) => entry.startsWith(`${name}_`));
  if (file !== undefined) spawnSync('dpkg', ['-x', join(folder, file), root]);
  if (existsSync(root)) {
    chmodSync(folder, 0o755);
    return { root, [Symbol.dispose]: remove };
  }
  remove();
  return undefined;
}
