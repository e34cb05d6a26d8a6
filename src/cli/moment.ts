// A moment in the past as people write it: `2h` ago, `yesterday`, `monday`, `2026-11-21T10:00`; in the time of the place,
// and in either language.

import { parseDuration } from '#base/duration.ts';

/** By the day of the week, Sunday first. */
const WEEKDAYS: readonly (readonly string[])[] = [
  ['sunday', 'sun', 'domingo', 'dom'],
  ['monday', 'mon', 'lunes', 'lun'],
  ['tuesday', 'tue', 'martes', 'mar'],
  ['wednesday', 'wed', 'miércoles', 'miercoles', 'mié', 'mie'],
  ['thursday', 'thu', 'jueves', 'jue'],
  ['friday', 'fri', 'viernes', 'vie'],
  ['saturday', 'sat', 'sábado', 'sabado', 'sáb', 'sab'],
];
const DAYS_AGO: ReadonlyMap<string, number> = new Map([
  ['today', 0],
  ['hoy', 0],
  ['yesterday', 1],
  ['ayer', 1],
]);

/** A weekday is the last one of that name, today included; a day begins at midnight. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const word = text.trim().toLowerCase();
  const agoMs = parseDuration(word);
  if (agoMs !== undefined) return nowMs - agoMs;
  const weekday = WEEKDAYS.findIndex((names) => names.includes(word));
  const today = new Date(nowMs).getDay();
  const daysAgo = weekday === -1 ? DAYS_AGO.get(word) : (today - weekday + 7) % 7;
  return daysAgo === undefined ? parseDate(word) : midnight(nowMs, daysAgo);
}

function midnight(nowMs: number, daysAgo: number): number {
  const day = new Date(nowMs);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() - daysAgo).getTime();
}

/** ISO 8601; without a zone it is the time of the place. */
function parseDate(word: string): number | undefined {
  if (!/^\d{4}-\d{2}-\d{2}(?:[t ]\d{2}:\d{2}(?::\d{2})?(?:z|[+-]\d{2}:\d{2})?)?$/.test(word)) return undefined;
  // A date alone would be taken for one in UTC.
  const moment = Date.parse(word.length === 10 ? `${word}T00:00` : word.replace(' ', 'T').toUpperCase());
  return Number.isNaN(moment) ? undefined : moment;
}
