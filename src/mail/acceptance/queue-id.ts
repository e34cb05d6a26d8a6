// One id for a message: in the log, in the reply, in the Received line, in the journal, in its journey. It has Postfix's
// long form (`enable_long_queue_ids`): seconds since 1970 in six digits of base 52, microseconds in four, `z`, and where
// Postfix has the inode, random bits in base 51. No vowels, so no words; sorted as text, it is sorted by time.

import type { Clock } from '#mail/ports/clock.ts';
import type { Randomness } from '#mail/ports/randomness.ts';

const DIGITS = '0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz';
const SECONDS_DIGITS = 6;
const MICROSECONDS_DIGITS = 4;
/** The last digit of base 52: base 51 never writes it. */
const SEPARATOR = 'z';

/** Each call gives an id that this process never gave before, even while the clock stands still or steps back. */
export function createQueueIds(clock: Clock, randomness: Randomness): () => string {
  let lastMicroseconds = 0;
  return () => {
    lastMicroseconds = Math.max(clock.nowMs() * 1000, lastMicroseconds + 1);
    const seconds = inBase(52, Math.floor(lastMicroseconds / 1_000_000), SECONDS_DIGITS);
    const microseconds = inBase(52, lastMicroseconds % 1_000_000, MICROSECONDS_DIGITS);
    return `${seconds}${microseconds}${SEPARATOR}${inBase(51, randomness.bytes(4).readUInt32BE(), 1)}`;
  };
}

function inBase(base: 51 | 52, value: number, atLeastDigits: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / base)) text = DIGITS.charAt(rest % base) + text;
  return text.padStart(atLeastDigits, '0');
}
