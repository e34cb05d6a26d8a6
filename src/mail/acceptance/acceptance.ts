// The one door: what the services ask when a client connects, greets and begins a message. It keeps nothing between
// calls, so that one serves all connections of a listener.

import { decideConnection } from '#mail/policy/connection.ts';
import { decideGreeting } from '#mail/policy/greeting.ts';
import { decideSender } from '#mail/policy/sender.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { canonicalSender } from './canonical-sender.ts';
import type { SessionFacts } from './envelope.ts';
import { recordJudgement } from './judgement-record.ts';
import { MessageTransaction } from './message-transaction.ts';
import { gatherSenderFacts } from './sender-facts.ts';
import type { Acceptance } from './transaction.ts';
import { verdictOrFailure } from './world-failure.ts';

export function createAcceptance(world: AcceptanceWorld): Acceptance {
  const { journeyLog, settings } = world;
  return {
    async decideConnection(session) {
      const { connection, profile, tls } = session;
      const { connectionId: key, clientAddress, clientPort, serverPort } = connection;
      journeyLog.record(key, { kind: 'connected', profile, clientAddress, clientPort, serverPort });
      if (tls) journeyLog.record(key, { kind: 'secured', tls });
      const verdict = decideConnection({ profile, myhostname: settings.myhostname });
      recordRefusal(world, session, 'connection', clientAddress, verdict);
      return verdict;
    },

    async decideGreeting(session) {
      const { connection, profile, tls, helo = '', extended } = session;
      // STARTTLS is always followed by a new greeting; where TLS comes first, it was noted at the connection.
      if (tls && profile !== 'submissions') journeyLog.record(connection.connectionId, { kind: 'secured', tls });
      journeyLog.record(connection.connectionId, { kind: 'greeted', helo, extended });
      const verdict = decideGreeting({ helo, myhostname: settings.myhostname });
      recordRefusal(world, session, 'greeting', helo, verdict);
      return verdict;
    },

    async openTransaction(session, reversePath, parameters) {
      let sender = reversePath;
      const verdict = await verdictOrFailure(world.log, session, session.connection.connectionId, async () => {
        // Whose name it is, is asked of what the client said; canonical_maps have no say in that.
        const facts = await gatherSenderFacts(world, session, reversePath, parameters);
        sender = await canonicalSender(world, reversePath);
        return decideSender(facts);
      });
      const permitted = verdict.outcome === 'permit';
      const transaction = permitted ? new MessageTransaction(world, session, sender, parameters) : undefined;
      const from = reversePath === undefined ? '' : formatAddrSpec(reversePath);
      recordJudgement(world, {
        key: transaction?.queueId ?? session.connection.connectionId,
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
    },
  };
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
