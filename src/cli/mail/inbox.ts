// Where a user's mail arrives: what MAIL says, where that is not the usual place; else MAILDIR; else at home, where the server
// delivers there (`home_mailbox`); else the mbox in the spool folder.

import { join } from 'node:path';
import type { Config } from '#platform/config/schema.ts';
import { findConfig } from '../sendmail/maildrop-place.ts';
import type { Session } from './session.ts';

const USUAL_SPOOL = '/var/mail';

export function findInbox({ variables, person }: Pick<Session, 'variables' | 'person'>): string {
  const usual = join(USUAL_SPOOL, person.user);
  // Somebody else's mail, `-u`: our own settings say nothing of it.
  if (person.user !== person.loginName)
    return join(findReadableConfig()?.mail_spool_directory ?? USUAL_SPOOL, person.user);
  const named = variables.value('MAIL');
  if (named && named !== usual && named !== join('/var/spool/mail', person.user)) return named;
  const maildir = variables.value('MAILDIR');
  if (maildir) return join(person.home, maildir.startsWith(person.home) ? maildir.slice(person.home.length) : maildir);
  const config = findReadableConfig();
  if (config === undefined) return usual;
  if (config.home_mailbox !== '') return join(person.home, config.home_mailbox);
  return join(config.mail_spool_directory, person.user);
}

/** A server's configuration that is none does not keep people from their mail. */
function findReadableConfig(): Config | undefined {
  try {
    return findConfig(undefined);
  } catch {
    return undefined;
  }
}
