// A copy of the checkout that every user of the machine can read: for tests that run as root and start processes as others.

import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const CHECKOUT = resolve(import.meta.dirname, '../..');

export interface ReadableCheckout extends Disposable {
  /** Open to all; the copy lies in it. */
  readonly folder: string;
  readonly checkout: string;
}

export function copyCheckout(): ReadableCheckout {
  const folder = mkdtempSync(join(tmpdir(), 'valija-root-'));
  chmodSync(folder, 0o755);
  const checkout = join(folder, 'checkout');
  mkdirSync(checkout);
  for (const name of ['bin', 'src', 'test/world', 'packaging/systemd', 'package.json']) {
    cpSync(join(CHECKOUT, name), join(checkout, name), { recursive: true });
  }
  symlinkSync(join(CHECKOUT, 'node_modules'), join(checkout, 'node_modules'));
  return { folder, checkout, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}
