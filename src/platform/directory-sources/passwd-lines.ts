// The lines of a passwd-file as accounts, by every address they answer to. A name without a domain is of the one domain that
// the file is for.

import { withoutByteOrderMark } from '#base/byte-order-mark.ts';
import { type Fields, listOf } from '#mail/directory-sources/account-fields.ts';
import { parsePasswdLine } from '#mail/directory-sources/passwd-line.ts';
import { foldAddress, parseAddress } from '#platform/directory/addresses.ts';
import { forEachInTurns } from '#platform/tables/in-turns.ts';

export interface PasswdLines {
  /** By address, or `@domain` for who catches all; the field `user` is the account's own address. */
  readonly byAddress: ReadonlyMap<string, Fields>;
  /** By own address. */
  readonly accounts: ReadonlyMap<string, Fields>;
}

export interface LineReading {
  readonly path: string;
  /** Of names without one; `undefined` where the file has several. */
  readonly domain: string | undefined;
  readonly warn: (text: string) => void;
}

/** A line that cannot be read is told, and stops nobody else's. */
export async function readPasswdLines(text: string, { path, domain, warn }: LineReading): Promise<PasswdLines> {
  const accounts = new Map<string, Fields>();
  let number = 0;
  await forEachInTurns(withoutByteOrderMark(text).split('\n'), (line) => {
    number++;
    const complain = (complaint: string) => warn(`${path}:${number}: ${complaint}; ignored`);
    const entry = parsePasswdLine(line.replace(/\r$/, ''));
    if (!entry.ok) return complain(entry.error);
    if (entry.value === undefined) return;
    const address = addressOf(entry.value.user, domain);
    if (address === undefined) return complain(`"${entry.value.user}" is no address, and the file has no one domain`);
    if (accounts.has(address)) return complain(`${address} stands here twice`);
    accounts.set(address, new Map([...entry.value.fields, ['user', [address]]]));
  });
  return { accounts, byAddress: await indexAddresses(accounts) };
}

/** `usuario1`, `usuario1@valija.test`: as it is stored. */
export function addressOf(user: string, domain: string | undefined): string | undefined {
  const address = parseAddress(user.includes('@') ? user : `${user}@${domain ?? ''}`);
  return address.ok ? foldAddress(address.value) : undefined;
}

/** An own address stands above another's further one. */
async function indexAddresses(accounts: ReadonlyMap<string, Fields>): Promise<ReadonlyMap<string, Fields>> {
  const byAddress = new Map(accounts);
  await forEachInTurns(accounts.values(), (fields) => {
    for (const text of listOf(fields, 'addresses')) {
      const address = text.startsWith('@') ? text.toLowerCase() : addressOf(text, undefined);
      if (address !== undefined && !byAddress.has(address)) byAddress.set(address, fields);
    }
  });
  return byAddress;
}
