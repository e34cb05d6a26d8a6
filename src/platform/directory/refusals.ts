// Every refusal of the directory, by name: what is wrong and what to do, for the person who asked.

import { err, type Result } from '#base/result.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';
import { LEAST_SECRET_CHARACTERS, MOST_SECRET_OCTETS } from '#platform/passwords/secret.ts';

const PHRASES = {
  'domain-malformed': ['invalid', '«{given}» is not a domain name; the form is example.org'],
  'domain-exists': ['exists', 'the domain {domain} exists already'],
  'domain-not-found': ['not-found', 'there is no domain {domain} here; make it with: valija domain add {domain}'],
  'domain-in-use': [
    'in-use',
    'the domain {domain} still has {accounts} accounts and {aliases} aliases; remove them first',
  ],
  'domain-of-address': [
    'in-use',
    '{address} is still an address of {account}; take it away first: valija account set {account} --remove-address {address}',
  ],
  'catch-all-not-account': [
    'not-found',
    'the catch-all address {address} is no account of this server; make the account first',
  ],

  'address-malformed': ['invalid', '«{given}» is not a mail address; the form is user@example.org'],
  'address-taken-by-account': ['exists', 'the address {address} belongs to the account {owner} already'],
  'address-taken-by-alias': ['exists', 'the address {address} is an alias already; see: valija alias show {address}'],
  'address-not-of-account': ['not-found', 'the account {account} does not have the address {address}'],
  'own-address-stays': ['invalid', '{address} is the name of the account itself and cannot be taken from it'],

  'account-exists': ['exists', 'the account {address} exists already'],
  'account-not-found': ['not-found', 'there is no account {address}; see: valija account list'],
  'account-elsewhere': ['invalid', '{address} comes from the directory {source}; change it there'],
  'account-catches-all': [
    'in-use',
    '{address} is the catch-all of {domain}; change that first: valija domain set {domain} --no-catch-all',
  ],
  'display-name-malformed': ['invalid', 'a display name has at most {most} characters, and no control characters'],
  'quota-malformed': ['invalid', 'a quota is a whole number of bytes from 0 (no limit) to {most}'],
  'hash-malformed': ['invalid', '{reason}'],

  'alias-exists': ['exists', 'the alias {address} exists already; change it with: valija alias set {address} TARGET…'],
  'alias-not-found': ['not-found', 'there is no alias {address}; see: valija alias list'],
  'alias-without-targets': ['invalid', 'the alias {address} needs at least one address to lead to'],
  'alias-too-many-targets': ['invalid', 'an alias leads to at most {most} addresses'],
  'alias-to-itself': ['invalid', 'the alias {address} cannot lead to itself alone'],

  'password-too-short': ['invalid', `a password has at least ${LEAST_SECRET_CHARACTERS} characters`],
  'password-too-long': ['invalid', `a password has at most ${MOST_SECRET_OCTETS} octets`],
  'password-control-character': ['invalid', 'a password cannot contain control characters (tabs, line ends …)'],
  'password-unusable-character': ['invalid', 'the password contains characters that mail programs cannot send'],
} as const satisfies Record<string, readonly [code: Refusal['code'], message: string]>;

export type RefusalPhrase = keyof typeof PHRASES;

export function refuse(
  phrase: RefusalPhrase,
  details: Readonly<Record<string, string | number>> = {},
): { readonly ok: false; readonly error: Refusal } {
  const [code, template] = PHRASES[phrase];
  const values = Object.fromEntries(Object.entries(details).map(([name, value]) => [name, String(value)]));
  const message = template.replace(/\{(\w+)\}/g, (gap, name: string) => values[name] ?? gap);
  return err({ code, message, phrase, details: values });
}

/** The outcome of an administrative act. */
export type Outcome<T> = Result<T, Refusal>;
