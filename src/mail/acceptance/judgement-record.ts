// Every verdict is written down where it was taken: into the message's journey with the facts that it rests on, and, when
// it refuses, into the log with its rule.

import type { JourneyEvent } from '#mail/journey/event.ts';
import { isMilterRule } from '#mail/policy/milter.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';
import { type JudgedCommandName, LOG_AREAS, refusalLine, replyText } from './log-lines.ts';

type Judged = Extract<JourneyEvent, { kind: 'judged' }>;

export interface JudgementRecord {
  /** The journey's key. */
  readonly key: string;
  readonly stage: Judged['stage'];
  readonly subject: string;
  readonly verdict: Verdict;
  readonly facts: Judged['facts'];
  readonly session: SessionFacts;
  /** For the log, when it is a refusal. */
  readonly logId: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

export type JudgedContent = Pick<JudgementRecord, 'verdict' | 'facts'>;

export const COMMANDS: Readonly<Record<Judged['stage'], JudgedCommandName>> = {
  connection: 'CONNECT',
  greeting: 'HELO',
  sender: 'MAIL',
  recipient: 'RCPT',
  data: 'DATA',
  content: 'END-OF-MESSAGE',
};

export function recordJudgement(
  { journeyLog, log }: Pick<AcceptanceWorld, 'journeyLog' | 'log'>,
  { key, stage, subject, verdict, facts, session, logId, from, to }: JudgementRecord,
): void {
  const { outcome, rule, reply, origin } = verdict;
  const judged = { kind: 'judged', stage, subject, outcome, rule, reply: replyText(reply), facts } as const;
  journeyLog.record(key, origin === undefined ? judged : { ...judged, origin });
  if (outcome === 'permit') return;
  const word = isMilterRule(rule) ? 'milter-reject' : 'reject';
  const line = refusalLine({ id: logId, word, command: COMMANDS[stage], session, verdict, from, to });
  // NOQUEUE names nothing that one could ask `why` for: the journey's key does.
  log.write('info', LOG_AREAS[session.profile], line, { rule, journey: key });
}
