// The addresses that mail leaves from: do others take mail from there? What the checks of domains found out about them, as findings
// of the server. Whoever sits at somebody's home line needs a relayhost.

import type { Finding, Severity } from '#mail/domain-check/finding.ts';
import type { FindingRule } from '#mail/domain-check/rules.ts';
import type { DomainReport } from '#mail/ports/domain-advisor.ts';
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

/** What stands in the line of the server's own addresses is not told again for each domain. */
const OF_SERVER: readonly Finding['check'][] = ['ptr', 'list'];

export function judgeDomain({ domain, findings }: Pick<DomainReport, 'domain' | 'findings'>): DoctorFinding {
  const of = (wanted: Severity) =>
    findings.filter(({ severity, check }) => severity === wanted && !OF_SERVER.includes(check));
  const [failures, warnings, unknown] = [of('failure'), of('warning'), of('unknown')];
  const values = { failures: failures.length, warnings: warnings.length, unknown: unknown.length };
  const rules = (all: readonly Finding[]) => [...new Set(all.map(({ rule }) => rule))].join(', ');
  if (failures.length > 0) return found('domain-failures', domain, { ...values, rules: rules(failures) });
  if (warnings.length > 0) return found('domain-warnings', domain, { ...values, rules: rules(warnings) });
  if (unknown.length > 0) return found('domain-unsure', domain, { ...values, rules: rules(unknown) });
  return found('domain-fine', domain);
}

/** Names that the DNS of the world will never know: RFC 6761 §6, and `.local` of RFC 6762. */
const RESERVED = new Set(['test', 'localhost', 'invalid', 'example', 'local']);

export function isReserved(domain: string): boolean {
  return RESERVED.has(domain.slice(domain.lastIndexOf('.') + 1));
}
