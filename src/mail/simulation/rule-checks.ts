// Which rules were asked before one decided. They stand in lists, and the first that speaks decides: so where a verdict names
// its rule, those before it had nothing to say. What is judged by restrictions tells of each itself.

import type { JourneyEvent } from '#mail/journey/event.ts';
import { authenticationRules } from '#mail/policy/authentication.ts';
import { connectionRules } from '#mail/policy/connection.ts';
import { contentRules } from '#mail/policy/content.ts';
import { greetingRules } from '#mail/policy/greeting.ts';
import { isMilterRule } from '#mail/policy/milter.ts';
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

/** In the order in which they are asked: some before the restrictions, and some behind them. */
interface RuleLists {
  readonly before?: readonly string[];
  readonly behind: readonly string[];
}

const RULES: Readonly<Record<Judged['stage'], (occasion: RuleOccasion) => RuleLists>> = {
  connection: () => ({ behind: names(connectionRules) }),
  greeting: () => ({ behind: names(greetingRules) }),
  sender: ({ isSubmission }) => ({ behind: names(isSubmission ? submissionSenderRules : [], senderRules) }),
  recipient: () => ({ before: names(recipientCountRules), behind: names(recipientRules) }),
  data: () => ({ behind: [] }),
  content: ({ isSubmission, isAuthenticated }) => ({
    behind: names(contentRules, isSubmission ? authorshipRules : [], isAuthenticated ? authenticationRules : []),
  }),
};

/** `asked` are the restrictions that were, in their order, and what they said. */
export function ruleChecks(judged: Judged, asked: readonly RuleCheck[], occasion: RuleOccasion): readonly RuleCheck[] {
  const { stage, rule, outcome, origin } = judged;
  const { before = [], behind } = RULES[stage](occasion);
  if (isMilterRule(rule)) {
    // They are asked last, of what all others permit.
    return [...silent(before), ...asked, ...silent(behind), { rule, outcome, ...origin }];
  }
  if (origin !== undefined) {
    return [...silent(before), ...asked, ...(outcome === 'permit' ? silent(behind) : [])];
  }
  const decided = { rule, outcome };
  const early = before.indexOf(rule);
  if (early >= 0) return [...silent(before.slice(0, early)), decided];
  const late = behind.indexOf(rule);
  // What is in no list is a world that fails, or what is permitted because nobody had anything against it.
  const passed = late >= 0 ? behind.slice(0, late) : outcome === 'permit' ? behind : [];
  return [...silent(before), ...asked, ...silent(passed), decided];
}

function silent(rules: readonly string[]): readonly RuleCheck[] {
  return rules.map((rule) => ({ rule, outcome: 'silent' }));
}
