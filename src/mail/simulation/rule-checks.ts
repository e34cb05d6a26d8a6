// Which rules were asked before one decided. They stand in lists, and the first that speaks decides: so where a verdict names
// its rule, those before it had nothing to say. What is judged by restrictions tells of each itself.

import type { JourneyEvent } from '#mail/journey/event.ts';
import { authenticationRules } from '#mail/policy/authentication.ts';
import { connectionRules } from '#mail/policy/connection.ts';
import { contentRules } from '#mail/policy/content.ts';
import { greetingRules } from '#mail/policy/greeting.ts';
import { recipientCountRules, recipientRules } from '#mail/policy/recipient.ts';
import { senderRules } from '#mail/policy/sender.ts';
import { authorshipRules, submissionSenderRules } from '#mail/policy/submission.ts';
import type { RuleCheck } from './outcome.ts';

type Judged = Extract<JourneyEvent, { kind: 'judged' }>;

export interface RuleOccasion {
  /** Somebody submits it, and is logged in. */
  readonly isSubmission: boolean;
  /** The origin of a stranger's message was looked at. */
  readonly isAuthenticated: boolean;
}

const names = (...lists: readonly (readonly { readonly name: string }[])[]) => lists.flat().map(({ name }) => name);

/** In the order in which they are asked. */
const RULES: Readonly<Record<Judged['stage'], (occasion: RuleOccasion) => readonly string[]>> = {
  connection: () => names(connectionRules),
  greeting: () => names(greetingRules),
  sender: ({ isSubmission }) => names(isSubmission ? submissionSenderRules : [], senderRules),
  recipient: () => names(recipientCountRules, recipientRules),
  data: () => [],
  content: ({ isSubmission, isAuthenticated }) =>
    names(contentRules, isSubmission ? authorshipRules : [], isAuthenticated ? authenticationRules : []),
};

/** What is decided by a restriction, the restrictions tell: `asked` are those that were, in their order. */
export function ruleChecks(judged: Judged, asked: readonly RuleCheck[], occasion: RuleOccasion): readonly RuleCheck[] {
  const { stage, rule, outcome, origin } = judged;
  const rules = RULES[stage](occasion);
  const at = rules.indexOf(rule);
  if (origin !== undefined) return outcome === 'permit' ? [...asked, ...silent(rules)] : asked;
  // What is in no list decides before them all (a world that fails), or after them (what is permitted).
  const before = at >= 0 ? rules.slice(0, at) : outcome === 'permit' ? rules : [];
  return [...asked, ...silent(before), { rule, outcome }];
}

function silent(rules: readonly string[]): readonly RuleCheck[] {
  return rules.map((rule) => ({ rule, outcome: 'silent' }));
}
