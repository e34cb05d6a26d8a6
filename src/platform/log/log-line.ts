// One event as one line. The text form is syslog's with Postfix's program names, which pflogsumm, fail2ban and people
// read; JSON is for machines. Whatever a stranger sent cannot start a new line or colour a terminal. Either form can be
// read again, for `valija log`.

import { LOG_LEVELS, type LogFields, type LogLevel } from '#mail/ports/log.ts';

export interface LogLine {
  readonly atMs: number;
  readonly host: string;
  readonly pid: number;
  readonly level: LogLevel;
  readonly area: string;
  readonly text: string;
  readonly fields: LogFields | undefined;
}

const LONGEST_TEXT_CHARS = 4_000;
const MARKS: Readonly<Record<LogLevel, string>> = { debug: 'debug: ', info: '', warn: 'warning: ', error: 'error: ' };
const CONTROL = /[\x00-\x1f\x7f-\x9f\u2028\u2029]/;
const EACH_CONTROL = new RegExp(CONTROL, 'g');

/** Areas that speak in Dovecot's words; those of `OURS` are our own, all others Postfix's programs. */
const DOVECOT = new Set(['imap', 'imap-login', 'pop3', 'pop3-login', 'auth', 'managesieve']);
const OURS = new Set(['log', 'journal', 'journeys', 'maildir', 'directory', 'control']);

/** The facility `mail` and the severity, as syslog(3) numbers them. */
const PRIORITIES: Readonly<Record<LogLevel, number>> = { debug: 23, info: 22, warn: 20, error: 19 };

/** `2026-11-21T10:00:00.000Z mail postfix/smtpd[123]: text` */
export function formatTextLine(line: LogLine): string {
  return `${timeOf(line.atMs)} ${line.host} ${formatEvent(line)}\n`;
}

/** `<22>postfix/smtpd[123]: text`: the machine's log knows the time, and itself. */
export function formatSyslogLine(line: LogLine): string {
  return `<${PRIORITIES[line.level]}>${formatEvent(line)}`;
}

function formatEvent({ pid, level, area, text, fields }: LogLine): string {
  const mark = text.startsWith(MARKS[level]) ? '' : MARKS[level];
  let said = text;
  for (const key in fields) if (fields[key] !== undefined) said += ` ${key}=${fields[key]}`;
  return `${program(area, pid)}: ${mark}${printable(said)}`;
}

/** Many lines are of the same second. */
let lastSecond = { atMs: Number.NaN, text: '' };

function timeOf(atMs: number): string {
  const millisecond = atMs % 1000;
  if (atMs - millisecond !== lastSecond.atMs) {
    lastSecond = { atMs: atMs - millisecond, text: new Date(atMs).toISOString().slice(0, -4) };
  }
  return `${lastSecond.text}${String(millisecond).padStart(3, '0')}Z`;
}

function program(area: string, pid: number): string {
  if (DOVECOT.has(area)) return `dovecot[${pid}]: ${area}`;
  if (area === 'valija') return `valija[${pid}]`;
  return OURS.has(area) ? `valija/${area}[${pid}]` : `postfix/${area}[${pid}]`;
}

export function formatJsonLine({ atMs, host, pid, level, area, text, fields }: LogLine): string {
  const own = { time: new Date(atMs).toISOString(), level, area, text: printable(text), host, pid };
  const further = Object.entries(fields ?? {}).filter(([key]) => !Object.hasOwn(own, key));
  const safe = further.map(([key, value]) => [key, typeof value === 'string' ? printable(value) : value]);
  return `${JSON.stringify({ ...own, ...Object.fromEntries(safe) })}\n`;
}

/** A line of the log, read again. In the text form the fields stay in the text. */
export interface ReadLogLine {
  readonly time: string;
  readonly level: LogLevel;
  readonly area: string;
  readonly text: string;
  readonly [field: string]: unknown;
}

const TEXT_FORM = /^(\d{4}-\S{1,40}) (\S{1,255}) (\w{1,16})(?:\/([^\s[]{1,64}))?\[(\d{1,10})\]: (.*)$/;
const DOVECOT_TEXT = /^([\w-]{1,64}): (.*)$/;

/** `undefined` for a line that is not ours. */
export function parseLogLine(line: string): ReadLogLine | undefined {
  return line.startsWith('{') ? parseJsonLine(line) : parseTextLine(line);
}

function parseTextLine(line: string): ReadLogLine | undefined {
  const parts = TEXT_FORM.exec(line);
  if (parts === null) return undefined;
  const [, time = '', host = '', name = '', ofName = name, pid, said = ''] = parts;
  const [, area = ofName, marked = said] = (name === 'dovecot' && DOVECOT_TEXT.exec(said)) || [];
  const level = LOG_LEVELS.find((each) => MARKS[each] !== '' && marked.startsWith(MARKS[each])) ?? 'info';
  return { time, level, area, text: marked.slice(MARKS[level].length), host, pid: Number(pid) };
}

function parseJsonLine(line: string): ReadLogLine | undefined {
  try {
    const value = JSON.parse(line) as Partial<ReadLogLine>;
    const whole = [value.time, value.level, value.area, value.text].every((field) => typeof field === 'string');
    return whole ? (value as ReadLogLine) : undefined;
  } catch {
    return undefined;
  }
}

function printable(text: string): string {
  const bounded = text.length > LONGEST_TEXT_CHARS ? `${text.slice(0, LONGEST_TEXT_CHARS)}…` : text;
  return CONTROL.test(bounded) ? bounded.replace(EACH_CONTROL, '?') : bounded;
}
