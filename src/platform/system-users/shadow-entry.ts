// A user's line of /etc/shadow, and whether its password may be used today. See shadow(5).

export interface ShadowEntry {
  readonly name: string;
  readonly hash: string;
  /** Days since 1970; `undefined` where the field is empty. */
  readonly lastChangeDay: number | undefined;
  readonly mostDays: number | undefined;
  readonly expireDay: number | undefined;
}

export type ShadowState = 'usable' | 'no-password' | 'locked' | 'expired';

// name ":" hash ":" last-change ":" least-days ":" most-days ":" warn-days ":" inactive-days ":" expire-day ":" reserved
const FIELDS = 9;

/** `undefined` for what is not a line of shadow, or is another user's. */
export function parseShadowLine(line: string, question: string): ShadowEntry | undefined {
  const fields = line.split(':');
  const [name = '', hash = '', lastChange = '', , most = '', , , expire = ''] = fields;
  if (fields.length !== FIELDS || name !== question) return undefined;
  return { name, hash, lastChangeDay: days(lastChange), mostDays: days(most), expireDay: days(expire) };
}

/** As pam_unix judges an account, but that nobody can change a password here: one that must be changed is expired. */
export function shadowState(entry: ShadowEntry, today: number): ShadowState {
  const { hash, lastChangeDay, mostDays, expireDay } = entry;
  if (hash === '') return 'no-password';
  if (/^[!*]/.test(hash)) return 'locked';
  if (expireDay !== undefined && today >= expireDay) return 'expired';
  if (lastChangeDay === 0) return 'expired';
  // A day in the future is a clock that was wrong once.
  const isAged = lastChangeDay !== undefined && mostDays !== undefined && today - lastChangeDay > mostDays;
  return isAged ? 'expired' : 'usable';
}

function days(text: string): number | undefined {
  return /^[0-9]{1,9}$/.test(text) ? Number(text) : undefined;
}
