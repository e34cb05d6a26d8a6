// An accepted message becomes a plan, and the plan a record of the journal: when it resolves, the 250 may be said.

import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { activeLine } from '#mail/queue/queue-lines.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { type Amendments, amend } from './amendments.ts';
import { formatAuthenticationTrace, traceNames } from './authentication-trace.ts';
import { planDeliveries } from './delivery-plan.ts';
import type { Envelope } from './envelope.ts';
import type { MessageActions } from './message-actions.ts';
import type { MessageHeader } from './message-header.ts';
import { countDeliveries, type RoutedRecipient, sizeWithTrace } from './plan.ts';
import { recordPlan } from './plan-record.ts';
import { sealMessage } from './sealing.ts';
import { type KeyName, signMessage } from './signing.ts';

export interface AcceptedMessage {
  readonly queueId: string;
  readonly arrivedMs: number;
  readonly envelope: Envelope;
  readonly recipients: readonly RoutedRecipient[];
  readonly content: MessageContent;
  readonly header: MessageHeader;
  readonly amendments: Amendments;
  /** What restrictions want to become of it. */
  readonly actions: MessageActions;
  /** What was found out of a stranger. */
  readonly origin?: AuthenticationFacts | undefined;
  /** Where its copies go. */
  readonly mailbox?: 'INBOX' | 'Junk' | undefined;
  /** Fields above our Received, where milters have had them in their hands. */
  readonly above?: string | undefined;
  /** Keys that milters have signed with. */
  readonly signedWith?: readonly KeyName[];
}

/** What amendments and milters may add to a header that is as large as it may be. */
export const ADDED_HEADER_OCTETS = 65_536;

/** Throws WorldError, and then nothing was promised. */
export async function commitMessage(world: AcceptanceWorld, message: AcceptedMessage): Promise<void> {
  const { clock, journal, journeyLog, log, settings } = world;
  const { queueId, arrivedMs, envelope, header, actions, mailbox = 'INBOX' } = message;
  if (actions.isDiscarded || message.recipients.length === 0) return journeyLog.record(queueId, { kind: 'discarded' });
  const recipients = await actions.redirect(world, envelope.reversePath, message.recipients);
  const { content, changes } = amend(message.content, header, message.amendments);
  for (const change of changes) journeyLog.record(queueId, { kind: 'amended', change });
  const plan = planDeliveries(envelope, recipients, header, {
    queueId,
    arrivedMs,
    sizeBytes: content.sizeBytes,
    originTrace: message.above ?? formatFieldsAbove(world, message),
    isHeld: actions.isHeld,
    mailbox,
    signatures: (await seal(world, message, content, recipients)) + (await sign(world, message, content)),
    myhostname: settings.myhostname,
    nowMs: clock.nowMs(),
  });
  recordPlan(journeyLog, queueId, plan);
  const sender = envelope.reversePath === undefined ? '' : formatAddrSpec(envelope.reversePath);
  log.write('info', 'qmgr', activeLine(queueId, sender, sizeWithTrace(plan, content.sizeBytes), countDeliveries(plan)));
  const begunMs = clock.nowMs();
  await journal.commit({ queueId, arrivedMs, envelope, plan, content });
  journeyLog.record(queueId, { kind: 'committed', durationMs: clock.nowMs() - begunMs });
}

/** What restrictions put on top, and what was found out of the message's origin. */
export function formatFieldsAbove(
  { settings }: Pick<AcceptanceWorld, 'settings'>,
  {
    actions,
    origin,
    envelope,
    mailbox = 'INBOX',
  }: Pick<AcceptedMessage, 'actions' | 'origin' | 'envelope' | 'mailbox'>,
): string {
  const trace = origin && formatAuthenticationTrace(origin, envelope, traceNames(settings), mailbox);
  return actions.fields + (trace ?? '');
}

async function seal(
  world: AcceptanceWorld,
  { queueId, envelope, origin }: AcceptedMessage,
  content: MessageContent,
  recipients: readonly RoutedRecipient[],
): Promise<string> {
  if (origin === undefined) return '';
  const headerSizeLimit = world.settings.header_size_limit + ADDED_HEADER_OCTETS;
  return await sealMessage(world, { queueId, envelope, origin, content, headerSizeLimit, recipients });
}

async function sign(
  { signing, settings, clock, journeyLog, log }: AcceptanceWorld,
  { queueId, envelope, signedWith = [], ...before }: AcceptedMessage,
  content: MessageContent,
): Promise<string> {
  if (signing === undefined) return '';
  const { session } = envelope;
  const header = content === before.content ? before.header : undefined;
  const headerSizeLimit = settings.header_size_limit + ADDED_HEADER_OCTETS;
  const question = { queueId, session, content, header, nowMs: clock.nowMs(), headerSizeLimit, signedWith };
  const { fields, keys } = await signMessage(signing, log, question);
  for (const { domain, selector } of keys) {
    journeyLog.record(queueId, { kind: 'amended', change: `added DKIM-Signature (s=${selector}, d=${domain})` });
    log.write('info', 'dkim', `${queueId}: DKIM-Signature field added (s=${selector}, d=${domain})`);
  }
  return fields;
}
