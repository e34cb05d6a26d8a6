// What the checks of a domain found out, as one line about it.

import type { Finding, Severity } from '#mail/domain-check/finding.ts';
import type { DomainReport } from '#mail/ports/domain-advisor.ts';
import { type DoctorFinding, found } from './finding.ts';

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
