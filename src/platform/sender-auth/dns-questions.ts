// The DNS as mailauth asks it, with our resolver behind: what was answered is kept for the journey, no question is asked
// twice for one message, and all of them together have one budget of time and number. Beyond it nobody answers any more,
// which is a temporary error wherever it matters.

import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import type { UsedAnswer } from '#mail/ports/sender-authentication.ts';

export type AskDns = (name: string, type: DnsType) => Promise<DnsAnswer<DnsType>>;

export interface DnsBudget {
  readonly timeMs: number;
  readonly questions: number;
}

/** Answers, records of one answer, and characters of one record, that are kept for the journey. */
const MOST_ANSWERS = 48;
const MOST_RECORDS = 4;
const LONGEST_RECORD = 512;

const ASKED_TYPES: ReadonlySet<string> = new Set(['A', 'AAAA', 'MX', 'TXT', 'PTR']);

const OVERDUE: DnsAnswer<DnsType> = { kind: 'failed', reason: 'timeout' };

export class DnsQuestions implements Disposable {
  readonly answers: UsedAnswer[] = [];
  readonly #ask: AskDns;
  readonly #budget: DnsBudget;
  readonly #asked = new Map<string, Promise<DnsAnswer<DnsType>>>();
  readonly #overdue = Promise.withResolvers<DnsAnswer<DnsType>>();
  readonly #timer: NodeJS.Timeout;
  #isOverdue = false;

  constructor(ask: AskDns, budget: DnsBudget) {
    this.#ask = ask;
    this.#budget = budget;
    this.#timer = setTimeout(() => {
      this.#isOverdue = true;
      this.#overdue.resolve(OVERDUE);
    }, budget.timeMs);
  }

  /** In the form of `dns.promises.resolve`, rejections and their codes included. */
  readonly resolve = async (name: string, type: string): Promise<unknown[]> => {
    // A CNAME is only asked for of names that do not exist, and our resolver has followed it by then.
    if (!isAskedType(type)) throw dnsError('ENODATA', name, type);
    const key = `${type} ${name.toLowerCase()}`;
    let answer = this.#asked.get(key);
    if (answer === undefined) {
      answer = this.#findOut(name, type);
      this.#asked.set(key, answer);
    }
    return toRecords(await answer, name, type);
  };

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  async #findOut(name: string, type: DnsType): Promise<DnsAnswer<DnsType>> {
    if (this.#isOverdue || this.#asked.size >= this.#budget.questions) return OVERDUE;
    const answer = await Promise.race([this.#ask(name, type), this.#overdue.promise]);
    if (this.answers.length < MOST_ANSWERS) this.answers.push(describeAnswer(name, type, answer));
    return answer;
  }
}

function isAskedType(type: string): type is DnsType {
  return ASKED_TYPES.has(type);
}

function toRecords(answer: DnsAnswer<DnsType>, name: string, type: DnsType): unknown[] {
  switch (answer.kind) {
    case 'found':
      return answer.records.map((record) => {
        if (typeof record === 'string') return type === 'TXT' ? [record] : record;
        return 'preference' in record ? { priority: record.preference, exchange: record.exchange } : record;
      });
    case 'no-such-name':
      throw dnsError('ENOTFOUND', name, type);
    case 'no-data':
      throw dnsError('ENODATA', name, type);
    case 'failed':
      throw dnsError(answer.reason === 'timeout' ? 'ETIMEOUT' : 'ESERVFAIL', name, type);
  }
}

function dnsError(code: string, name: string, type: string): Error {
  return Object.assign(new Error(`${code} for ${name} ${type}`), { code });
}

function describeAnswer(name: string, type: DnsType, answer: DnsAnswer<DnsType>): UsedAnswer {
  const { kind } = answer;
  if (kind === 'found') {
    const records = answer.records
      .slice(0, MOST_RECORDS)
      .map((record) => describeRecord(record).slice(0, LONGEST_RECORD));
    return { name, type, kind, records, ttlSeconds: answer.ttlSeconds };
  }
  return { name, type, kind, records: kind === 'failed' ? [answer.reason] : [], ttlSeconds: undefined };
}

function describeRecord(record: unknown): string {
  if (typeof record === 'string') return record;
  if (typeof record !== 'object' || record === null) return String(record);
  return Object.values(record).join(' ');
}
