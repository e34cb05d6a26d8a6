// Postfix's times: a number with one of s m h d w ("5d"); a bare number is seconds.

const UNIT_MS: Readonly<Record<string, number>> = { s: 1e3, m: 60e3, h: 3600e3, d: 86400e3, w: 604800e3 };

/** Milliseconds; `undefined` for what is no time. */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d{1,9})([smhdw]?)$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (UNIT_MS[match[2] || 's'] ?? 1e3);
}

/** 300000 → `5m`: in the largest unit that has no remainder. */
export function formatDuration(ms: number): string {
  const largestFirst = Object.entries(UNIT_MS).reverse();
  const fitting = largestFirst.find(([, unitMs]) => ms >= unitMs && ms % unitMs === 0);
  return fitting === undefined ? `${ms / 1000}s` : `${ms / fitting[1]}${fitting[0]}`;
}
