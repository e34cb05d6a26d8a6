// The directory of the running server, asked over its control socket: the same interface as the one on the disk, so
// that a command does not know which it has.

import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import { type Ask, askFor } from './ask-for.ts';

export function remoteDirectory(ask: Ask, goneText: string): DirectoryAdmin {
  const outcome = <T>(method: string, params: object) => askFor<T>(ask, goneText, method, params);
  async function list<T>(method: string, params: object): Promise<T[]> {
    const answer = await outcome<T[]>(method, params);
    return answer.ok ? answer.value : [];
  }

  return {
    addDomain: (name, settings) => outcome('domain.add', { name, ...settings }),
    listDomains: () => list('domain.list', {}),
    showDomain: (name) => outcome('domain.show', { name }),
    setDomain: (name, settings) => outcome('domain.set', { name, ...settings }),
    removeDomain: (name) => outcome('domain.remove', { name }),

    addAccount: (address, password, settings) => outcome('account.add', { address, password, ...settings }),
    listAccounts: (domain) => list('account.list', { domain }),
    showAccount: (address) => outcome('account.show', { address }),
    setAccount: (address, settings) => outcome('account.set', { address, ...settings }),
    removeAccount: (address) => outcome('account.remove', { address }),
    setPassword: (address, password) => outcome('account.password', { address, password }),
    setPasswordHash: (address, hash) => outcome('account.password-hash', { address, hash }),

    addAlias: (address, targets) => outcome('alias.add', { address, targets }),
    listAliases: (domain) => list('alias.list', { domain }),
    showAlias: (address) => outcome('alias.show', { address }),
    setAlias: (address, targets) => outcome('alias.set', { address, targets }),
    removeAlias: (address) => outcome('alias.remove', { address }),
  };
}
