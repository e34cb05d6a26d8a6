// A simulation: one client, one message, said at one of our doors as any client would say it, up to the reply that ends it.
// What a client gives up after a refusal, it gives up here, too.

import { createAcceptance } from '#mail/acceptance/acceptance.ts';
import type { DoorWorld } from '#mail/acceptance/acceptance-world.ts';
import type { JourneyEvent } from '#mail/journey/event.ts';
import { DEFAULT_SMTP_LIMITS, type SmtpLimits } from '#protocols/smtp/limits.ts';
import { PROFILES, type Profile } from '#protocols/smtp/profile.ts';
import { DEFAULT_SMTP_QUIRKS } from '#protocols/smtp/quirks.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';
import type { TlsLevel } from '#protocols/smtp/tls-level.ts';
import { Conversation, SIMULATED_MECHANISM } from './conversation.ts';
import type { SimulationOutcome, SimulationStep } from './outcome.ts';
import { type PlanningWorld, planOf } from './plan.ts';
import type { SimulationQuestion } from './question.ts';
import { quietWorld } from './quiet-world.ts';
import { ruleChecks } from './rule-checks.ts';
import { simulatedMessage } from './simulated-message.ts';
import { type Exchange, Transcript } from './transcript.ts';

export interface SimulatedDoor {
  readonly profile: Profile['name'];
  readonly port: number;
  readonly tlsLevel: TlsLevel;
  readonly limits: Partial<SmtpLimits>;
}

export interface SimulationWorld extends PlanningWorld {
  /** That of the door, with its settings. */
  readonly acceptance: DoorWorld;
  readonly door: SimulatedDoor;
}

export async function simulate(world: SimulationWorld, question: SimulationQuestion): Promise<SimulationOutcome> {
  const { acceptance, door } = world;
  const nowMs = question.atMs ?? acceptance.clock.nowMs();
  const content = simulatedMessage(question, nowMs);
  const transcript = new Transcript();
  const conversation = new Conversation({
    setting: {
      profile: PROFILES[door.profile],
      tlsLevel: door.tlsLevel,
      hostname: acceptance.settings.myhostname,
      limits: { ...DEFAULT_SMTP_LIMITS, ...door.limits },
      quirks: DEFAULT_SMTP_QUIRKS,
    },
    connection: {
      connectionId: 'simulation',
      clientAddress: question.clientAddress,
      clientPort: CLIENT_PORT,
      serverAddress: '',
      serverPort: door.port,
    },
    acceptance: createAcceptance(quietWorld(acceptance, transcript, { nowMs: () => nowMs })),
    implicitTls: door.profile === 'submissions',
    content,
    transcript,
    findAccount: (login) => acceptance.directory.findAccount(login),
  });
  await converse(conversation, question, content.sizeBytes);
  return await outcomeOf(world, question, transcript.exchanges);
}

/** Of those that clients call from. */
const CLIENT_PORT = 49_152;

async function converse(conversation: Conversation, question: SimulationQuestion, sizeBytes: number): Promise<void> {
  const { door, login, tls, helo, sender, recipients } = question;
  const greeting = `${door === 'lmtp' ? 'LHLO' : 'EHLO'} ${helo}`;
  if (!isGood(await conversation.connect())) return;
  if (!isGood(await conversation.say(greeting))) return;
  if (tls && door !== 'submissions') {
    if (!isGood(await conversation.say('STARTTLS'))) return;
    if (!isGood(await conversation.say(greeting))) return;
  }
  if (login !== undefined && !isGood(await conversation.say(authCommand(login)))) return;
  const utf8 = /[^\x00-\x7f]/.test([sender, ...recipients].join('')) ? ' SMTPUTF8' : '';
  if (!isGood(await conversation.say(`MAIL FROM:<${sender}> SIZE=${sizeBytes}${utf8}`))) return;
  let accepted = 0;
  for (const recipient of recipients) {
    if (isGood(await conversation.say(`RCPT TO:<${recipient}>`))) accepted++;
    if (conversation.phase === 'closing') return;
  }
  if (accepted === 0 || !isGood(await conversation.say('DATA'))) return;
  await conversation.sendContent();
}

/** The password stands for any. */
function authCommand(login: string): string {
  return `AUTH ${SIMULATED_MECHANISM} ${Buffer.from(`\0${login}\0simulation`).toString('base64')}`;
}

function isGood({ replies }: Exchange): boolean {
  return (replies.at(-1)?.code ?? 0) < 400 && replies.length > 0;
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
