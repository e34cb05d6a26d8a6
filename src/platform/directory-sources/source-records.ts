// An account of a source as administrators see it: the scheme of its password, never the hash, and why nobody can log in.

import type { Result } from '#base/result.ts';
import { type Fields, readAccount, type SourceAccount } from '#mail/directory-sources/account-fields.ts';
import type { SourceRecord } from '#mail/directory-sources/directory-source.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Account } from '#mail/ports/directory.ts';
import { foldAddress, parseAddress } from '#platform/directory/addresses.ts';
import { type KeptHash, parseHash, withScheme } from '#platform/passwords/schemes.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { ListedAnswer } from './backend.ts';

/** `login`: as far as it is known. */
export function recordOf(account: Account, login: SourceAccount | undefined, defaultScheme: string): SourceRecord {
  const hash = login?.password === undefined ? undefined : readHash(login.password, defaultScheme);
  const complaint = hash === undefined || hash.ok ? undefined : hash.error;
  return {
    account,
    passwordScheme: hash?.ok === true ? hash.value.scheme : undefined,
    problem: login?.loginRefusal ?? complaint,
  };
}

/** What cannot be read is listed, too, with the reason. */
export function listedRecord({ address, fields, problem }: ListedAnswer, defaultScheme: string): SourceRecord {
  const read = readFields(fields, address);
  if (!read.ok) return { account: bareAccount(address), passwordScheme: undefined, problem: problem ?? read.error };
  const record = recordOf(read.value.account, read.value, defaultScheme);
  return problem === undefined ? record : { ...record, problem };
}

export function readFields(fields: Fields, asked: AddrSpec): Result<SourceAccount, string> {
  return readAccount(fields, asked, foldText);
}

export function readHash(text: string, defaultScheme: string): Result<KeptHash, string> {
  return parseHash(withScheme(text, defaultScheme));
}

function bareAccount(address: AddrSpec): Account {
  const id = foldAddress(address) as AccountId;
  return { id, displayName: undefined, addresses: [formatAddrSpec(address)], disabled: false, quotaBytes: 0 };
}

function foldText(text: string): string | undefined {
  const address = parseAddress(text);
  return address.ok ? foldAddress(address.value) : undefined;
}
