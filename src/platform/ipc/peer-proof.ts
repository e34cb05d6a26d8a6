// How two of our processes know each other on a socket that every user of the machine may connect to: the supervisor has
// given both one token. Each shows what can be made of it and of its side only, and neither says a word before it has
// seen the other's. What one side shows is of no use for posing as the other.
//   peer → hub, then hub → peer:   "VALIJA01" proof      40 octets

import { createHmac, timingSafeEqual } from 'node:crypto';

export const GREETING_BYTES = 40;
/** Beyond it whoever connected is dropped. */
export const GREETING_TIMEOUT_MS = 2_000;

/** The number is the version of the language. */
const WORDS = Buffer.from('VALIJA01');

/** The hub is the side that listens. */
export type Side = 'hub' | 'peer';

export function formatGreeting(token: string, side: Side): Buffer {
  const proof = createHmac('sha256', Buffer.from(token, 'hex')).update(side).digest();
  return Buffer.concat([WORDS, proof]);
}

/** In constant time. */
export function isGreeting(octets: Buffer, expected: Buffer): boolean {
  return octets.length === expected.length && timingSafeEqual(octets, expected);
}

/** Names in the kernel's own space, no file: Linux only. */
export function abstractPath(name: string): string {
  return `\0${name}`;
}
