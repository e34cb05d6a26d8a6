// Delivery in Postfix's words, one line a recipient:
// `QID: to=<…>, orig_to=<…>, relay=virtual, delay=0.03, delays=0.02/0/0/0.01, dsn=2.0.0, status=sent (…)`.

import type { FileAction } from '#mail/acceptance/plan.ts';

export interface FilingTimes {
  /** MAIL was said. */
  readonly arrivedMs: number;
  readonly begunMs: number;
  readonly endedMs: number;
}

export function sentLines(queueId: string, action: FileAction, times: FilingTimes): string[] {
  const { account, recipients, mailbox } = action;
  const { arrivedMs, begunMs, endedMs } = times;
  // Before us, in the queue, connecting, delivering: Postfix's four.
  const delays = [begunMs - arrivedMs, 0, 0, endedMs - begunMs].map(formatDelay).join('/');
  const taken = `delay=${formatDelay(endedMs - arrivedMs)}, delays=${delays}`;
  const outcome = `dsn=2.0.0, status=sent (delivered to mailbox ${mailbox})`;
  return recipients.map((recipient) => {
    const original = recipient === account ? '' : `, orig_to=<${recipient}>`;
    return `${queueId}: to=<${account}>${original}, relay=virtual, ${taken}, ${outcome}`;
  });
}

/** Seconds with two digits that matter, at most hundredths: `0`, `0.03`, `1.2`, `12`, `321`. */
export function formatDelay(ms: number): string {
  const whole = Math.max(0, ms);
  const perUnit = whole >= 10_000 ? 1000 : whole >= 1000 ? 100 : 10;
  return String(Math.round(whole / perUnit) / (1000 / perUnit));
}
