// The header fields in which mailboxes keep their own books: UIDs, flags, lengths. Who writes a message into an mbox leaves a
// stranger's out, and who reads the mbox takes what stands there for ours: both go by this one reading of a line.

/** Dovecot leaves out the same. */
const NAMES = [
  'content-length',
  'status',
  'x-imap',
  'x-imapbase',
  'x-keywords',
  'x-status',
  'x-uid',
  'x-valija-form',
] as const;
export type BookkeepingField = (typeof NAMES)[number];

/** So much of a line, or all of it, tells whether it is one of these. */
export const FIELD_LOOKAHEAD_BYTES = 1_024;
const LONGEST_NAME_BYTES = Math.max(...NAMES.map((name) => name.length));
const SPACE = 32;
const TAB = 9;
const COLON = 58;

/** `field-name *WSP ":"`; where there are blanks as far as one looks, others may look further. */
export function bookkeepingFieldAt(octets: Buffer, start: number, end: number): BookkeepingField | undefined {
  const beginning = octets.toString('latin1', start, Math.min(end, start + LONGEST_NAME_BYTES + 1));
  const written = beginning.slice(0, Math.max(0, beginning.search(/[ \t:]/))).toLowerCase();
  const name = NAMES.find((known) => known === written);
  if (name === undefined) return undefined;
  const limit = start + FIELD_LOOKAHEAD_BYTES;
  let at = start + name.length;
  while (at < Math.min(end, limit) && (octets[at] === SPACE || octets[at] === TAB)) at++;
  const isField = at === limit || (at < end && octets[at] === COLON);
  return isField ? name : undefined;
}
