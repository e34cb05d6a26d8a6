// The embedded directory with the sources of the settings behind it: in its place for everything that it gives. Which sources
// those are may change at any time.

import type { Authenticator } from '#mail/ports/authenticator.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { Log } from '#mail/ports/log.ts';
import type { DirectorySettings } from '#platform/config/directory-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { AcceptedSecrets } from '#platform/directory/accepted-secrets.ts';
import { openDirectory } from '#platform/directory/open-directory.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { ChangingSources, type PreparedSources } from './changing-sources.ts';
import { joinAdmin } from './joined-admin.ts';
import { joinAuthenticator } from './joined-authenticator.ts';
import { joinDirectory } from './joined-directory.ts';

export interface JoinedOptions {
  /** Of the embedded directory; made when it is missing. */
  readonly file: string;
  /** Stays the caller's to close. */
  readonly passwords: PasswordThreads;
  readonly clock: Clock;
  readonly log: Log;
}

export interface JoinedView {
  readonly directory: Directory;
  /** What mail goes by: without the sources that only say who may log in. */
  readonly routed: Directory;
  readonly authenticator: Authenticator;
  readonly admin: DirectoryAdmin;
}

/** Goes by its own sources for ever, in force or not. Closed without `enter`, nothing has changed. */
export interface PreparedDirectory extends JoinedView, AsyncDisposable {
  enter(): void;
}

/** Goes by the sources in force. */
export interface JoinedDirectory extends JoinedView, AsyncDisposable {
  prepare(sources: readonly DirectorySettings[]): PreparedDirectory;
}

/** Throws WorldError when the embedded directory cannot be opened; the sources are asked when somebody asks. */
export function openJoinedDirectory(
  config: Pick<Config, 'directory' | 'recipient_delimiter'>,
  { file, passwords, clock, log }: JoinedOptions,
): JoinedDirectory {
  const { recipient_delimiter: recipientDelimiter } = config;
  const opened = new AsyncDisposableStack();
  const embedded = opened.use(openDirectory({ file, recipientDelimiter, passwords, clock }));
  const hostedDomains = async () => embedded.domainNames();
  const all = opened.use(
    new ChangingSources({
      secrets: { threads: passwords, accepted: new AcceptedSecrets(steadyClock) },
      nowMs: () => steadyClock.nowMs(),
      log,
      hostedDomains,
      ownUid: process.getuid?.() ?? 0,
    }),
  );
  const viewOf = (of: Pick<PreparedSources, 'sources'>): JoinedView => {
    const around = { hostedDomains, recipientDelimiter };
    const world = { ...around, sources: () => of.sources };
    return {
      directory: joinDirectory(embedded.directory, world),
      routed: joinDirectory(embedded.directory, {
        ...around,
        sources: () => of.sources.filter(({ hostsMail }) => hostsMail),
      }),
      authenticator: joinAuthenticator(embedded, world),
      admin: joinAdmin(embedded.admin, world, passwords),
    };
  };
  all.prepare(config.directory).enter();
  return {
    ...viewOf(all),
    prepare(sources) {
      const prepared = all.prepare(sources);
      return { ...viewOf(prepared), enter: prepared.enter, [Symbol.asyncDispose]: prepared[Symbol.asyncDispose] };
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
