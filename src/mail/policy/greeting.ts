// Is the client's HELO, EHLO or LHLO acceptable? RFC 5321 §4.1.1.1. Its syntax was read before; what a name claims is
// only noted, since too many honest clients claim nonsense.

import { firstVerdict, permit, type Rule } from './rule.ts';
import type { Verdict } from './verdict.ts';

export interface GreetingFacts {
  readonly helo: string;
  readonly myhostname: string;
}

export const greetingRules: readonly Rule<GreetingFacts>[] = [];

/** The reply's first line; the service adds its extensions. It bears no enhanced code (RFC 2034 §4). */
export function decideGreeting(facts: GreetingFacts): Verdict {
  return firstVerdict(greetingRules, facts) ?? { rule: 'permit', ...permit({ code: 250, lines: [facts.myhostname] }) };
}
