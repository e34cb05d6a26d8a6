// What the owner of a domain may do about those who send in its name: one piece of advice for each of them, and one for the
// policy. The words stand where they are shown, in each language.

import type { PublishedPolicy } from './aggregate-report.ts';
import { failedOf, OUTCOMES, type Outcome, type SenderLine } from './sender-tally.ts';

/**
 * `fine`: nothing to do. `dkim-only`: SPF does not know it. `spf-only`: it does not sign, and forwarding breaks it.
 * `forwarded`: somebody passed it on. `altered`: our own signature was broken on its way. `other-name`: it proves who it is,
 * but not for us. `spf`: SPF says no, and nothing is signed. `nothing`: nothing proves anything.
 */
export type SenderAdvice = 'fine' | Exclude<Outcome, 'both'>;

/** By what most of the failing messages have in common; where none fails, by what could be missing soon. */
export function adviseOnSender(line: SenderLine): SenderAdvice {
  const passing: readonly Outcome[] = ['both', 'dkim-only', 'spf-only'];
  const relevant = OUTCOMES.filter((outcome) => passing.includes(outcome) !== failedOf(line) > 0);
  const counted = relevant.map((outcome) => ({ outcome, count: line.outcomes[outcome] ?? 0 }));
  const [first] = counted.sort((a, b) => b.count - a.count);
  return first === undefined || first.outcome === 'both' || first.count === 0 ? 'fine' : first.outcome;
}

/** `wait`: there is too little to judge by. `find-senders`: too much of what may be one's own fails. */
export type PolicyAdvice = 'wait' | 'find-senders' | 'to-quarantine' | 'to-reject' | 'strict';

/** With fewer messages a share says nothing. */
const ENOUGH_MESSAGES = 50;
const GOOD_SHARE = 0.98;

/** What a forger sends fails as it shall: only senders of whom something passes, or who prove a name, count as one's own. */
export function adviseOnPolicy(policy: PublishedPolicy, lines: readonly SenderLine[]): PolicyAdvice {
  const own = lines.filter(({ passed, via }) => passed > 0 || via !== undefined);
  const sum = (count: (line: SenderLine) => number) => own.reduce((total, line) => total + count(line), 0);
  const messages = sum((line) => line.messages - (line.outcomes.forwarded ?? 0));
  if (messages < ENOUGH_MESSAGES) return 'wait';
  if (sum(({ passed }) => passed) / messages < GOOD_SHARE) return 'find-senders';
  if (policy.p === 'none') return 'to-quarantine';
  return policy.p === 'quarantine' ? 'to-reject' : 'strict';
}
