// The line that begins each message of an mbox: `From usuario1@valija.test  Sat Jan 16 18:22:00 2016`, in local time. Who reads
// it demands a date, since programs that do not quote write `From here on …` into bodies.

export const FROM = Buffer.from('From ');
/** Longer lines begin no message. */
export const LONGEST_FROM_LINE_BYTES = 1024;

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As RFC 5321 §4.5.3.1.3 has it; with more the line would become longer than one that begins a message. */
const LONGEST_SENDER_CHARS = 256;

/** An empty sender is MAILER-DAEMON, as with Postfix; the line ends with LF. */
export function formatFromLine(sender: string, dateMs: number): string {
  const words = sender.slice(0, LONGEST_SENDER_CHARS).replace(/[\x00-\x1f\x7f]/g, '?');
  return `From ${words === '' ? 'MAILER-DAEMON' : words}  ${formatAsctime(new Date(dateMs))}\n`;
}

// asctime = day-name SP month-name SP 2DIGIT-or-SP-DIGIT SP hh ":" mm ":" ss SP year
function formatAsctime(date: Date): string {
  const two = (number: number, pad = '0') => String(number).padStart(2, pad);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((number) => two(number)).join(':');
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${two(date.getDate(), ' ')} ${time} ${date.getFullYear()}`;
}

const ASCTIME =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) +(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}(\d{1,2}) (\d\d):(\d\d)(?::(\d\d))?(?: [A-Z+-][A-Z0-9+-]{0,5}){0,2} (\d{4})/;
/** As UUCP and some others wrote it: `Sat, 16 Jan 2016 18:22:00`. */
const MAIL_TIME =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4}) (\d\d):(\d\d)(?::(\d\d))?/;

/** The date of a From_ line, without its line end; `undefined` when it is none. A zone is passed over, as others do. */
export function parseFromLine(line: string): number | undefined {
  if (!line.startsWith('From ')) return undefined;
  const words = ASCTIME.exec(line);
  if (words !== null) {
    const [, month = '', day, hour, minute, second, year] = words;
    return localTime(year, month, day, hour, minute, second);
  }
  const [, day, month = '', year, hour, minute, second] = MAIL_TIME.exec(line) ?? [];
  return day === undefined ? undefined : localTime(year, month, day, hour, minute, second);
}

type Digits = string | undefined;

function localTime(year: Digits, month: string, day: Digits, hour: Digits, minute: Digits, second: Digits): number {
  const [h, m, s] = [hour, minute, second ?? '0'].map(Number);
  return new Date(Number(year), MONTHS.indexOf(month), Number(day), h, m, s).getTime();
}
