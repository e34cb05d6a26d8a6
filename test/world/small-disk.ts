// A file system of few megabytes, so that a test can fill it.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A `ramfs` knows no way past the kernel's cache, and no limit. */
export function mountSmallDisk(folder: string, megabytes: number, type: 'tmpfs' | 'ramfs' = 'tmpfs'): Disposable {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', type, '-o', `size=${megabytes}m`, type, folder], { stdio: 'ignore' });
  return { [Symbol.dispose]: () => void execFileSync('umount', ['--lazy', folder]) };
}

/** Mounting a small disk takes root; says why not. */
export function smallDiskRefused(): string | false {
  const folder = mkdtempSync(join(tmpdir(), 'valija-mount-'));
  try {
    mountSmallDisk(join(folder, 'disk'), 1)[Symbol.dispose]();
    return false;
  } catch {
    return 'mounting a small disk is not allowed here';
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
