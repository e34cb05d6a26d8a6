// virtual_mailbox_maps: whose mail lies where, below virtual_mailbox_base. `valija.test/info/` is a Maildir and an account
// of the store's, `valija.test/info` an mbox file. Postfix's virtual(8).

import type { AccountId } from '#mail/ports/account.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { addressKeys, findInTables } from './address-lookup.ts';
import { findPostmaster, isPostmaster } from './postmaster.ts';
import type { Pending } from './route-search.ts';
import type { RouteQuestion } from './routing-world.ts';

/** Throws WorldError when a table cannot be asked. */
export async function resolveVirtualMailbox(question: RouteQuestion, { address, owner }: Pending): Promise<void> {
  const { context, search, sender } = question;
  const { settings, tables } = context;
  const match = await findInTables(tables.virtual_mailbox_maps, addressKeys(address, settings, false));
  if (match === undefined) {
    if (isPostmaster(address)) return await findPostmaster(question, address);
    return search.refuseUnknown(address, 'virtual mailbox table');
  }
  const path = match.value.trim();
  if (path.endsWith('/')) {
    const id = accountOfPath(path);
    if (id === undefined) {
      return search.giveUp(
        `${match.table}: ${match.key}: a Maildir is DOMAIN/USER/ below virtual_mailbox_base, not ${path}`,
      );
    }
    const account = { id, displayName: undefined, addresses: [id], disabled: false, quotaBytes: 0 };
    return search.arriveAtAccount('virtual-mailbox', address, account);
  }
  if (!isBelowBase(path))
    return search.giveUp(`${match.table}: ${match.key}: a path below virtual_mailbox_base, not ${path}`);
  const file = `${settings.virtual_mailbox_base}/${path}`;
  const nextHop = { transport: 'file', path: file, user: settings.mail_owner } as const;
  search.arriveAtNextHop('virtual-mailbox', address, nextHop, sender === undefined ? undefined : owner);
}

/** `valija.test/info/` → `info@valija.test`, the name under which the store has that Maildir. */
function accountOfPath(path: string): AccountId | undefined {
  const [domain = '', user = '', end, ...more] = path.split('/');
  const name = parseDomainName(domain);
  if (end !== '' || more.length > 0 || !name.ok || name.value !== domain || !isBelowBase(user)) return undefined;
  return `${user}@${domain}` as AccountId;
}

/** Relative, and no part of it leads up. */
function isBelowBase(path: string): boolean {
  return !/[\x00-\x1f\x7f]/.test(path) && path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}
