// INTERNALDATE. RFC 3501 §9 (date-time).

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const TWO_DIGITS = Array.from({ length: 100 }, (_, n) => String(n).padStart(2, '0'));

// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
/** In UTC. */
export function formatDateTime(ms: number): string {
  const date = new Date(ms);
  const day = date.getUTCDate();
  const month = MONTHS[date.getUTCMonth()];
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const hours = TWO_DIGITS[date.getUTCHours()];
  const minutes = TWO_DIGITS[date.getUTCMinutes()];
  const seconds = TWO_DIGITS[date.getUTCSeconds()];
  return `"${day < 10 ? ' ' : ''}${day}-${month}-${year} ${hours}:${minutes}:${seconds} +0000"`;
}
