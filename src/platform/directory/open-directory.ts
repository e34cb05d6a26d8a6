// Opens `state/directory.db` and gives the three views of it: who is who, who proves it, and who may change it.

import type { Authenticator } from '#mail/ports/authenticator.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { PasswordThreads } from '#platform/passwords/password-threads.ts';
import { AcceptedSecrets } from './accepted-secrets.ts';
import { accountAdmin } from './account-admin.ts';
import { aliasAdmin } from './alias-admin.ts';
import { DirectoryDatabase } from './database.ts';
import { domainAdmin, domainNames } from './domain-admin.ts';
import { passwordAuthenticator } from './password-authenticator.ts';
import { sqliteDirectory } from './sqlite-directory.ts';

export interface DirectoryOptions {
  /** Made when it is missing. */
  readonly file: string;
  /** `+`, `+-`: each of these characters; the empty text turns plus-addresses off. */
  readonly recipientDelimiter: string;
  /** Stays the caller's to close. */
  readonly passwords: PasswordThreads;
  readonly clock: Clock;
}

export interface OpenDirectory extends Disposable {
  readonly directory: Directory;
  readonly authenticator: Authenticator;
  readonly admin: DirectoryAdmin;
  /** The names of its domains; less work than `admin.listDomains`, which counts what is in each. */
  domainNames(): readonly string[];
}

/** Throws WorldError when the file cannot be opened or was written by a newer version. */
export function openDirectory({ file, recipientDelimiter, passwords, clock }: DirectoryOptions): OpenDirectory {
  const database = new DirectoryDatabase(file);
  return {
    directory: sqliteDirectory(database, recipientDelimiter),
    authenticator: passwordAuthenticator(database, passwords, new AcceptedSecrets(clock)),
    admin: {
      ...domainAdmin(database, clock),
      ...accountAdmin(database, clock, passwords),
      ...aliasAdmin(database, clock),
    },
    domainNames: () => domainNames(database),
    [Symbol.dispose]: () => database[Symbol.dispose](),
  };
}
