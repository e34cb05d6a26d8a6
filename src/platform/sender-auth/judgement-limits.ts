// What a judgement may cost. Apart from the judging itself, which only the threads that do it load.

import type { SignatureLimits } from './check-signatures.ts';
import type { DnsBudget } from './dns-questions.ts';

export interface JudgementLimits extends SignatureLimits {
  readonly dns: DnsBudget;
}

/** The smallest RSA key of RFC 8301 §3.2; and more questions than ten SPF terms and eleven keys need. */
export const DEFAULT_JUDGEMENT_LIMITS: JudgementLimits = {
  signatures: 10,
  keyBits: 1_024,
  dns: { timeMs: 20_000, questions: 256 },
};
