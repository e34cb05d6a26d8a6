// What a milter wants, as a verdict. The rule is the setting that the milter stands in, or what holds where it cannot be asked.

import type { MilterList } from '#mail/milters/door-milters.ts';
import type { NamedWish } from '#mail/milters/milter-stay.ts';
import type { Verdict } from './verdict.ts';

const MILTER_RULES = [
  'smtpd_milters',
  'non_smtpd_milters',
  'milter_default_action',
  'milter_header_checks',
  'smtpd_milter_maps',
] as const;

export function isMilterRule(rule: string): boolean {
  return MILTER_RULES.some((name) => name === rule);
}

export function decideMilter(list: MilterList, wish: Extract<NamedWish, { kind: 'refuse' }>): Verdict {
  const { reply, milter, ground } = wish;
  return {
    outcome: reply.code < 500 ? 'defer' : 'reject',
    rule: ground === 'milter' ? list : ground,
    reply,
    origin: { list: ground === 'milter_header_checks' ? ground : list, element: milter },
  };
}
