// What is to be changed in one message, by how it came: our own people's mail is completed, others' loses what passes itself
// off as ours.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import { type Amendments, submissionAmendments, TRANSPORT_AMENDMENTS } from './amendments.ts';
import { findForged, isOfTheHouse, traceNames } from './authentication-trace.ts';
import { trustIn } from './client-trust.ts';
import { isSubmission, type ReversePath, type SessionFacts } from './envelope.ts';
import { rewriteHeader } from './header-rewriting.ts';
import type { MessageHeader } from './message-header.ts';

export interface AmendmentQuestion {
  readonly queueId: string;
  readonly session: SessionFacts;
  readonly reversePath: ReversePath;
  /** For a From that is missing, where the sender's address does not say it all. */
  readonly author: string | undefined;
}

/** Throws WorldError when a table cannot be asked. */
export async function findAmendments(
  world: AcceptanceWorld,
  question: AmendmentQuestion,
  header: MessageHeader,
): Promise<Amendments> {
  const { settings } = world;
  const trusted = isOfTheHouse(question.session, trustIn(question.session, settings));
  return { ...(await completion(world, question, header)), forged: findForged(header, trusted, traceNames(settings)) };
}

async function completion(
  { settings, clock, routing }: AcceptanceWorld,
  { queueId, session, reversePath, author }: AmendmentQuestion,
  header: MessageHeader,
): Promise<Amendments> {
  const { login, profile } = session;
  const isLocal = profile === 'local';
  if ((!isSubmission(session) && !isLocal) || login === undefined) return TRANSPORT_AMENDMENTS;
  const sender = reversePath ? formatAddrSpec(reversePath) : login.account;
  const { myhostname } = settings;
  const context = { author: author ?? sender, queueId, myhostname, nowMs: clock.nowMs() };
  if (!isLocal) return submissionAmendments(header, context);
  return submissionAmendments(header, context, await rewriteHeader(header, routing));
}
