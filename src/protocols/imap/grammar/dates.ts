// Dates: days for SEARCH, moments for APPEND. RFC 3501 §9 (date, date-time).

import { charsOf } from '#base/scanner.ts';
import type { Day } from '../search-key.ts';
import type { CommandScanner } from './command-scanner.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAY_MS = 86_400_000;
const DATE_CHAR = charsOf('0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz');
const DATE = /^(\d{1,2})-([A-Z]{3})-(\d{4})$/;
const DATE_TIME = /^([ \d]\d)-([A-Z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)$/;
const DATE_TIME_CHARS = 26;

// date      = date-text / DQUOTE date-text DQUOTE
// date-text = date-day "-" date-month "-" date-year
export function expectDate(scanner: CommandScanner): Day {
  const quoted = scanner.eat('"');
  const match = DATE.exec(scanner.take(DATE_CHAR).toUpperCase());
  const dayMs = match === null ? undefined : utcMs(match[1], match[2], match[3]);
  if (dayMs === undefined) scanner.fail('Expected a date like 1-Feb-1994');
  if (quoted) scanner.expect('"');
  return (dayMs ?? 0) / DAY_MS;
}

// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
/** Milliseconds since 1970. */
export function expectDateTime(scanner: CommandScanner): number {
  scanner.expect('"');
  const match = DATE_TIME.exec(scanner.takeCount(DATE_TIME_CHARS).toUpperCase());
  const ms = match === null ? undefined : momentMs(match);
  if (ms === undefined) scanner.fail('Expected a date and time like " 1-Feb-1994 21:52:25 -0800"');
  scanner.expect('"');
  return ms ?? 0;
}

function momentMs(match: RegExpExecArray): number | undefined {
  const dayMs = utcMs(match[1], match[2], match[3]);
  const [hours, minutes, seconds, zoneHours, zoneMinutes] = [4, 5, 6, 8, 9].map((group) => Number(match[group]));
  if (dayMs === undefined || hours === undefined || minutes === undefined || seconds === undefined) return undefined;
  // 60 is a leap second: the moment after it.
  if (hours > 23 || minutes > 59 || seconds > 60 || zoneHours === undefined || zoneMinutes === undefined)
    return undefined;
  if (zoneMinutes > 59) return undefined;
  const offsetMinutes = (match[7] === '-' ? -1 : 1) * (zoneHours * 60 + zoneMinutes);
  return dayMs + ((hours * 60 + minutes - offsetMinutes) * 60 + seconds) * 1000;
}

/** `undefined` for a day that the calendar does not have. */
function utcMs(day: string | undefined, month: string | undefined, year: string | undefined): number | undefined {
  const monthIndex = MONTHS.indexOf(month ?? '');
  const date = new Date(0);
  date.setUTCFullYear(Number(year), monthIndex, Number(day));
  return monthIndex !== -1 && date.getUTCDate() === Number(day) ? date.getTime() : undefined;
}
