// What the server tells of mailboxes: LIST, LSUB, STATUS, FLAGS, EXISTS, RECENT, EXPUNGE. RFC 3501 §7.2, §7.3;
// RFC 5258 §4 (CHILDINFO).

import type { MailboxName, NameEncoding, StatusItem } from '../command.ts';
import { formatMailbox } from './mailbox.ts';
import { formatQuoted } from './string.ts';

export interface ListedMailbox {
  readonly name: MailboxName;
  /** `\HasChildren`, `\Sent` … */
  readonly attributes: readonly string[];
  /** RECURSIVEMATCH: what matched below it. */
  readonly childInfo?: readonly ('SUBSCRIBED' | 'SPECIAL-USE')[];
}

/** `undefined` delimiter: a flat name. */
export function formatList(
  kind: 'LIST' | 'LSUB',
  mailbox: ListedMailbox,
  delimiter: string | undefined,
  encoding: NameEncoding,
): string {
  const separator = delimiter === undefined ? 'NIL' : formatQuoted(delimiter);
  const childInfo = mailbox.childInfo?.map((word) => `"${word}"`).join(' ');
  const extension = childInfo === undefined ? '' : ` ("CHILDINFO" (${childInfo}))`;
  const name = formatMailbox(mailbox.name, encoding);
  return `* ${kind} (${mailbox.attributes.join(' ')}) ${separator} ${name}${extension}\r\n`;
}

/** A value of `undefined` is NIL: an APPENDLIMIT that there is none of (RFC 7889 §3.1). */
export function formatStatusData(
  name: MailboxName,
  items: readonly (readonly [StatusItem, number | undefined])[],
  encoding: NameEncoding,
): string {
  const values = items.map(([item, value]) => `${item} ${value ?? 'NIL'}`).join(' ');
  return `* STATUS ${formatMailbox(name, encoding)} (${values})\r\n`;
}

export function formatFlagsData(flags: readonly string[]): string {
  return `* FLAGS (${flags.join(' ')})\r\n`;
}

export function formatExists(count: number): string {
  return `* ${count} EXISTS\r\n`;
}

export function formatRecent(count: number): string {
  return `* ${count} RECENT\r\n`;
}

/** The message number as it is when the line is read: each line shifts those above it. RFC 3501 §7.4.1. */
export function formatExpunge(sequenceNumber: number): string {
  return `* ${sequenceNumber} EXPUNGE\r\n`;
}
