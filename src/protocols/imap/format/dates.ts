// INTERNALDATE. RFC 3501 §9 (date-time).

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
/** In UTC. */
export function formatDateTime(ms: number): string {
  const iso = new Date(ms).toISOString();
  const date = new Date(ms);
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  return `"${day}-${MONTHS[date.getUTCMonth()]}-${year} ${iso.slice(-13, -5)} +0000"`;
}
