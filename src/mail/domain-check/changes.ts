// What is new since the last look: what holds no more, and what was mended. Advice is nobody's alarm.

import type { Finding } from './finding.ts';
import type { CheckName } from './rules.ts';

/** What is remembered of a finding. */
export interface Trouble {
  readonly check: CheckName;
  readonly rule: string;
  readonly subject: string;
  readonly severity: 'warning' | 'failure';
}

export interface TroubleChange {
  readonly kind: 'appeared' | 'mended';
  readonly trouble: Trouble;
}

/** What could not be looked at now is as it was. */
export function rememberTroubles(before: readonly Trouble[], findings: readonly Finding[]): readonly Trouble[] {
  const found = findings.flatMap(({ check, rule, subject, severity }) =>
    severity === 'warning' || severity === 'failure' ? [{ check, rule, subject, severity }] : [],
  );
  const unknown = new Set(findings.filter(({ severity }) => severity === 'unknown').map(({ check }) => check));
  const known = new Set(found.map(keyOf));
  return [...found, ...before.filter((trouble) => unknown.has(trouble.check) && !known.has(keyOf(trouble)))];
}

export function findChanges(before: readonly Trouble[], after: readonly Trouble[]): readonly TroubleChange[] {
  const [known, now] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return [
    ...after.filter((trouble) => !known.has(keyOf(trouble))).map((trouble) => ({ kind: 'appeared', trouble }) as const),
    ...before.filter((trouble) => !now.has(keyOf(trouble))).map((trouble) => ({ kind: 'mended', trouble }) as const),
  ];
}

function keyOf({ rule, subject }: Trouble): string {
  return `${rule} ${subject}`;
}
