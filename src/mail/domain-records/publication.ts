// What must change in a zone so that it has the records that a domain wants: what is missing is added, and what one of ours
// supersedes goes. Nothing else is touched: another MX record, an address of another's, a text of another kind stay.

import type { PublishedRecord } from './published-record.ts';
import type { WantedRecord } from './wanted-record.ts';

const NULL_EXCHANGE = '0 .';

export interface ZoneChange {
  readonly add: readonly PublishedRecord[];
  readonly remove: readonly PublishedRecord[];
  /** Cannot stand beside what is there. */
  readonly conflicts: readonly PublishedRecord[];
}

/** A record that may only seem to be at its name: a wildcard answers for names that are not there. */
export interface SeenRecord extends PublishedRecord {
  readonly isCovered?: boolean;
}

/** `seen`: all records of the wanted names, of the wanted types, aliases, and addresses. */
export function planChange(wanted: readonly WantedRecord[], seen: readonly SeenRecord[]): ZoneChange {
  const add: PublishedRecord[] = [];
  const remove = new Map<string, PublishedRecord>();
  const conflicts: PublishedRecord[] = [];
  for (const record of wanted) {
    const there = seen.filter(({ name }) => name === record.name);
    if (there.some((other) => isSame(record, other))) continue;
    if (there.some((other) => other.isCovered !== true && excludes(record, other))) {
      conflicts.push(record);
      continue;
    }
    add.push(plain(record));
  }
  for (const other of seen.filter(({ isCovered }) => isCovered !== true)) {
    const rivals = wanted.filter((record) => record.name === other.name && record.type === other.type);
    const isWanted = rivals.some((record) => isSame(record, other));
    if (!isWanted && rivals.some((record) => supersedes(record, other))) remove.set(keyOf(other), other);
  }
  return { add, remove: [...remove.values()], conflicts };
}

function plain({ name, type, ttlSeconds, data }: PublishedRecord): PublishedRecord {
  return { name, type, ttlSeconds, data };
}

function isSame(one: PublishedRecord, other: PublishedRecord): boolean {
  return keyOf(one) === keyOf(other);
}

/** The strings of a text are joined, names have no case, and hexadecimal digits neither. */
function keyOf({ name, type, data }: PublishedRecord): string {
  const value = type === 'TXT' ? joinedText(data) : type === 'CAA' ? data : data.toLowerCase().replace(/\s+/g, ' ');
  return `${name} ${type} ${value}`;
}

/** RFC 1034 §3.6.2: an alias stands alone. Of SPF records there is one: RFC 7208 §3.2. */
function excludes(record: PublishedRecord, other: PublishedRecord): boolean {
  if (record.type === 'CNAME') return other.type !== 'CNAME';
  return other.type === 'CNAME' || (record.type === 'TXT' && isOfOneKind(record, other) && isSpfOfOthers(other));
}

function isOfOneKind(one: PublishedRecord, other: PublishedRecord): boolean {
  return one.type === other.type && versionOf(joinedText(one.data)) === versionOf(joinedText(other.data));
}

/** Whom it names besides this server nobody knows here: in place of it their mail would fail. RFC 7208 §5, §6.1. */
function isSpfOfOthers({ data }: PublishedRecord): boolean {
  const text = joinedText(data);
  return versionOf(text) === 'spf1' && /\s[-+?~]?(?:(?:include|exists|ptr|a|mx):|redirect=)/i.test(text);
}

function supersedes(record: WantedRecord, other: PublishedRecord): boolean {
  switch (record.type) {
    // Somebody else may be meant to take the mail when we cannot, but «nobody takes any» is no more true. RFC 7505 §3.
    case 'MX':
      return other.data === NULL_EXCHANGE;
    // Or to issue certificates.
    case 'CAA':
      return false;
    case 'TXT':
      return record.purpose === 'dkim' || (isOfOneKind(record, other) && !isSpfOfOthers(other));
    default:
      return true;
  }
}

/** `v=spf1`, `v=dmarc1` */
function versionOf(text: string): string {
  return (/^\s*v\s*=\s*([a-z0-9]+)/i.exec(text)?.[1] ?? '').toLowerCase();
}

function joinedText(data: string): string {
  const strings = data.match(/"(?:[^"\\]|\\.)*"/g) ?? [];
  return strings.map((each) => withoutEscapes(each.slice(1, -1))).join('');
}

/** `\DDD` and `\X` stand for one sign each. */
function withoutEscapes(text: string): string {
  return text.replace(/\\([0-9]{3}|.)/g, (_, sign: string) =>
    sign.length === 3 ? String.fromCharCode(Number(sign)) : sign,
  );
}
