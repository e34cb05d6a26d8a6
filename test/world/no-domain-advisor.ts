// Where no domain needs anything.

import { err, ok } from '#base/result.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';

const NOBODY = err({ code: 'not-found', message: 'nobody advises here' } as const);

export const NO_DOMAIN_ADVISOR: DomainAdvisor = {
  plan: async (domain) => ok({ domain, mailHost: 'mail.valija.test', relayhost: '', records: [], gaps: [] }),
  check: async () => NOBODY,
  publish: async () => NOBODY,
};
