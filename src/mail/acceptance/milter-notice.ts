// What milters want to become of a message that is accepted: for the journey, and for the log in Postfix's words.

import type { NamedWish } from '#mail/milters/milter-stay.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';
import { COMMANDS } from './judgement-record.ts';
import { LOG_AREAS, noticeLine } from './log-lines.ts';

export interface MilterNotice {
  /** The journey's key. */
  readonly key: string;
  readonly stage: Moment;
  readonly session: SessionFacts;
  readonly logId: string;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** It is accepted, and something else becomes of it than would have. */
export function noteWish(
  { journeyLog, log }: Pick<AcceptanceWorld, 'journeyLog' | 'log'>,
  wish: Exclude<NamedWish, { kind: 'refuse' }>,
  { key, stage, session, logId: id, from, to }: MilterNotice,
): void {
  const { milter, kind, ground } = wish;
  const reason = ground === 'milter_header_checks' ? ground : kind === 'hold' ? wish.reason : '';
  journeyLog.record(key, { kind: 'milter', stage, milter, wish: kind, ...(reason === '' ? {} : { reason }) });
  // The log has a line of the field already.
  if (ground === 'milter_header_checks') return;
  const text = `milter triggers ${kind.toUpperCase()} action`;
  const command = { id, command: COMMANDS[stage], session, from, to };
  log.write('info', LOG_AREAS[session.profile], noticeLine({ ...command, word: `milter-${kind}`, text }));
}
