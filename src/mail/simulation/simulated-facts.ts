// Answers what restrictions ask in a simulation: from the DNS and the tables as ever. Whoever would remember the question is
// not asked unless that is wanted, and is taken as having nothing against it; the client's name may be made up.

import type { FactFinder } from '#mail/ports/fact-finder.ts';
import type { FactAnswer, FactKind } from '#mail/restrictions/fact.ts';
import type { SimulationQuestion } from './question.ts';

const UNASKED: Readonly<Partial<Record<FactKind, FactAnswer>>> = {
  'policy-service': { kind: 'action', action: 'DUNNO' },
  greylist: { kind: 'known' },
  verified: { kind: 'deliverable' },
};

/** `onUnasked` hears of each question that was not put. */
export function simulatedFacts(
  real: FactFinder,
  { clientName, asksServices }: Pick<SimulationQuestion, 'clientName' | 'asksServices'>,
  onUnasked: () => void,
): FactFinder {
  return {
    async find(question, context) {
      if (question.kind === 'client-name' && clientName !== undefined) {
        return { kind: 'found', name: clientName, verified: true };
      }
      if (question.kind === 'pause') return { kind: 'over' };
      const unasked = asksServices ? undefined : UNASKED[question.kind];
      if (unasked === undefined) return await real.find(question, context);
      onUnasked();
      return unasked;
    },
  };
}
