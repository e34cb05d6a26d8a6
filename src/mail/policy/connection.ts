// May this client speak to us at all? RFC 5321 §3.1. Nothing refuses it yet: block lists come with the checks on
// strangers, as further entries of the list.

import type { ServiceProfile } from '#mail/acceptance/envelope.ts';
import { firstVerdict, permit, type Rule } from './rule.ts';
import type { Verdict } from './verdict.ts';

export interface ConnectionDecisionFacts {
  readonly profile: ServiceProfile;
  readonly myhostname: string;
}

const connectionRules: readonly Rule<ConnectionDecisionFacts>[] = [];

export function decideConnection(facts: ConnectionDecisionFacts): Verdict {
  return firstVerdict(connectionRules, facts) ?? { rule: 'permit', ...permit(greeting(facts)) };
}

/** The greeting bears no enhanced code. RFC 2034 §4. */
function greeting({ profile, myhostname }: ConnectionDecisionFacts) {
  return { code: 220, lines: [`${myhostname} ${profile === 'lmtp' ? 'LMTP' : 'ESMTP'} Valija`] };
}
