// Which version of Valija this is.

import { readFileSync } from 'node:fs';

export function ownVersion(): string {
  const file: unknown = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  return typeof file === 'object' && file !== null && 'version' in file ? String(file.version) : 'unknown';
}
