// What is said of a finding in one language.

import type { Rule } from './finding.ts';

export interface FindingWords {
  readonly what: string;
  readonly why?: string;
  readonly fix?: string;
}

/** `{name}` is a gap for the finding's values, `{subject}` for what it is about. */
export type Words = Readonly<Record<Rule, FindingWords>>;
