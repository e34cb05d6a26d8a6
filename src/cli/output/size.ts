// Sizes as people write them: `500M`, `2G`, `0`. Multiples of 1024.

const UNITS = ['', 'K', 'M', 'G', 'T'] as const;
const FORM = /^(\d{1,15})(?:\.(\d{1,3}))?\s*([KMGT]?)(?:i?B)?$/i;

/** Whole bytes; `undefined` for anything else. */
export function parseSize(text: string): number | undefined {
  const parts = FORM.exec(text.trim());
  if (parts === null) return undefined;
  const unit = UNITS.findIndex((name) => name === (parts[3] ?? '').toUpperCase());
  const bytes = Math.round(Number(`${parts[1]}.${parts[2] ?? '0'}`) * 1024 ** unit);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = Number.isInteger(value) ? 0 : 1;
  return unit === 0 ? `${bytes} B` : `${value.toFixed(digits)} ${UNITS[unit]}iB`;
}
