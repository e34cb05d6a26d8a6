// All that reports said of one domain in a time: who sends in its name, and how others fare who send to it.

import { adviseOnPolicy, adviseOnSender, type PolicyAdvice, type SenderAdvice } from './advice.ts';
import type { PublishedPolicy } from './aggregate-report.ts';
import type { ReceivedReport, ReportOrigin } from './received-report.ts';
import { type SenderLine, SenderTally } from './sender-tally.ts';

export interface AdvisedSender extends SenderLine {
  readonly advice: SenderAdvice;
}

export interface TlsLine {
  /** `certificate-expired` … */
  readonly resultType: string;
  readonly receivingHost: string | undefined;
  readonly sessions: number;
}

export interface DomainSummary {
  readonly domain: string;
  readonly reports: number;
  /** Of which nothing is counted: nothing proves who sent them. */
  readonly unverified: number;
  /** The domains that DMARC proves to have sent them; what a report calls its sender proves nothing. */
  readonly reporters: readonly string[];
  readonly messages: number;
  readonly passed: number;
  readonly senders: readonly AdvisedSender[];
  readonly senderCount: number;
  /** As the newest report has it. */
  readonly policy: PublishedPolicy | undefined;
  readonly advice: PolicyAdvice | undefined;
  readonly tls: { readonly successful: number; readonly failed: number; readonly failures: readonly TlsLine[] };
}

const MOST_REPORTERS = 20;
const MOST_TLS_LINES = 1_000;
const SHOWN_TLS_LINES = 20;

/** Reports are added the oldest first. */
export class DomainTally {
  readonly #domain: string;
  readonly #senders = new SenderTally();
  readonly #reporters = new Set<string>();
  readonly #tlsLines = new Map<string, TlsLine>();
  #reports = 0;
  #unverified = 0;
  #policy: PublishedPolicy | undefined;
  #successful = 0;
  #failed = 0;

  constructor(domain: string) {
    this.#domain = domain;
  }

  add(received: ReceivedReport, { isVerified, author }: Pick<ReportOrigin, 'isVerified' | 'author'>): void {
    this.#reports += 1;
    if (!isVerified) {
      this.#unverified += 1;
      return;
    }
    if (this.#reporters.size < MOST_REPORTERS)
      this.#reporters.add(author === '' ? received.report.organisation : author);
    if (received.kind === 'aggregate') {
      this.#policy = received.report.policy;
      for (const row of received.report.rows) this.#senders.add(row);
      return;
    }
    for (const policy of received.report.policies) {
      if (policy.domain !== this.#domain) continue;
      this.#successful += policy.successful;
      this.#failed += policy.failed;
      for (const failure of policy.failures) this.#addFailure(failure.resultType, failure.receivingHost, failure.count);
    }
  }

  summary(mostSenders: number): DomainSummary {
    const lines = this.#senders.lines();
    const sum = (count: (line: SenderLine) => number) => lines.reduce((total, line) => total + count(line), 0);
    const failures = [...this.#tlsLines.values()].sort((a, b) => b.sessions - a.sessions).slice(0, SHOWN_TLS_LINES);
    return {
      domain: this.#domain,
      reports: this.#reports,
      unverified: this.#unverified,
      reporters: [...this.#reporters].sort(),
      messages: sum(({ messages }) => messages),
      passed: sum(({ passed }) => passed),
      senders: lines.slice(0, mostSenders).map((line) => ({ ...line, advice: adviseOnSender(line) })),
      senderCount: lines.length,
      policy: this.#policy,
      advice: this.#policy && adviseOnPolicy(this.#policy, lines),
      tls: { successful: this.#successful, failed: this.#failed, failures },
    };
  }

  #addFailure(resultType: string, receivingHost: string | undefined, count: number): void {
    const key = `${resultType} ${receivingHost ?? ''}`;
    const known = this.#tlsLines.get(key);
    if (known === undefined && this.#tlsLines.size >= MOST_TLS_LINES) return;
    this.#tlsLines.set(key, { resultType, receivingHost, sessions: (known?.sessions ?? 0) + count });
  }
}
