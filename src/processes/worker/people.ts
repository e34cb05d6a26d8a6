// Whose mail is here: the accounts of the directory, its sources included, and, where `system_users` is on, the users of the
// machine beside them.

import type { Authenticator } from '#mail/ports/authenticator.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { SystemUsers } from '#mail/ports/system-users.ts';
import type { Config } from '#platform/config/schema.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { createRemoteMailStore } from '#platform/mailbox-link/remote-mail-store.ts';
import { withOpenStore } from '#platform/mailbox-link/user-store.ts';
import { createRemoteLogin } from '#platform/system-users/login-questions.ts';
import { joinMailStores } from './mail-stores.ts';
import { SystemAccounts, withSystemAccounts } from './system-accounts.ts';
import { withSystemLogins } from './system-authenticator.ts';

export interface People {
  readonly directory: Directory;
  readonly authenticator: Authenticator;
  readonly mailStore: MailStore;
}

export interface PeopleSurroundings {
  readonly systemUsers: SystemUsers;
  channelTo(role: string, user?: string): Promise<Channel>;
}

export function gatherPeople(config: Config, hosted: People, { systemUsers, channelTo }: PeopleSurroundings): People {
  if (!config.system_users) return hosted;
  const accounts = new SystemAccounts(systemUsers, config);
  const shadow = createRemoteLogin(() => channelTo('authenticator'));
  const ofUsers = createRemoteMailStore({
    channelOf: withOpenStore((account) => channelTo('mailbox', account), {
      mail_spool_directory: config.mail_spool_directory,
      home_mailbox: config.home_mailbox,
    }),
  });
  return {
    directory: withSystemAccounts(hosted.directory, accounts),
    authenticator: withSystemLogins(hosted.authenticator, accounts, shadow),
    mailStore: joinMailStores(hosted.mailStore, ofUsers),
  };
}
