// The keys of a state, as the server uses and administers them.

import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Signer } from '#mail/ports/signer.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';
import { KeyAdmin } from './key-admin.ts';
import { KeyFiles } from './key-files.ts';
import { KeyRing } from './key-ring.ts';
import { SigningThreads } from './signing-threads.ts';

const DAY_MS = 86_400_000;

export interface DkimKeysOptions {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly queueLifetimeMs: number;
}

export interface DkimKeys extends AsyncDisposable {
  readonly signer: Signer;
  readonly admin: SigningKeyAdmin;
  /** What is on the disk now is in force at once. */
  reload(queueLifetimeMs: number): void;
}

export function openDkimKeys({ folder, clock, log, queueLifetimeMs }: DkimKeysOptions): DkimKeys {
  let overlapMs = queueLifetimeMs + DAY_MS;
  const files = new KeyFiles(folder);
  const threads = new SigningThreads();
  const ring = new KeyRing({ files, threads, clock, log });
  const admin = new KeyAdmin({ files, clock, overlapMs: () => overlapMs, onChange: () => ring.forget() });
  return {
    signer: ring,
    admin,
    reload(lifetimeMs) {
      overlapMs = lifetimeMs + DAY_MS;
      ring.forget();
    },
    [Symbol.asyncDispose]: () => threads[Symbol.asyncDispose](),
  };
}

/** Without a server: to administer them only. */
export function openKeyAdmin({ folder, clock, queueLifetimeMs }: Omit<DkimKeysOptions, 'log'>): SigningKeyAdmin {
  const overlapMs = queueLifetimeMs + DAY_MS;
  return new KeyAdmin({ files: new KeyFiles(folder), clock, overlapMs: () => overlapMs, onChange: () => undefined });
}
