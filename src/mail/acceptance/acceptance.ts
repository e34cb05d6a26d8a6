// The one door: what the services ask when a client connects, greets and begins a message. One serves all connections of a
// listener.

import { decideConnection } from '#mail/policy/connection.ts';
import { decideGreeting } from '#mail/policy/greeting.ts';
import { decideSender } from '#mail/policy/sender.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { PendingDeferral } from '#mail/restrictions/deliberation.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld, DoorWorld } from './acceptance-world.ts';
import { canonicalSender } from './canonical-sender.ts';
import { ClientMilters } from './client-milters.ts';
import type { ReversePath, SenderParameters, SessionFacts } from './envelope.ts';
import { FactTrail } from './fact-trail.ts';
import { recordJudgement } from './judgement-record.ts';
import { type Beginning, MessageTransaction } from './message-transaction.ts';
import { type JudgedMoment, judgeRestrictions } from './restriction-judgement.ts';
import { gatherSenderFacts } from './sender-facts.ts';
import { StayMemory } from './stay-memory.ts';
import type { Acceptance, TransactionOpening } from './transaction.ts';
import { verdictOrFailure } from './world-failure.ts';

export function createAcceptance(world: DoorWorld): Acceptance {
  const { journeyLog, settings } = world;
  const memory = new StayMemory();
  const { milters: door, milterPorts: ports } = world;
  const milters = door && ports && new ClientMilters(world, door, ports);
  return {
    asksAtData: milters !== undefined || world.restrictions.lists.smtpd_data_restrictions.elements.length > 0,

    async decideConnection(session, spokeFirst) {
      const { connection, profile, tls } = session;
      const { connectionId: key, clientAddress, clientPort, serverPort } = connection;
      journeyLog.record(key, { kind: 'connected', profile, clientAddress, clientPort, serverPort });
      if (tls) journeyLog.record(key, { kind: 'secured', tls });
      const { refusal, undecided } = await judgeRestrictions(world, clientMoment(world, 'connection', session));
      memory.noteConnection(connection, undecided);
      const decided = refusal ?? decideConnection({ profile, myhostname: settings.myhostname, spokeFirst });
      const verdict = await unlessRefused(decided, () => milters?.judgeConnection(session));
      recordRefusal(world, session, 'connection', clientAddress, verdict);
      return verdict;
    },

    async decideGreeting(session) {
      const { connection, profile, tls, helo = '', extended } = session;
      // STARTTLS is always followed by a new greeting; where TLS comes first, it was noted at the connection.
      if (tls && profile !== 'submissions') journeyLog.record(connection.connectionId, { kind: 'secured', tls });
      journeyLog.record(connection.connectionId, { kind: 'greeted', helo, extended });
      const moment = clientMoment(world, 'greeting', session, memory.ofConnection(connection));
      const { refusal, undecided } = await judgeRestrictions(world, moment);
      memory.noteGreeting(connection, undecided);
      const decided = refusal ?? decideGreeting({ helo, myhostname: settings.myhostname });
      const verdict = await unlessRefused(decided, () => milters?.judgeGreeting(session));
      recordRefusal(world, session, 'greeting', helo, verdict);
      return verdict;
    },

    async openTransaction(session, reversePath, parameters) {
      const undecided = memory.ofGreeting(session.connection);
      const beginning = { claimedSender: reversePath, undecided, milterStay: milters?.stayOf(session) };
      return await openTransaction(world, session, reversePath, parameters, beginning);
    },

    leave: (connection) => milters?.leave(connection),
  };
}

async function openTransaction(
  world: AcceptanceWorld,
  session: SessionFacts,
  reversePath: ReversePath,
  parameters: SenderParameters,
  before: Beginning,
): Promise<TransactionOpening> {
  let sender = reversePath;
  let { undecided } = before;
  const key = session.connection.connectionId;
  const judged = await verdictOrFailure(world.log, session, key, async () => {
    const restricted = await judgeRestrictions(world, senderMoment(world, session, reversePath, parameters, undecided));
    if (restricted.refusal !== undefined) return restricted.refusal;
    undecided = restricted.undecided;
    // Whose name it is, is asked of what the client said; canonical_maps have no say in that.
    const facts = await gatherSenderFacts(world, session, reversePath, parameters);
    sender = await canonicalSender(world, reversePath);
    return decideSender(facts);
  });
  const permitted = judged.outcome === 'permit';
  const beginning = { ...before, undecided };
  const begun = permitted ? new MessageTransaction(world, session, sender, parameters, beginning) : undefined;
  const verdict = await unlessRefused(judged, () => begun?.decideSender());
  const transaction = verdict.outcome === 'permit' ? begun : undefined;
  const from = reversePath === undefined ? '' : formatAddrSpec(reversePath);
  recordJudgement(world, {
    key: begun?.queueId ?? key,
    stage: 'sender',
    subject: `<${from}>`,
    verdict,
    facts: {
      ...(parameters.declaredSizeBytes === undefined ? {} : { declaredSizeBytes: parameters.declaredSizeBytes }),
      ...(session.login ? { login: session.login.account } : {}),
    },
    session,
    logId: 'NOQUEUE',
    from,
    to: undefined,
  });
  return { verdict, transaction };
}

/** Milters are asked last, of what all others permit. */
async function unlessRefused(verdict: Verdict, ask: () => Promise<Verdict | undefined> | undefined): Promise<Verdict> {
  return verdict.outcome === 'permit' ? ((await ask()) ?? verdict) : verdict;
}

function clientMoment(
  { journeyLog }: AcceptanceWorld,
  moment: 'connection' | 'greeting',
  session: SessionFacts,
  undecided?: PendingDeferral,
): JudgedMoment {
  const { connectionId: instance } = session.connection;
  return {
    moment,
    context: {
      state: moment === 'connection' ? 'CONNECT' : session.extended ? 'EHLO' : 'HELO',
      session,
      instance,
      sender: null,
      parameters: undefined,
      recipient: undefined,
      recipientCount: 0,
      sizeBytes: undefined,
    },
    undecided,
    trail: new FactTrail(journeyLog, instance),
    logId: 'NOQUEUE',
  };
}

function senderMoment(
  world: AcceptanceWorld,
  session: SessionFacts,
  sender: ReversePath,
  parameters: SenderParameters,
  undecided: PendingDeferral | undefined,
): JudgedMoment {
  const { context, ...moment } = clientMoment(world, 'greeting', session, undecided);
  const sizeBytes = parameters.declaredSizeBytes;
  return { ...moment, moment: 'sender', context: { ...context, state: 'MAIL', sender, parameters, sizeBytes } };
}

/** Permission to connect and to greet says nothing that is worth a line. */
function recordRefusal(
  world: AcceptanceWorld,
  session: SessionFacts,
  stage: 'connection' | 'greeting',
  subject: string,
  verdict: Verdict,
): void {
  if (verdict.outcome === 'permit') return;
  const key = session.connection.connectionId;
  const unsaid = { facts: {}, logId: 'NOQUEUE', from: undefined, to: undefined };
  recordJudgement(world, { key, stage, subject, verdict, session, ...unsaid });
}
