// What must change in a zone so that it has the records that a domain wants: what is missing is added, and what one of ours
// supersedes goes. Nothing else is touched: another MX record, an address of another's, a text of another kind stay.

import type { PublishedDisposition } from '#mail/reports/aggregate-report.ts';
import { readTags } from '#mail/reports/policy-record.ts';
import { findKept, keepDmarc } from './kept-dmarc.ts';
import { formatText, type PublishedRecord, readText } from './published-record.ts';
import type { WantedRecord } from './wanted-record.ts';

const NULL_EXCHANGE = '0 .';

export interface ZoneChange {
  readonly add: readonly PublishedRecord[];
  readonly remove: readonly PublishedRecord[];
  /** Cannot stand beside what is there. */
  readonly conflicts: readonly PublishedRecord[];
  readonly kept: readonly KeptPolicy[];
}

/** What one of ours takes over of a DMARC record that is there. */
export interface KeptPolicy {
  /** Of that record: the same, or one further up that ours takes the place of. */
  readonly name: string;
  readonly isAbove: boolean;
  /** `p=reject` … */
  readonly tags: readonly string[];
}

/** The policy that holds for a domain without a DMARC record of its own. */
export interface PolicyAbove {
  readonly name: string;
  readonly policy: PublishedDisposition;
}

/** A record that may only seem to be at its name: a wildcard answers for names that are not there. */
export interface SeenRecord extends PublishedRecord {
  readonly isCovered?: boolean;
}

/** `seen`: all records of the wanted names, of the wanted types, aliases, and addresses. */
export function planChange(
  planned: readonly WantedRecord[],
  seen: readonly SeenRecord[],
  above?: PolicyAbove,
): ZoneChange {
  const joined = planned.map((record) => joinPolicy(record, seen, above));
  const wanted = joined.map(({ record }) => record);
  const add: PublishedRecord[] = [];
  const remove = new Map<string, PublishedRecord>();
  const conflicts: PublishedRecord[] = [];
  for (const record of wanted) {
    const there = seen.filter(({ name }) => name === record.name);
    const same = there.find((other) => isSame(record, other));
    if (same !== undefined && (same.isCovered !== true || staysCovered(record, wanted))) continue;
    if (there.some((other) => other.isCovered !== true && excludes(record, other))) {
      conflicts.push(record);
      continue;
    }
    add.push(plainRecord(record));
  }
  for (const other of seen.filter(({ isCovered }) => isCovered !== true)) {
    const rivals = wanted.filter(
      (record) => record.name === other.name && record.type === other.type && !conflicts.includes(record),
    );
    const isWanted = rivals.some((record) => isSame(record, other));
    if (!isWanted && rivals.some((record) => supersedes(record, other))) remove.set(keyOf(other), plainRecord(other));
  }
  const kept = joined.flatMap((each) =>
    each.kept === undefined || conflicts.includes(each.record) ? [] : [each.kept],
  );
  return { add, remove: [...remove.values()], conflicts, kept };
}

/** A wildcard answers no more for a name that has a record, or another name below it. RFC 4592 §2.2.1. */
function staysCovered({ name }: WantedRecord, wanted: readonly WantedRecord[]): boolean {
  return wanted.filter((record) => record.name === name || record.name.endsWith(`.${name}`)).length === 1;
}

interface JoinedRecord {
  readonly record: WantedRecord;
  readonly kept?: KeptPolicy;
}

/** Nobody who publishes our records means to weaken a policy that there is. */
function joinPolicy(record: WantedRecord, seen: readonly SeenRecord[], above: PolicyAbove | undefined): JoinedRecord {
  if (record.purpose !== 'dmarc') return { record };
  const { name, type } = record;
  const ours = readText(record.data);
  const own = seen
    .filter((other) => other.name === name && other.type === type)
    .map(({ data }) => readText(data))
    .filter((text) => readTags(text) !== undefined);
  const isAbove = own.length === 0 && above !== undefined;
  const there = isAbove ? [`v=DMARC1; p=${above.policy}`] : own;
  const text = keepDmarc(ours, there);
  const tags = findKept(text, ours, there);
  const joined = text === ours ? record : { ...record, data: formatText(text) };
  return tags.length === 0
    ? { record: joined }
    : { record: joined, kept: { name: isAbove ? above.name : name, isAbove, tags } };
}

export function plainRecord({ name, type, ttlSeconds, data }: PublishedRecord): PublishedRecord {
  return { name, type, ttlSeconds, data };
}

function isSame(one: PublishedRecord, other: PublishedRecord): boolean {
  return keyOf(one) === keyOf(other);
}

/** The strings of a text are joined, names have no case, and hexadecimal digits neither. */
function keyOf({ name, type, data }: PublishedRecord): string {
  const value = type === 'TXT' ? readText(data) : type === 'CAA' ? data : data.toLowerCase().replace(/\s+/g, ' ');
  return `${name} ${type} ${value}`;
}

/** RFC 1034 §3.6.2: an alias stands alone. Of SPF records there is one: RFC 7208 §3.2. */
function excludes(record: PublishedRecord, other: PublishedRecord): boolean {
  if (record.type === 'CNAME') return other.type !== 'CNAME';
  return other.type === 'CNAME' || (record.type === 'TXT' && isOfOneKind(record, other) && isSpfOfOthers(other));
}

function isOfOneKind(one: PublishedRecord, other: PublishedRecord): boolean {
  return one.type === other.type && versionOf(readText(one.data)) === versionOf(readText(other.data));
}

/** Whom it names besides this server nobody knows here: in place of it their mail would fail. RFC 7208 §5, §6.1. */
function isSpfOfOthers({ data }: PublishedRecord): boolean {
  const text = readText(data);
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
