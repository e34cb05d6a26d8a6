// A certificate for some names, from the first authority that gives one. A name that cannot be proven in one way is tried in
// the next; one that cannot be proven at all is left out, so that it keeps no other from its certificate.

import type { ChallengeType } from '#mail/certificates/challenge-type.ts';
import type { CheckedPair } from '../tls/checked-pair.ts';
import { keptAccountKey } from './account-keys.ts';
import type { Authority } from './authority-client.ts';
import { type OrderOutcome, type OrderWorld, orderCertificate } from './order-certificate.ts';
import { createProver, type ProverWorld } from './prover.ts';

export interface ObtainWorld extends Omit<OrderWorld, 'accountKey' | 'prover'> {
  /** In the order of asking. */
  readonly authorities: readonly Authority[];
  /** In the order of trying. */
  readonly challengeTypes: readonly ChallengeType[];
  readonly proving: ProverWorld;
  readonly accountFolder: string;
}

/** `leftOut`: names that could not be proven, and why. */
export type Obtained =
  | { readonly kind: 'issued'; readonly pair: CheckedPair; readonly leftOut: ReadonlyMap<string, string> }
  | { readonly kind: 'failed'; readonly reason: string; readonly retryAfterMs: number };

export async function obtainCertificate(names: readonly string[], world: ObtainWorld): Promise<Obtained> {
  const reasons: string[] = [];
  let retryAfterMs = 0;
  for (const authority of world.authorities) {
    const obtained = await askAuthority(authority, names, world);
    if (obtained.kind === 'issued' || world.stopped.aborted) return obtained;
    const { hostname } = new URL(authority.directory);
    world.report(`${names.join(', ')}: ${hostname}: ${obtained.reason}`);
    reasons.push(`${hostname}: ${obtained.reason}`);
    retryAfterMs = Math.max(retryAfterMs, obtained.retryAfterMs);
  }
  return { kind: 'failed', reason: reasons.join('; '), retryAfterMs };
}

async function askAuthority(authority: Authority, names: readonly string[], world: ObtainWorld): Promise<Obtained> {
  const { challengeTypes } = world;
  const accountKey = keptAccountKey(world.accountFolder, authority.directory);
  const orderWorld: OrderWorld = { ...world, accountKey, prover: createProver(world.proving, world.report) };
  /** What is left to try for each name. */
  const ways = new Map(names.map((name) => [name, [...challengeTypes]]));
  const leftOut = new Map<string, string>();
  // Each round takes a way from at least one name; most often all that fail do so in the same.
  for (let round = 0; ways.size > 0 && round <= challengeTypes.length + 1; round += 1) {
    const ordered = new Map([...ways].flatMap(([name, [type]]) => (type === undefined ? [] : [[name, type] as const])));
    const outcome = await orderCertificate(authority, ordered, orderWorld);
    if (outcome.kind !== 'unproven') return conclude(outcome, leftOut);
    for (const [name, reason] of outcome.reasons) {
      world.report(`${name}: ${reason}`);
      ways.get(name)?.shift();
      leftOut.set(name, join(leftOut.get(name), reason));
      if (ways.get(name)?.length === 0) ways.delete(name);
    }
  }
  const reason = [...leftOut].map(([name, why]) => `${name}: ${why}`).join('; ');
  return { kind: 'failed', reason: reason === '' ? 'no name could be proven' : reason, retryAfterMs: 0 };
}

function conclude(
  outcome: Exclude<OrderOutcome, { kind: 'unproven' }>,
  reasons: ReadonlyMap<string, string>,
): Obtained {
  if (outcome.kind === 'failed') return outcome;
  // A name that was proven in a later way is in the certificate.
  const { names } = outcome.pair.facts;
  return { ...outcome, leftOut: new Map([...reasons].filter(([name]) => !names.includes(name))) };
}

function join(before: string | undefined, reason: string): string {
  return before === undefined ? reason : `${before}; ${reason}`;
}
