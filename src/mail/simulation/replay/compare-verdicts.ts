// Then and now: which verdicts of one message other settings would change, and which cannot be told. What follows a refusal is
// not judged any more, and is no change of its own.

import { isForRecipient } from '#mail/journey/event.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import type { JudgedThen, RecordedMessage } from './recorded-message.ts';
import type { JudgedNow, ReplayedMessage } from './replay-message.ts';

export interface VerdictChange {
  readonly stage: Moment;
  readonly subject: string;
  readonly before: JudgedNow;
  readonly after: JudgedNow;
}

/** `what` would have to be asked, and was not then. */
export interface UnknownVerdict {
  readonly stage: Moment;
  readonly subject: string;
  readonly before: JudgedNow;
  readonly what: string;
}

export interface Comparison {
  readonly same: number;
  readonly changes: readonly VerdictChange[];
  readonly unknown: readonly UnknownVerdict[];
}

export function compareVerdicts({ verdicts: then }: RecordedMessage, replayed: ReplayedMessage): Comparison {
  const changes: VerdictChange[] = [];
  const unknown: UnknownVerdict[] = [];
  let same = 0;
  for (const { facts: _, ...before } of then) {
    const after = replayed.verdicts.findLast((now) => isSameMatter(now, before));
    const { stage, subject } = before;
    if (after === undefined) {
      const { missing } = replayed;
      // Behind the place where it could not go on, nothing can be told either.
      if (missing !== undefined) unknown.push({ stage, subject, before, what: missing.what });
    } else if (isSameVerdict(before, after)) same++;
    else changes.push({ stage, subject, before, after });
  }
  return { same, changes, unknown };
}

export function isSameVerdict(one: Pick<JudgedThen, 'outcome' | 'rule'>, other: typeof one): boolean {
  return one.outcome === other.outcome && one.rule === other.rule;
}

/** One recipient of many, at RCPT or once LMTP has the message; of everything else there is one in a message. */
export function isSameMatter(one: Pick<JudgedThen, 'stage' | 'subject'>, other: typeof one): boolean {
  if (one.stage !== other.stage) return false;
  const isOneOfMany =
    one.stage === 'recipient' || [one, other].some((each) => isForRecipient(each.stage, each.subject));
  return !isOneOfMany || one.subject === other.subject;
}
