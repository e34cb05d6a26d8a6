// How a decision is written: facts were gathered before, each rule looks at them and decides or stays silent, the
// first that decides wins. A rule's name stands once, beside what it judges, so that any verdict can be found,
// tested with literal facts, and replayed.

import type { SmtpReply } from '#protocols/smtp/reply.ts';
import type { Verdict } from './verdict.ts';

export type Judgement = Omit<Verdict, 'rule'>;

export interface Rule<Facts> {
  readonly name: string;
  readonly judge: (facts: Facts) => Judgement | undefined;
}

export function permit(reply: SmtpReply): Judgement {
  return { outcome: 'permit', reply };
}

export function reject(reply: SmtpReply): Judgement {
  return { outcome: 'reject', reply };
}

export function defer(reply: SmtpReply): Judgement {
  return { outcome: 'defer', reply };
}

export function firstVerdict<Facts>(rules: readonly Rule<Facts>[], facts: Facts): Verdict | undefined {
  for (const { name, judge } of rules) {
    const judgement = judge(facts);
    if (judgement !== undefined) return { ...judgement, rule: name };
  }
  return undefined;
}
