// Logins of the machine's users beside those of the directory. A bare name is a user's of the machine, where there is one;
// their passwords are judged by the authenticator process, which alone may see the hashes. There are no SCRAM keys of them.

import { WorldError } from '#base/world-error.ts';
import type { Authenticator, PasswordCheck } from '#mail/ports/authenticator.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { ShadowLogin } from '#platform/system-users/shadow-login.ts';
import type { SystemAccounts } from './system-accounts.ts';

export function withSystemLogins(
  directory: Authenticator,
  accounts: SystemAccounts,
  shadow: ShadowLogin,
): Authenticator {
  return {
    async checkPassword(login, password) {
      try {
        const account = await accounts.findByLogin(login);
        return account === undefined
          ? await directory.checkPassword(login, password)
          : await check(account, password, shadow);
      } catch (cause) {
        if (cause instanceof WorldError) return { kind: 'unavailable' };
        throw cause;
      }
    },
    // Of users of the machine, too: they have no keys, so that all of their names are made from what is written.
    nameOf: (login) => directory.nameOf(login),
    async findScramKeys(question) {
      const isOfMachine = (await accounts.findByLogin(question.login)) !== undefined;
      return isOfMachine ? { kind: 'none', reason: 'no-keys' } : await directory.findScramKeys(question);
    },
  };
}

async function check(account: Account, password: string, shadow: ShadowLogin): Promise<PasswordCheck> {
  const answer = await shadow.check(account.id, password);
  if (answer === 'yes') return { kind: 'accepted', account };
  return answer === 'later' ? { kind: 'unavailable' } : { kind: 'rejected', reason: 'wrong-password' };
}
