// The keys of a state, as the server uses and administers them.

import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { Signer } from '#mail/ports/signer.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';
import { BodyHashes } from './body-hashes.ts';
import { KeyAdmin } from './key-admin.ts';
import { KeyFiles } from './key-files.ts';
import { KeyRing, type KeyRingWorld } from './key-ring.ts';
import { SigningThreads } from './signing-threads.ts';

const DAY_MS = 86_400_000;

export interface DkimKeySettings {
  readonly queueLifetimeMs: number;
  /** A DNS that remembers nothing of former questions. */
  readonly openDns: () => Resolver & AsyncDisposable;
}

export interface DkimKeysOptions extends DkimKeySettings {
  readonly folder: string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface SignerAlone extends AsyncDisposable {
  readonly signer: Signer;
}

export interface DkimKeys extends AsyncDisposable {
  readonly signer: Signer;
  readonly admin: SigningKeyAdmin;
  /** What is on the disk now is in force at once. */
  reload(settings: DkimKeySettings): void;
}

export function openDkimKeys({ folder, clock, log, ...initial }: DkimKeysOptions): DkimKeys {
  let settings: DkimKeySettings = initial;
  const files = new KeyFiles(folder);
  const opened = new AsyncDisposableStack();
  const ring = openRing(opened, { files, clock, log });
  const admin = new KeyAdmin({
    files,
    clock,
    overlapMs: () => overlapOf(settings),
    openDns: () => settings.openDns(),
    onChange: () => ring.forget(),
  });
  return {
    signer: ring,
    admin,
    reload(changed) {
      settings = changed;
      ring.forget();
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** To sign only: where mail is judged without effect. */
export function openSigner({ folder, clock, log }: Omit<DkimKeysOptions, keyof DkimKeySettings>): SignerAlone {
  const opened = new AsyncDisposableStack();
  const signer = openRing(opened, { files: new KeyFiles(folder), clock, log });
  return { signer, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function openRing(opened: AsyncDisposableStack, world: Pick<KeyRingWorld, 'files' | 'clock' | 'log'>): KeyRing {
  const threads = opened.use(new SigningThreads());
  return new KeyRing({ ...world, threads, bodies: opened.use(new BodyHashes()) });
}

/** Without a server: to administer them only. */
export function openKeyAdmin({ folder, clock, ...settings }: Omit<DkimKeysOptions, 'log'>): SigningKeyAdmin {
  return new KeyAdmin({
    files: new KeyFiles(folder),
    clock,
    overlapMs: () => overlapOf(settings),
    openDns: settings.openDns,
    onChange: () => undefined,
  });
}

/** How long mail that was signed may be under way. */
function overlapOf({ queueLifetimeMs }: DkimKeySettings): number {
  return queueLifetimeMs + DAY_MS;
}
