// What is new since the last look: what holds no more, and what was mended. Advice is nobody's alarm.

import type { Finding, Severity } from './finding.ts';

export interface FindingChange {
  readonly kind: 'appeared' | 'mended';
  readonly finding: Finding;
}

const TOLD: ReadonlySet<Severity> = new Set(['warning', 'failure']);

/** One that could not be looked at is as it was. */
export function findChanges(before: readonly Finding[], after: readonly Finding[]): readonly FindingChange[] {
  const unknownNow = new Set(after.filter(({ severity }) => severity === 'unknown').map(({ check }) => check));
  const [known, now] = [troubles(before), troubles(after)];
  const appeared = [...now.entries()].filter(([key]) => !known.has(key));
  const mended = [...known.entries()].filter(([key, { check }]) => !now.has(key) && !unknownNow.has(check));
  return [
    ...appeared.map(([, finding]) => ({ kind: 'appeared', finding }) as const),
    ...mended.map(([, finding]) => ({ kind: 'mended', finding }) as const),
  ];
}

function troubles(findings: readonly Finding[]): Map<string, Finding> {
  const told = findings.filter(({ severity }) => TOLD.has(severity));
  return new Map(told.map((finding) => [`${finding.rule} ${finding.subject}`, finding]));
}
