// What a source says of an account, as named fields, and the account that they make. The names are Dovecot's (`user`,
// `password`, `quota_rule`, `nologin` …), with or without `userdb_`; `name`, `addresses` and `disabled` are ours.

import { err, ok, type Result } from '#base/result.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { parseQuotaRule, parseSize } from './quota-rule.ts';

/** A field may have several values: an attribute of LDAP. */
export type Fields = ReadonlyMap<string, readonly string[]>;

export interface SourceAccount {
  readonly account: Account;
  /** As the source keeps it, with or without a scheme. */
  readonly password: string | undefined;
  /** Why nobody may log in to it, whatever the password. */
  readonly loginRefusal: string | undefined;
}

/** Texts of addresses into what they are stored as; `undefined` for what is none. */
export type FoldAddress = (text: string) => string | undefined;

/** They say yes by being there, and no by one of these. */
const NO = new Set(['', '0', 'n', 'no', 'f', 'false', 'off']);

/** `asked`: the address that was asked for, folded; it names the account unless the field `user` does. */
export function readAccount(fields: Fields, asked: AddrSpec, fold: FoldAddress): Result<SourceAccount, string> {
  const own = findOwnAddress(fields, asked, fold);
  if (!own.ok) return own;
  const quota = findQuota(fields);
  if (!quota.ok) return quota;
  const addresses = new Set([own.value]);
  for (const text of listOf(fields, 'addresses')) {
    // `@example.org` makes it the catch-all of that domain, and is no address of its own.
    const address = text.startsWith('@') ? undefined : fold(text);
    if (address !== undefined) addresses.add(address);
  }
  return ok({
    account: {
      id: own.value as AccountId,
      displayName: firstOf(fields, 'name'),
      addresses: [...addresses],
      disabled: isSaid(fields, 'disabled'),
      quotaBytes: quota.value,
    },
    password: firstOf(fields, 'password'),
    loginRefusal: findRefusal(fields),
  });
}

/** The values of a field, with or without `userdb_`. */
function valuesOf(fields: Fields, name: string): readonly string[] {
  return fields.get(name) ?? fields.get(`userdb_${name}`) ?? [];
}

/** Several addresses, in several values or in one with commas. */
export function listOf(fields: Fields, name: string): string[] {
  return valuesOf(fields, name)
    .flatMap((value) => value.split(/[\s,]+/))
    .filter((text) => text !== '');
}

function firstOf(fields: Fields, name: string): string | undefined {
  return valuesOf(fields, name)[0] || undefined;
}

function isSaid(fields: Fields, name: string): boolean {
  const [value] = valuesOf(fields, name);
  return value !== undefined && !NO.has(value.toLowerCase());
}

/** A name without a domain is of the domain that was asked for. */
function findOwnAddress(fields: Fields, asked: AddrSpec, fold: FoldAddress): Result<string, string> {
  const user = firstOf(fields, 'user');
  const written = user ?? asked.localPart;
  const address = fold(written.includes('@') ? written : `${written}@${asked.domain}`);
  return address === undefined ? err(`the field "user" is no address: "${written}"`) : ok(address);
}

function findQuota(fields: Fields): Result<number, string> {
  for (const rule of valuesOf(fields, 'quota_rule')) {
    const bytes = parseQuotaRule(rule);
    if (!bytes.ok) return bytes;
    if (bytes.value !== undefined) return ok(bytes.value);
  }
  const size = firstOf(fields, 'quota_storage_size');
  if (size === undefined) return ok(0);
  const bytes = parseSize(size, 1);
  return bytes === undefined ? err(`"${size}" is no size; the form is 1G`) : ok(bytes);
}

/** Whoever limits a login by something that is not checked here must not get one without the limit. */
function findRefusal(fields: Fields): string | undefined {
  const said = ['nologin', 'noauthenticate', 'nopassword'].find((name) => isSaid(fields, name));
  if (said !== undefined) return `it has the field ${said}`;
  return valuesOf(fields, 'allow_nets').length === 0
    ? undefined
    : 'it has the field allow_nets, which is not supported: take it away, or keep the account elsewhere';
}
