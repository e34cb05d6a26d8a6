// Which fields of a header are signed, and which of them once more than they are there, so that nobody can add another
// and be shown in its place. RFC 6376 §5.4, §5.4.1, §8.15; RFC 8058 §4 for List-Unsubscribe-Post.

import type { HeaderField } from '#protocols/message/header-fields.ts';

/** `always`: signed as missing, too. `present`: only where it is there. `never`: lists and forwarders may add it. */
type Oversigning = 'always' | 'present' | 'never';

/** Trace fields are not among them, nor what the last server removes or adds. */
const SIGNED: readonly (readonly [name: string, oversigning: Oversigning])[] = [
  ['From', 'always'],
  ['Sender', 'present'],
  ['Reply-To', 'always'],
  ['Subject', 'always'],
  ['Date', 'present'],
  ['Message-ID', 'present'],
  ['To', 'always'],
  ['Cc', 'always'],
  ['MIME-Version', 'present'],
  ['Content-Type', 'always'],
  ['Content-Transfer-Encoding', 'present'],
  ['Content-ID', 'never'],
  ['Content-Description', 'never'],
  ['In-Reply-To', 'present'],
  ['References', 'present'],
  ['List-Id', 'never'],
  ['List-Help', 'never'],
  ['List-Unsubscribe', 'never'],
  ['List-Unsubscribe-Post', 'never'],
  ['List-Subscribe', 'never'],
  ['List-Post', 'never'],
  ['List-Owner', 'never'],
  ['List-Archive', 'never'],
  ['Resent-Date', 'never'],
  ['Resent-From', 'never'],
  ['Resent-Sender', 'never'],
  ['Resent-To', 'never'],
  ['Resent-Cc', 'never'],
  ['Resent-Message-ID', 'never'],
  ['Autocrypt', 'present'],
  ['OpenPGP', 'present'],
];

/** Of one name; a header with more of one is none that anybody wrote, and its signature would be of no use. */
const MOST_OF_ONE_NAME = 100;

const KEYS = SIGNED.map(([name, oversigning]) => ({ name, key: name.toLowerCase(), oversigning }));

/** For `h=`; a name once for each field, and once more where it is oversigned. */
export function namesToSign(fields: readonly HeaderField[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name } of fields) {
    const key = name.toLowerCase();
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const names: string[] = [];
  for (const { name, key, oversigning } of KEYS) {
    const count = Math.min(counts.get(key) ?? 0, MOST_OF_ONE_NAME);
    const isOversigned = oversigning === 'always' || (oversigning === 'present' && count > 0);
    for (let left = count + (isOversigned ? 1 : 0); left > 0; left--) names.push(name);
  }
  return names;
}

/** The fields that `h=` names: of each name the lowest first, then upwards; beyond the last one, nothing. RFC 6376 §5.4.2. */
export function fieldsNamed(names: readonly string[], fields: readonly HeaderField[]): readonly HeaderField[] {
  const left = new Map<string, HeaderField[]>();
  for (const field of fields) {
    const key = field.name.toLowerCase();
    const same = left.get(key);
    if (same) same.push(field);
    else left.set(key, [field]);
  }
  return names.flatMap((name) => left.get(name.toLowerCase())?.pop() ?? []);
}
