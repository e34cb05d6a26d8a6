// Where nobody knows what a domain needs.

import { err } from '#base/result.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';

const NOBODY = err({ code: 'not-found', message: 'nobody advises here' } as const);

export const NO_DOMAIN_ADVISOR: DomainAdvisor = {
  plan: async () => NOBODY,
  check: async () => NOBODY,
  publish: async () => NOBODY,
};
