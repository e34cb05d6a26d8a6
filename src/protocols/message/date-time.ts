// Dates of a header, the obsolete forms included. RFC 5322 §3.3, §4.3.
//
//   date-time = [day-name ","] date time ; date = day month year ; time = hour ":" minute [":" second] zone

import { err, ok, type Result } from '#base/result.ts';
import { FieldScanner } from './field-scanner.ts';

export interface DateTime {
  /** Milliseconds since 1970, UTC. */
  readonly ms: number;
  /** Minutes east of UTC, as the sender wrote it. */
  readonly zoneMinutes: number;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** obs-zone; the military letters were used both ways round and mean nothing (RFC 5322 §4.3). */
const ZONE_HOURS: ReadonlyMap<string, number> = new Map([
  ['ut', 0],
  ['gmt', 0],
  ['utc', 0],
  ['est', -5],
  ['edt', -4],
  ['cst', -6],
  ['cdt', -5],
  ['mst', -7],
  ['mdt', -6],
  ['pst', -8],
  ['pdt', -7],
]);

const DELIMITERS: ReadonlySet<number> = new Set([0x28, 0x2c]);

export function parseDateTime(text: string): Result<DateTime, 'not-a-date'> {
  const words = readWords(text);
  if (words[0] !== undefined && /^[a-z]/i.test(words[0])) words.shift();
  const [dayText = '', monthText = '', yearText = '', timeText = '', zoneText = ''] = words;
  const time = /^([0-9]{1,2}):([0-9]{1,2})(?::([0-9]{1,2}))?(?:\.[0-9]+)?$/.exec(timeText);
  const day = readNumber(dayText, 2);
  const month = MONTHS.indexOf(`${monthText.slice(0, 1).toUpperCase()}${monthText.slice(1, 3).toLowerCase()}`);
  const year = readYear(yearText);
  const zoneMinutes = readZone(zoneText);
  if (!time || day === undefined || year === undefined || month === -1 || zoneMinutes === undefined) {
    return err('not-a-date');
  }
  const [hour, minute, second] = [Number(time[1]), Number(time[2]), Number(time[3] ?? 0)];
  if (hour > 23 || minute > 59 || second > 60) return err('not-a-date');
  const midnight = new Date(Date.UTC(year, month, day));
  if (midnight.getUTCDate() !== day || midnight.getUTCMonth() !== month) return err('not-a-date');
  // A leap second is said as the second before it, as every clock of ours does.
  const sinceMidnightMs = ((hour * 60 + minute) * 60 + Math.min(second, 59)) * 1000;
  return ok({ ms: midnight.getTime() + sinceMidnightMs - zoneMinutes * 60_000, zoneMinutes });
}

/** The first six words; comments and commas divide them as blanks do. */
function readWords(text: string): string[] {
  const scanner = new FieldScanner(text);
  const words: string[] = [];
  while (words.length < 6) {
    scanner.skipCfws();
    if (scanner.atEnd) break;
    if (!scanner.take(',')) words.push(scanner.word(DELIMITERS));
  }
  return words;
}

function readNumber(text: string, maxDigits: number): number | undefined {
  return /^[0-9]+$/.test(text) && text.length <= maxDigits ? Number(text) : undefined;
}

/** obs-year: two digits up to 49 are of this century, other short ones count from 1900. */
function readYear(text: string): number | undefined {
  const year = readNumber(text, 4);
  if (year === undefined || text.length < 2) return undefined;
  if (text.length === 4) return year < 1900 ? undefined : year;
  return text.length === 2 && year < 50 ? 2000 + year : 1900 + year;
}

function readZone(text: string): number | undefined {
  const numeric = /^([+-])([0-9]{2})([0-9]{2})$/.exec(text);
  if (numeric) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3]);
    return numeric[1] === '-' && minutes !== 0 ? -minutes : minutes;
  }
  const hours = ZONE_HOURS.get(text.toLowerCase());
  if (hours !== undefined) return hours * 60;
  // Unknown words and a missing zone: the instant is unknown by some hours, which is no reason to lose the date.
  return /^[a-z]*$/i.test(text) ? 0 : undefined;
}

/** `Sat, 21 Nov 2026 10:00:00 +0000` */
export function formatDateTime(ms: number, zoneMinutes = 0): string {
  const local = new Date(ms + zoneMinutes * 60_000);
  const two = (value: number) => String(value).padStart(2, '0');
  const offset = Math.abs(zoneMinutes);
  const zone = `${zoneMinutes < 0 ? '-' : '+'}${two(Math.trunc(offset / 60))}${two(offset % 60)}`;
  const date = `${local.getUTCDate()} ${MONTHS[local.getUTCMonth()]} ${String(local.getUTCFullYear()).padStart(4, '0')}`;
  const time = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()].map(two).join(':');
  return `${DAYS[local.getUTCDay()]}, ${date} ${time} ${zone}`;
}
