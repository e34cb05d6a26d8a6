// Answers what restrictions ask: from the DNS, tables, policy services and the server's own memory. A simulation answers from
// what it was told, a replay from what was written down.

import type { ReversePath, SenderParameters, SessionFacts } from '#mail/acceptance/envelope.ts';
import type { FactAnswer, FactQuestion } from '#mail/restrictions/fact.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

/** What is known when the question is put; Postfix's policy protocol sends all of it. */
export interface FactContext {
  /** Postfix's protocol_state. */
  readonly state: 'CONNECT' | 'EHLO' | 'HELO' | 'MAIL' | 'RCPT' | 'DATA' | 'END-OF-MESSAGE';
  readonly session: SessionFacts;
  /** The message's queue id, or the connection's id before there is one. */
  readonly instance: string;
  /** `null` before MAIL. */
  readonly sender: ReversePath | null;
  readonly parameters: SenderParameters | undefined;
  /** At RCPT the one that is judged. */
  readonly recipient: AddrSpec | undefined;
  readonly recipientCount: number;
  /** From END-OF-MESSAGE on what came, before it what was declared. */
  readonly sizeBytes: number | undefined;
}

export interface FactFinder {
  /** What goes wrong in the world is the answer `later`: nothing is thrown but bugs. */
  find(question: FactQuestion, context: FactContext): Promise<FactAnswer>;
}
