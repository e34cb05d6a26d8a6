// The text of `dovecot-uidlist`, version 3:
//
//   file   = "3 V" uidvalidity " N" uidnext " G" guid LF *record
//   record = uid *(SP key value) SP ":" base-name LF      ; keys: S size, W size with CRLF, others are kept
//
// UIDs rise from line to line. A last line without LF was being written when the machine stopped: it is left out.

import { err, ok, type Result } from '#base/result.ts';
import { allAtOnce, Pace, type Steps } from '#base/steps.ts';

export interface UidlistRecord {
  readonly uid: number;
  /** `S123 W130`, as it stands; empty where there is none. */
  readonly extensions: string;
  readonly baseName: string;
}

export interface Uidlist {
  readonly uidValidity: number;
  /** Above every UID that was ever given. */
  readonly uidNext: number;
  readonly guid: string | undefined;
  readonly records: readonly UidlistRecord[];
  /** The last line was cut off: write the file anew before adding to it. */
  readonly isTorn: boolean;
}

const MAX_UID = 0xffff_ffff;

export function parseUidlist(text: string): Result<Uidlist, string> {
  return allAtOnce(readUidlist(text));
}

export function* readUidlist(text: string): Steps<Result<Uidlist, string>> {
  const pace = new Pace();
  const isTorn = !text.endsWith('\n');
  const headerEnd = text.indexOf('\n');
  const header = headerEnd < 0 ? undefined : parseHeader(text.slice(0, headerEnd));
  if (header === undefined) return err('its first line is no header of version 3');
  const records: UidlistRecord[] = [];
  let last = 0;
  let start = headerEnd + 1;
  for (let end = text.indexOf('\n', start); end >= 0; end = text.indexOf('\n', start)) {
    const record = parseRecord(text.slice(start, end));
    if (record === undefined) return err(`line ${records.length + 2} is no record`);
    if (record.uid <= last) return err(`line ${records.length + 2}: UID ${record.uid} does not rise`);
    last = record.uid;
    records.push(record);
    start = end + 1;
    if (pace.isDue()) yield;
  }
  return ok({ ...header, uidNext: Math.max(header.uidNext, last + 1), records, isTorn });
}

/** Of a damaged uidlist: the records that rise, and how many lines say nothing. */
export function salvageRecords(text: string): { records: UidlistRecord[]; unreadable: number } {
  const records: UidlistRecord[] = [];
  let unreadable = 0;
  for (const line of text.split('\n').slice(1)) {
    const record = parseRecord(line);
    if (record !== undefined && record.uid > (records.at(-1)?.uid ?? 0)) records.push(record);
    else if (line !== '') unreadable++;
  }
  return { records, unreadable };
}

export function* writeUidlist(list: Omit<Uidlist, 'isTorn'>): Steps<string> {
  const pace = new Pace();
  const guid = list.guid === undefined ? '' : ` G${list.guid}`;
  const lines = [`3 V${list.uidValidity} N${list.uidNext}${guid}\n`];
  for (const record of list.records) {
    lines.push(formatUidlistRecord(record));
    if (pace.isDue()) yield;
  }
  return lines.join('');
}

export function formatUidlistRecord({ uid, extensions, baseName }: UidlistRecord): string {
  return extensions === '' ? `${uid} :${baseName}\n` : `${uid} ${extensions} :${baseName}\n`;
}

function parseHeader(line: string): Pick<Uidlist, 'uidValidity' | 'uidNext' | 'guid'> | undefined {
  const [version, ...fields] = line.split(' ');
  if (version !== '3') return undefined;
  const value = (key: string): string | undefined => fields.find((field) => field.startsWith(key))?.slice(1);
  const uidValidity = parseUid(value('V') ?? '');
  const uidNext = parseUid(value('N') ?? '');
  if (uidValidity === undefined || uidNext === undefined) return undefined;
  const guid = value('G');
  return { uidValidity, uidNext, guid: guid !== undefined && /^[0-9a-f]{32}$/.test(guid) ? guid : undefined };
}

function parseRecord(line: string): UidlistRecord | undefined {
  const space = line.indexOf(' ');
  const colon = line.indexOf(' :', space);
  const uid = parseUid(line.slice(0, Math.max(space, 0)));
  if (uid === undefined || colon < 0 || colon + 2 >= line.length) return undefined;
  // Others may have written the flags too; the base name is all that counts.
  const end = line.indexOf(':', colon + 2);
  const baseName = line.slice(colon + 2, end < 0 ? undefined : end);
  return { uid, extensions: line.slice(space + 1, Math.max(colon, space + 1)), baseName };
}

function parseUid(digits: string): number | undefined {
  if (!/^\d{1,10}$/.test(digits)) return undefined;
  const value = Number(digits);
  return value > 0 && value <= MAX_UID ? value : undefined;
}
