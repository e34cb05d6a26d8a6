// One mail store in front of two: the worker's own for hosted accounts, and for each user of the machine that of their own
// process.

import type { AccountId } from '#mail/ports/account.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import { isSystemAccount } from './system-accounts.ts';

const METHODS = [
  'listMailboxes',
  'createMailbox',
  'deleteMailbox',
  'renameMailbox',
  'setSubscribed',
  'status',
  'quotaUsage',
  'openMailbox',
  'append',
  'copy',
  'move',
  'changeFlags',
  'expunge',
  'prepareFetch',
  'openMessages',
  'openMessage',
  'refresh',
  'watch',
] as const satisfies readonly (keyof MailStore)[];

export function joinMailStores(hosted: MailStore, ofUsers: MailStore): MailStore {
  const joined = METHODS.map((method) => {
    const choose = (account: AccountId, ...rest: readonly unknown[]): unknown => {
      const store = isSystemAccount(account) ? ofUsers : hosted;
      // Every method begins with the account; the rest is what that method takes.
      return (store[method] as (...args: readonly unknown[]) => unknown).call(store, account, ...rest);
    };
    return [method, choose];
  });
  return Object.fromEntries(joined);
}
