// Asks the restrictions that are configured, and writes down what they asked, what they were told and what they noted.

import type { Permission } from '#mail/policy/recipient.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { FactContext } from '#mail/ports/fact-finder.ts';
import { conclude } from '#mail/restrictions/conclude.ts';
import type { Decision, PendingDeferral } from '#mail/restrictions/deliberation.ts';
import type { FactAnswer, FactQuestion } from '#mail/restrictions/fact.ts';
import { type CommandJudgement, judgeCommand, type Moment, permittingRule } from '#mail/restrictions/judge-command.ts';
import type { MessageAction, Notice } from '#mail/restrictions/opinion.ts';
import type { RecipientDestination } from '#mail/restrictions/restriction.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { FactTrail } from './fact-trail.ts';
import { COMMANDS } from './judgement-record.ts';
import { LOG_AREAS, noticeLine } from './log-lines.ts';

export interface JudgedMoment {
  readonly moment: Moment;
  readonly context: FactContext;
  readonly destination?: RecipientDestination | undefined;
  /** What earlier commands left undecided. */
  readonly undecided?: PendingDeferral | undefined;
  /** Where questions and answers are noted. */
  readonly trail: FactTrail;
  /** For the log: `NOQUEUE` until a recipient was accepted. */
  readonly logId: string;
}

export interface RestrictionOutcome {
  /** `undefined`: nothing is against it. */
  readonly refusal: Verdict | undefined;
  readonly permission: Permission;
  readonly actions: readonly MessageAction[];
  /** For the commands that follow. */
  readonly undecided: PendingDeferral | undefined;
}

const UNRESTRICTED: RestrictionOutcome = {
  refusal: undefined,
  permission: { rule: 'permit' },
  actions: [],
  undecided: undefined,
};

type RestrictedWorld = Pick<AcceptanceWorld, 'restrictions' | 'factFinder' | 'log'>;

/** At once, where nothing had to be asked. */
export function judgeRestrictions(
  world: RestrictedWorld,
  judged: JudgedMoment,
): RestrictionOutcome | Promise<RestrictionOutcome> {
  const { restrictions } = world;
  if (restrictions === undefined) return UNRESTRICTED;
  const { moment, context, destination, undecided } = judged;
  const facts = { ...context, destination, spokeEarly: context.session.spokeEarly ?? false };
  const inquiry = judgeCommand(restrictions, moment, facts, undecided);
  const judgement = conclude(inquiry, (question) => answer(world, judged, question));
  return judgement instanceof Promise
    ? judgement.then((concluded) => outcomeOf(world, judged, concluded))
    : outcomeOf(world, judged, judgement);
}

async function answer(
  { factFinder }: RestrictedWorld,
  { moment, context, trail }: JudgedMoment,
  question: FactQuestion,
): Promise<FactAnswer> {
  const found = (await factFinder?.find(question, context)) ?? NOBODY_TO_ASK;
  trail.note(moment, context, { question, answer: found });
  return found;
}

const NOBODY_TO_ASK: FactAnswer = { kind: 'later', reason: 'nobody is there to be asked' };

function outcomeOf({ log }: RestrictedWorld, judged: JudgedMoment, judgement: CommandJudgement): RestrictionOutcome {
  const { decision, actions, notices, deferIfPermit: undecided } = judgement;
  const { session } = judged.context;
  for (const notice of notices) log.write(...noticeEntry(notice, judged), { session: session.connection.connectionId });
  return { refusal: refusalOf(decision), permission: permissionOf(decision, judged), actions, undecided };
}

function refusalOf(decision: Decision | undefined): Verdict | undefined {
  if (decision?.kind !== 'refuse') return undefined;
  const { reply, ground } = decision;
  const { rule, ...origin } = ground;
  return { outcome: reply.code < 500 ? 'defer' : 'reject', rule, reply, origin };
}

function permissionOf(decision: Decision | undefined, { destination }: JudgedMoment): Permission {
  if (decision?.kind !== 'permit') return { rule: permittingRule({ destination }) };
  const { rule, ...origin } = decision.ground;
  return { rule, origin };
}

function noticeEntry({ word, text }: Notice, judged: JudgedMoment): ['info' | 'warn', string, string] {
  const { moment, context, logId: id } = judged;
  const { session, sender, recipient } = context;
  const area = LOG_AREAS[session.profile];
  if (word === 'mistake') return ['warn', area, `warning: ${text}`];
  const from = sender === null ? undefined : sender === undefined ? '' : formatAddrSpec(sender);
  const to = recipient && formatAddrSpec(recipient);
  return ['info', area, noticeLine({ id, command: COMMANDS[moment], session, from, to, word, text })];
}
