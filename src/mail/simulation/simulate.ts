// A simulation: one client, one message that never came, and all that would be said, decided and planned.

import type { JourneyEvent } from '#mail/journey/event.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import type { SimulationOutcome, SimulationStep } from './outcome.ts';
import { type PlanningWorld, planOf } from './plan.ts';
import { type PlayedWorld, playOut } from './play-out.ts';
import type { SimulationQuestion } from './question.ts';
import { ruleChecks } from './rule-checks.ts';
import { simulatedMessage } from './simulated-message.ts';
import { type Exchange, Transcript } from './transcript.ts';

export type SimulationWorld = PlayedWorld & PlanningWorld;

export async function simulate(world: SimulationWorld, question: SimulationQuestion): Promise<SimulationOutcome> {
  const { directory, clock } = world.acceptance;
  const { clientAddress, clientName, helo, tls, login, sender, recipients } = question;
  const atMs = question.atMs ?? clock.nowMs();
  const content = simulatedMessage(question, atMs);
  const transcript = new Transcript();
  const script = {
    ...{ atMs, clientAddress, clientName, tls, recipients, content },
    greeting: { name: helo, extended: true },
    login: login === undefined ? undefined : { name: login, account: await directory.findAccount(login) },
    sender: { address: sender, sizeBytes: content.sizeBytes },
  };
  await playOut(world, script, transcript);
  return await outcomeOf(world, question, transcript.exchanges);
}

async function outcomeOf(
  world: SimulationWorld,
  { message: _, ...question }: SimulationQuestion,
  exchanges: readonly Exchange[],
): Promise<SimulationOutcome> {
  const events = exchanges.flatMap((exchange) => exchange.events);
  const decided = decisionOf(exchanges);
  return {
    question,
    hostname: world.acceptance.settings.myhostname,
    steps: exchanges.map((exchange) => stepOf(question, exchange, events)),
    verdict: decided.verdict,
    rule: decided.rule,
    reply: decided.reply,
    plan: decided.verdict === 'accepted' ? await planOf(world, events) : [],
  };
}

function stepOf(
  { login }: Pick<SimulationQuestion, 'login'>,
  { command, replies, events, complaints, checks: asked }: Exchange,
  all: readonly JourneyEvent[],
): SimulationStep {
  const isAuthenticated = all.some(({ kind }) => kind === 'sender-checked');
  const judged = events.find((event) => event.kind === 'judged');
  const checks = judged ? ruleChecks(judged, asked, { isSubmission: login !== undefined, isAuthenticated }) : asked;
  return { command: command.startsWith('AUTH ') ? hideSecret(command) : command, replies, events, checks, complaints };
}

/** No password is known; what stands for it is nobody's business. */
function hideSecret(command: string): string {
  return command.split(' ').slice(0, 2).join(' ');
}

/** What the client hears last about its message; of several recipients, it is accepted where one is. */
function decisionOf(exchanges: readonly Exchange[]): Pick<SimulationOutcome, 'verdict' | 'rule' | 'reply'> {
  const last = exchanges.findLast(({ replies }) => replies.length > 0);
  const reply: SmtpReply | undefined = last?.replies.at(-1);
  const judged = last?.events.findLast((event) => event.kind === 'judged');
  const isOver = last?.command === '.' && last.replies.some(({ code }) => code < 300);
  const verdict = isOver ? 'accepted' : (reply?.code ?? 500) < 500 ? 'deferred' : 'refused';
  return { verdict, rule: judged?.kind === 'judged' ? judged.rule : undefined, reply };
}
