// The world of a replay: the routing and the tables of the settings that are tried, and beside them only what was recorded. The
// DNS, policy services, greylisting and other servers said then what they said; whoever was not asked then has said nothing.

import type { DoorWorld } from '#mail/acceptance/acceptance-world.ts';
import { isForRecipient } from '#mail/journey/event.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { FactContext, FactFinder } from '#mail/ports/fact-finder.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { FactAnswer, FactKind, FactQuestion } from '#mail/restrictions/fact.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { NotRecorded } from './not-recorded.ts';
import type { RecordedMessage } from './recorded-message.ts';
import { recordedMilters } from './recorded-milters.ts';

export function recordedWorld(world: DoorWorld, message: RecordedMessage): DoorWorld {
  const { senderChecks, recipientProbe, factFinder, milters, routing } = world;
  const used = new Map<AccountId, number>();
  return {
    ...world,
    routing: { ...routing, findRoute: howFull(routing, message, used) },
    mailStore: {
      quotaUsage: async (account) => ({ sizeBytes: used.get(account) ?? 0, messages: 0 }),
    },
    recipientProbe: recipientProbe && recordedProbe(message),
    senderChecks: senderChecks && {
      ...senderChecks,
      authentication: {
        judge: async () => message.findings ?? fail('SPF, DKIM and DMARC'),
      },
    },
    factFinder: factFinder && recordedFacts(factFinder, message),
    signing: undefined,
    milterPorts: milters && recordedMilters(milters, message),
  };
}

/** These hang on our own settings and tables alone. */
const OURS: ReadonlySet<FactKind> = new Set<FactKind>(['table', 'listed', 'sender-class', 'sender-owners']);
/** Their answers hang on the recipient, who does not stand in the question. */
const ABOUT_RECIPIENTS: ReadonlySet<FactKind> = new Set<FactKind>(['policy-service', 'greylist', 'verified']);

function recordedFacts(real: FactFinder, { facts }: RecordedMessage): FactFinder {
  const known = new Map<string, FactAnswer>();
  for (const { question, answer, subject } of facts) known.set(keyOf(question, subject), answer);
  return {
    async find(question, context) {
      if (question.kind === 'pause') return { kind: 'over' };
      if (OURS.has(question.kind)) return await real.find(question, context);
      return known.get(keyOf(question, recipientOf(context))) ?? fail(describeQuestion(question));
    },
  };
}

function keyOf(question: FactQuestion, recipient: string): string {
  return JSON.stringify([question, ABOUT_RECIPIENTS.has(question.kind) ? recipient : '']);
}

function recipientOf({ recipient }: FactContext): string {
  return recipient === undefined ? '' : formatAddrSpec(recipient);
}

function describeQuestion(question: FactQuestion): string {
  const { kind, ...details } = question;
  return [kind, ...Object.values(details).flat()].join(' ');
}

/**
 * Mailboxes of which it was written down that they were full, by whatever address their mail came: at RCPT, or once the
 * message was here. Those had room for what was declared.
 */
function howFull(routing: Routing, { verdicts }: RecordedMessage, used: Map<AccountId, number>): Routing['findRoute'] {
  const full = verdicts.filter(({ facts }) => facts['room'] === 'full');
  const declaredBytes = Number(verdicts.find(({ stage }) => stage === 'sender')?.facts['declaredSizeBytes'] ?? 0);
  return async (address, sender) => {
    const route = await routing.findRoute(address, sender);
    const about = `<${formatAddrSpec(address)}>`;
    const found = full.find(
      ({ stage, subject }) => subject === about || (stage === 'content' && !isForRecipient(stage, subject)),
    );
    if (route.kind !== 'deliverable' || found === undefined) return route;
    for (const destination of route.destinations) {
      if (destination.kind !== 'mailbox') continue;
      const { id, quotaBytes } = destination.account;
      used.set(id, found.stage === 'content' ? quotaBytes - Math.max(1, declaredBytes) : Number.MAX_SAFE_INTEGER);
    }
    return route;
  };
}

function recordedProbe({ verdicts }: RecordedMessage): RecipientProbe {
  return {
    async probe(address) {
      const facts = verdicts.find(({ stage, subject }) => stage === 'recipient' && subject === `<${address}>`)?.facts;
      const kind = PROBE_ANSWERS.find((word) => word === facts?.['verification']);
      return kind === undefined ? fail(`verified ${address}`) : { kind, text: String(facts?.['verified'] ?? '') };
    },
  };
}

const PROBE_ANSWERS = ['deliverable', 'undeliverable', 'unknown'] as const;

function fail(what: string): never {
  throw new NotRecorded(what);
}
