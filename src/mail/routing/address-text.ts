// Addresses as people write them in tables and commands: `usuario1`, `usuario1@mail`, `usuario1@valija.test`. What is
// missing is completed by the server's own names, as Postfix's trivial-rewrite does it.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import { parseAddressList } from '#protocols/message/address-list.ts';
import { parseMailDomain } from '#protocols/message/domain-name.ts';
import { parseMailbox } from '#protocols/smtp/grammar/mailbox.ts';

export interface OwnNames {
  readonly myorigin: string;
  readonly mydomain: string;
  readonly append_dot_mydomain: boolean;
}

/** `undefined` where it is no address. */
export function readAddress(text: string, names: OwnNames): AddrSpec | undefined {
  const at = text.lastIndexOf('@');
  const isBare = at === -1 || text.endsWith('"');
  const localPart = isBare ? text : text.slice(0, at);
  return parseMailbox(`${localPart}@${completeDomain(isBare ? '' : text.slice(at + 1), names)}`);
}

/** `` → myorigin; `mail` → `mail.mydomain`, where that is wanted; a final dot goes. */
function completeDomain(domain: string, { myorigin, mydomain, append_dot_mydomain: append }: OwnNames): string {
  const name = domain.endsWith('.') ? domain.slice(0, -1) : domain;
  if (name === '') return myorigin;
  return append && !name.includes('.') && !name.startsWith('[') ? `${name}.${mydomain}` : name;
}

export interface ResultAddresses {
  readonly addresses: readonly AddrSpec[];
  /** There were more than the limit. */
  readonly truncated: boolean;
  /** What among them is no address; `undefined` where all is well. */
  readonly mistake: string | undefined;
}

/**
 * The right-hand side of an address table: addresses with commas between them. `@example.org` keeps the local part of
 * the address that was looked up.
 */
export function readResultAddresses(text: string, asked: AddrSpec, names: OwnNames, most: number): ResultAddresses {
  const { entries, truncated } = parseAddressList(text, most);
  const addresses: AddrSpec[] = [];
  let mistake: string | undefined;
  for (const { mailbox = '', host } of entries) {
    const domain = parseMailDomain(completeDomain(host ?? '', names));
    const localPart = mailbox === '' ? asked.localPart : mailbox;
    if (host === undefined || !domain.ok || (mailbox === '' && host === '') || hasControl(localPart)) mistake = text;
    else addresses.push({ localPart, domain: domain.value });
  }
  if (addresses.length === 0) mistake ??= text;
  return { addresses, truncated, mistake };
}

function hasControl(text: string): boolean {
  return /[\x00-\x1f\x7f]/.test(text);
}

export function isSameAddress(a: AddrSpec, b: AddrSpec): boolean {
  return foldAddress(a) === foldAddress(b);
}

/** One text for each address, for sets of them: case does not tell people apart. */
export function foldAddress({ localPart, domain }: AddrSpec): string {
  return `${localPart}@${domain}`.toLowerCase();
}
