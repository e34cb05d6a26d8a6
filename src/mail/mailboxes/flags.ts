// System flags as bits, the same in memory, in the index and in the session. RFC 3501 §2.3.2. \Recent is no flag of
// a message but of a session. Keywords follow from bit 5 on (`MessageColumns`).

export const ANSWERED = 1;
export const FLAGGED = 2;
export const DELETED = 4;
export const SEEN = 8;
export const DRAFT = 16;
export const SYSTEM_FLAGS = ANSWERED | FLAGGED | DELETED | SEEN | DRAFT;

export const FIRST_KEYWORD_BIT = 5;
/** Dovecot's Maildir names have the letters a to z for keywords. */
export const KEYWORDS_PER_MAILBOX = 26;

const NAMES: readonly (readonly [bit: number, name: string])[] = [
  [ANSWERED, '\\Answered'],
  [FLAGGED, '\\Flagged'],
  [DELETED, '\\Deleted'],
  [SEEN, '\\Seen'],
  [DRAFT, '\\Draft'],
];

export const SYSTEM_FLAG_NAMES: readonly string[] = NAMES.map(([, name]) => name);

/** `\Seen` → its bit, whatever the case; `undefined` for anything else, `\Recent` too. */
export function findSystemFlag(name: string): number | undefined {
  const lower = name.toLowerCase();
  return NAMES.find(([, known]) => known.toLowerCase() === lower)?.[0];
}
