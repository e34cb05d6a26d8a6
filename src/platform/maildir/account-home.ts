// Where an account lives below a base folder: DOMAIN/USER, whatever the local part holds. Letters, digits and a few
// marks stand for themselves, all else is percent-encoded, so that no name leaves its folder or hides.

import { join } from 'node:path';
import type { AccountId } from '#mail/ports/account.ts';

/** `usuario1@valija.test` → `valija.test/usuario1`. */
export function accountPath(account: AccountId): string {
  const at = account.lastIndexOf('@');
  return join(encodeLevel(account.slice(at + 1)), encodeLevel(account.slice(0, Math.max(at, 0))));
}

/** One name of a path, from whatever text. */
export function encodeLevel(text: string): string {
  const encoded = Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[^A-Za-z0-9._+=-]/g, percent)
    .replace(/^\./, percent);
  return encoded === '' ? '%' : encoded;
}

function percent(octet: string): string {
  return `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
