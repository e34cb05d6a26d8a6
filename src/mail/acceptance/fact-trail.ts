// What restrictions asked and were told, in the journey: each thing once, and no more of it than a reader can use.

import type { FactContext } from '#mail/ports/fact-finder.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { FactAnswer, FactKind, KnownFact } from '#mail/restrictions/fact.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';

/** Questions of one message that are kept. */
const MOST_FACTS = 200;
/** Records of one answer, and characters of one text. */
const MOST_RECORDS = 20;
const LONGEST_TEXT = 500;

/** Their answers hang on the recipient, who does not stand in the question. */
const ABOUT_RECIPIENTS: ReadonlySet<FactKind> = new Set<FactKind>(['policy-service', 'greylist', 'listed', 'verified']);

export class FactTrail {
  readonly #journeyLog: JourneyLog;
  readonly #key: string;
  readonly #noted = new Set<string>();

  constructor(journeyLog: JourneyLog, key: string) {
    this.#journeyLog = journeyLog;
    this.#key = key;
  }

  note(stage: Moment, { recipient }: FactContext, { question, answer }: KnownFact): void {
    if (question.kind === 'pause') return;
    const subject = recipient === undefined ? '' : formatAddrSpec(recipient);
    const what = JSON.stringify([question, ABOUT_RECIPIENTS.has(question.kind) ? [stage, subject] : []]);
    if (this.#noted.has(what) || this.#noted.size >= MOST_FACTS) return;
    this.#noted.add(what);
    this.#journeyLog.record(this.#key, { kind: 'checked', stage, subject, question, answer: bounded(answer) });
  }
}

function bounded(answer: FactAnswer): FactAnswer {
  if ('records' in answer) return { ...answer, records: answer.records.slice(0, MOST_RECORDS).map(cut) };
  if ('value' in answer) return { ...answer, value: cut(answer.value) };
  if ('action' in answer) return { ...answer, action: cut(answer.action) };
  if ('reason' in answer) return { ...answer, reason: cut(answer.reason) };
  return answer;
}

function cut(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
