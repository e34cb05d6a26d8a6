// What a check found: a rule that stands once in the code, how bad it is, what was seen and what should be there. The words are
// the reader's, by the rule's name and these values.

import type { PublishedRecord } from '#mail/domain-records/published-record.ts';
import type { CheckName, FindingRule, RuleOf } from './rules.ts';

/**
 * `ok`: holds. `advice`: could be better, nothing fails. `warning`: some mail may fail. `failure`: mail fails. `unknown`: could not
 * be found out now.
 */
const SEVERITIES = ['ok', 'advice', 'unknown', 'warning', 'failure'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Finding {
  readonly check: CheckName;
  readonly rule: FindingRule;
  readonly severity: Severity;
  /** The name or address that it is about. */
  readonly subject: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly seen: readonly string[];
  readonly expected: readonly string[];
  /** To be published instead. */
  readonly paste: readonly PublishedRecord[];
}

type FindingDetails = Partial<Pick<Finding, 'values' | 'seen' | 'expected' | 'paste'>>;

/** A check's own way to say what it found. */
export function finder<Name extends CheckName>(check: Name) {
  const say =
    (severity: Severity) =>
    (rule: RuleOf<Name>, subject: string, details: FindingDetails = {}): Finding => {
      const { values = {}, seen = [], expected, paste = [] } = details;
      const wanted = expected ?? paste.map(({ data }) => data);
      return {
        check,
        rule: `${check}-${rule}` as FindingRule,
        severity,
        subject,
        values,
        seen,
        expected: wanted,
        paste,
      };
    };
  return {
    ok: (subject: string, seen: readonly string[] = []) => say('ok')('ok' as RuleOf<Name>, subject, { seen }),
    advice: say('advice'),
    unknown: say('unknown'),
    warning: say('warning'),
    failure: say('failure'),
  };
}

/** Nothing that mail could fail by, and nothing that could not be found out. */
export function isGreen(findings: readonly Finding[]): boolean {
  return findings.every(({ severity }) => severity === 'ok' || severity === 'advice');
}

export function worstSeverity(findings: readonly Finding[]): Severity {
  return SEVERITIES.findLast((severity) => findings.some((finding) => finding.severity === severity)) ?? 'ok';
}
