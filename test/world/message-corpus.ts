// Nasty messages, as literal files: `messages/*.eml`. Each does one thing that messages do in the wild, or in an attack.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, 'messages');

/** `digest` → the octets of `messages/digest.eml`. */
export function corpusMessage(name: string): Buffer {
  return readFileSync(join(FOLDER, `${name}.eml`));
}

export function corpusMessages(): { readonly name: string; readonly octets: Buffer }[] {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.eml'));
  return files
    .sort()
    .map((file) => ({ name: file.slice(0, -'.eml'.length), octets: readFileSync(join(FOLDER, file)) }));
}
