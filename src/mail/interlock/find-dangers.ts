// The interlock: settings that would make the server dangerous to others are not loaded. Each way into a danger is one
// function, facts in, findings out; this table is all of them.

import { findUnknownLocalNames, findUnknownRelayRecipients, findUnlistedRecipients } from './backscatter.ts';
import type { DangerFinding } from './danger.ts';
import type { InterlockFacts } from './interlock-facts.ts';
import { findRelayForAll } from './relay-domains.ts';
import { findOpenLists } from './relay-restrictions.ts';
import { findNamedGateways } from './translating-gateway.ts';
import { findBelievedProxies, findTrustOfTheWorld } from './trusted-networks.ts';

const SEARCHES: readonly ((facts: InterlockFacts) => readonly DangerFinding[])[] = [
  findTrustOfTheWorld,
  findBelievedProxies,
  findRelayForAll,
  findOpenLists,
  findNamedGateways,
  findUnknownRelayRecipients,
  findUnlistedRecipients,
  findUnknownLocalNames,
];

export interface Dangers {
  /** Not to be loaded. */
  readonly refused: readonly DangerFinding[];
  /** `accept_danger` names them: to be said at each start. */
  readonly accepted: readonly DangerFinding[];
}

export function findDangers(facts: InterlockFacts): Dangers {
  const found = SEARCHES.flatMap((search) => search(facts));
  const isAccepted = ({ danger }: DangerFinding) => facts.settings.accept_danger.includes(danger);
  return { refused: found.filter((finding) => !isAccepted(finding)), accepted: found.filter(isAccepted) };
}
