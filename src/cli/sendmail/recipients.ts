// Whom a message goes to: the words of the command line, each read as a header's address list, and with `-t` the fields
// To, Cc and Bcc, or where it was resent their Resent- forms alone. RFC 5322 §3.6.3, §3.6.6.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { parseAddressList } from '#protocols/message/address-list.ts';
import type { EnvelopeAddress } from '#protocols/message/envelope.ts';
import { fieldTexts, parseHeaderFields } from '#protocols/message/header-fields.ts';

const RECIPIENT_FIELDS = ['to', 'cc', 'bcc'];

/** `root`, `usuario2@valija.test`; names and comments are left out. A name of this machine has no domain yet. */
export function addressesOf(text: string): string[] {
  return parseAddressList(text)
    .entries.map(formatAddress)
    .filter((address) => address !== undefined);
}

/** The first address of `-f`; `` is the null sender. */
export function senderOf(text: string): string {
  return addressesOf(text)[0] ?? '';
}

/** `header` ends with its empty line, or where the message does. Twice named is once sent to. */
export function headerRecipients(header: Buffer): string[] {
  const block = parseHeaderFields(header);
  // A line that is no field begins the body.
  const stray = block.fields.findIndex(({ name }) => name === '');
  const fields = { ...block, fields: stray < 0 ? block.fields : block.fields.slice(0, stray) };
  const isResent = fields.fields.some(({ name }) => isResentRecipient(name));
  const names = isResent ? RECIPIENT_FIELDS.map((name) => `resent-${name}`) : RECIPIENT_FIELDS;
  const texts = names.flatMap((name) => fieldTexts(fields, name));
  return [...new Set(texts.flatMap(addressesOf))];
}

function isResentRecipient(name: string): boolean {
  const lower = name.toLowerCase();
  return RECIPIENT_FIELDS.some((field) => lower === `resent-${field}`);
}

/** `undefined` for the marks of a group. */
function formatAddress({ mailbox, host }: EnvelopeAddress): string | undefined {
  if (mailbox === undefined || mailbox === '' || host === undefined) return undefined;
  const address = formatAddrSpec({ localPart: mailbox, domain: host });
  return host === '' ? address.slice(0, -1) : address;
}
