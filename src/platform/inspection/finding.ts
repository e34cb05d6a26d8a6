// What `valija state verify` may find. Damage wants somebody to act; a notice is what is out of the ordinary and mends
// itself, or harms nobody. What each means and what to do is told in the reader's language by `cli/texts/findings-*.ts`.

export const FINDINGS = {
  'version-missing': 'notice',
  'version-unreadable': 'damage',
  'version-newer': 'damage',
  'version-older': 'notice',
  'migration-unfinished': 'notice',
  'directory-missing': 'damage',
  'directory-damaged': 'damage',
  'directory-newer': 'damage',
  'directory-reference': 'damage',
  'directory-address-missing': 'damage',
  'directory-address-domain': 'damage',
  'directory-alias-empty': 'damage',
  'queue-damaged': 'damage',
  'queue-newer': 'damage',
  'journeys-damaged': 'damage',
  'journeys-newer': 'damage',
  'greylist-damaged': 'damage',
  'greylist-newer': 'damage',
  'reports-damaged': 'damage',
  'reports-newer': 'damage',
  'tls-results-damaged': 'damage',
  'tls-results-newer': 'damage',
  'set-aside': 'notice',
  'secret-open': 'damage',
  'secret-size': 'damage',
  'foreign-owner': 'damage',
  'certificate-unreadable': 'damage',
  'certificate-key': 'damage',
  'certificate-expired': 'damage',
  'certificate-expiring': 'notice',
  'certificate-early': 'damage',
  'home-without-account': 'notice',
  unreadable: 'damage',
  'uidlist-missing': 'notice',
  'uidlist-broken': 'damage',
  'uidlist-torn': 'notice',
  'uidlist-file-twice': 'damage',
  'file-twice': 'damage',
  'file-without-uid': 'notice',
  'file-not-regular': 'damage',
  'file-size': 'damage',
  'file-open': 'damage',
  'keywords-broken': 'damage',
  'keyword-unnamed': 'notice',
  'index-damaged': 'damage',
  'index-disagrees': 'damage',
  'message-missing': 'notice',
  'journal-damaged': 'damage',
} as const satisfies Readonly<Record<string, 'damage' | 'notice'>>;

export type FindingCode = keyof typeof FINDINGS;

export interface Finding {
  readonly code: FindingCode;
  /** The file or folder that it is about. */
  readonly path: string;
  /** What exactly: a line, a number of files, what SQLite said. */
  readonly detail?: string;
}

/** Nothing here is unbounded: the rest of many is counted. */
export const EXAMPLES = 3;

/** `a, b, c, …` and how many in all. */
export function nameSome(names: readonly string[]): string {
  const shown = names.slice(0, EXAMPLES).join(', ');
  return names.length > EXAMPLES ? `${shown}, … (${names.length})` : shown;
}
