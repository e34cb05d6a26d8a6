// Has an inquiry's questions answered. Where nothing is asked nothing is waited for: most mail is judged within one turn.

import type { FactAnswer, FactQuestion, Inquiry } from './fact.ts';

export type Answer = (question: FactQuestion) => Promise<FactAnswer>;

export function conclude<Result>(inquiry: Inquiry<Result>, answer: Answer): Result | Promise<Result> {
  const step = inquiry.next();
  return step.done === true ? step.value : goOn(inquiry, step.value, answer);
}

async function goOn<Result>(inquiry: Inquiry<Result>, first: FactQuestion, answer: Answer): Promise<Result> {
  let question = first;
  for (;;) {
    const step = inquiry.next(await answer(question));
    if (step.done === true) return step.value;
    question = step.value;
  }
}
