// The key of our account with each authority: made once and kept, for whoever has it may ask for certificates of our names
// wherever those were proven before. RFC 8555 §7.3.

import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeAtomically } from '#platform/files/atomic-write.ts';
import { isMissing } from '#platform/files/errno.ts';

const DIGEST_CHARACTERS = 8;

/** PEM. */
export function keptAccountKey(folder: string, directory: string): string {
  const file = join(folder, `${accountName(directory)}.key`);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (!isMissing(cause)) throw cause;
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeAtomically(file, pem);
  return pem;
}

/** One authority may have several directories on one host: a production and a staging one. */
function accountName(directory: string): string {
  const digest = createHash('sha256').update(directory).digest('hex').slice(0, DIGEST_CHARACTERS);
  return `${new URL(directory).hostname}-${digest}`;
}
