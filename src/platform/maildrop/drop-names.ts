// Names in the maildrop folder. Nobody can list it but its owner, and a name that cannot be guessed keeps what lies there
// from everybody else.

import { randomBytes } from 'node:crypto';

/** `kMd3…`, 24 characters; while it is written it has a prefix. */
const FINISHED = /^[A-Za-z0-9_-]{24}$/;
const UNFINISHED = /^new\.[A-Za-z0-9_-]{24}$/;
const RANDOM_BYTES = 18;

/** Listing is the owner's; anybody may add, and take away only what is their own. */
export const MAILDROP_MODE = 0o1733;

export function freshDropName(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url');
}

export function unfinishedName(name: string): string {
  return `new.${name}`;
}

export function isFinishedName(name: string): boolean {
  return FINISHED.test(name);
}

export function isUnfinishedName(name: string): boolean {
  return UNFINISHED.test(name);
}
