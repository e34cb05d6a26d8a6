// An answer in time, or none.

import { OutOfReach } from './failover.ts';

/** `giveUp` frees what the late answer would come on. What comes after all is nobody's. */
export async function inTime<T>(answer: Promise<T>, timeoutMs: number, server: string, giveUp: () => void): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new OutOfReach(`${server}: no answer for ${timeoutMs} ms`));
    giveUp();
  }, timeoutMs);
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => undefined);
  }
}
