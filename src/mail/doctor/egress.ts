// The addresses that mail leaves from: do others take mail from there? What the checks of domains found out about them, as findings
// of the server. Whoever sits at somebody's home line needs a relayhost.

import type { Finding } from '#mail/domain-check/finding.ts';
import type { FindingRule } from '#mail/domain-check/rules.ts';
import { type DoctorFinding, found, type Rule } from './finding.ts';

const RULE_OF: Readonly<Partial<Record<FindingRule, Rule>>> = {
  'list-listed': 'egress-listed',
  'list-unanswered': 'egress-list-silent',
  'list-refuses-us': 'egress-list-silent',
  'list-gone': 'egress-list-silent',
  'ptr-behind-relay': 'egress-relayed',
  'ptr-unknown-address': 'egress-unknown',
  'ptr-missing': 'egress-no-name',
  'ptr-not-confirmed': 'egress-unconfirmed',
  'ptr-dynamic': 'egress-generic',
  'ptr-generic': 'egress-generic',
  'ptr-differs': 'egress-other-name',
  'ptr-unanswered': 'egress-name-unanswered',
};

/** Those of the checks `ptr` and `list`. */
export function judgeEgress(findings: readonly Finding[]): DoctorFinding[] {
  const told = findings.flatMap(({ rule, subject, values, seen }) => {
    const own = RULE_OF[rule];
    return own === undefined ? [] : [found(own, subject, { name: seen[0] ?? '', ...values })];
  });
  const addresses = new Set(findings.filter(({ rule }) => rule === 'ptr-ok').map(({ subject }) => subject));
  const fine = [...addresses].filter((address) => !told.some(({ subject }) => subject === address));
  return [...told, ...fine.map((address) => found('egress-fine', address))];
}
