// The embedded directory with the sources of the settings behind it: in its place for everything that it gives.

import type { Clock } from '#mail/ports/clock.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Config } from '#platform/config/schema.ts';
import { AcceptedSecrets } from '#platform/directory/accepted-secrets.ts';
import { type OpenDirectory, openDirectory } from '#platform/directory/open-directory.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { joinAdmin } from './joined-admin.ts';
import { joinAuthenticator } from './joined-authenticator.ts';
import { joinDirectory } from './joined-directory.ts';
import { openSources } from './open-sources.ts';

export interface JoinedOptions {
  /** Of the embedded directory; made when it is missing. */
  readonly file: string;
  /** Stays the caller's to close. */
  readonly passwords: PasswordThreads;
  readonly clock: Clock;
  readonly log: Log;
}

export interface JoinedDirectory extends Omit<OpenDirectory, typeof Symbol.dispose>, AsyncDisposable {
  /** What mail goes by: without the sources that only say who may log in. */
  readonly routed: Directory;
}

/** Throws WorldError when the embedded directory cannot be opened; the sources are asked when somebody asks. */
export function openJoinedDirectory(
  config: Pick<Config, 'directory' | 'recipient_delimiter'>,
  { file, passwords, clock, log }: JoinedOptions,
): JoinedDirectory {
  const { recipient_delimiter: recipientDelimiter } = config;
  const opened = new AsyncDisposableStack();
  const { directory, authenticator, admin } = opened.use(openDirectory({ file, recipientDelimiter, passwords, clock }));
  const close = { [Symbol.asyncDispose]: () => opened.disposeAsync() };
  if (config.directory.length === 0) return { directory, routed: directory, authenticator, admin, ...close };
  const hostedDomains = async () => (await admin.listDomains()).map(({ name }) => name);
  const { sources } = opened.use(
    openSources(config.directory, {
      secrets: { threads: passwords, accepted: new AcceptedSecrets(steadyClock) },
      nowMs: () => steadyClock.nowMs(),
      log,
      hostedDomains,
      ownUid: process.getuid?.() ?? 0,
    }),
  );
  const world = { sources, hostedDomains, recipientDelimiter };
  return {
    directory: joinDirectory(directory, world),
    routed: joinDirectory(directory, { ...world, sources: sources.filter(({ hostsMail }) => hostsMail) }),
    authenticator: joinAuthenticator({ directory, authenticator }, world),
    admin: joinAdmin(admin, world, passwords),
    ...close,
  };
}
