// What the SMTP driver asks while a message comes in. Every answer is a verdict, recorded in the journey by whoever
// gives it; the driver says the replies and does nothing else with them.

import type { RecipientParameters, ReversePath, SenderParameters, SessionFacts } from '#mail/acceptance/envelope.ts';
import type { GreetAction } from '#mail/policy/connection.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { ConnectionFacts } from '#mail/ports/connection.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { SmtpReply } from '#protocols/smtp/reply.ts';

export interface ContentVerdict {
  readonly queueId: string;
  readonly outcome: Verdict['outcome'];
  /** SMTP: the one reply for all recipients. LMTP: one reply for each accepted recipient, in their order (RFC 2033 §4.2). */
  readonly replies: readonly SmtpReply[];
}

/** One message: opened at MAIL, ended by `content` or `abandon`. */
export interface Transaction {
  readonly queueId: string;
  addRecipient(address: AddrSpec, parameters: RecipientParameters): Promise<Verdict>;
  /** Before the content comes; `spokeEarly`: more came before our answer, though it had to be waited for. */
  decideData(spokeEarly: boolean): Promise<Verdict>;
  /** Called when at least one recipient was permitted; the content stays the caller's to dispose of. */
  decideContent(content: MessageContent): Promise<ContentVerdict>;
  abandon(reason: 'reset' | 'disconnected' | 'too-large' | 'failed'): void;
}

export interface TransactionOpening {
  readonly verdict: Verdict;
  /** Present exactly when the verdict permits. */
  readonly transaction: Transaction | undefined;
}

/** One client's stay: made when the connection arrives. */
export interface Acceptance {
  /** Whether something is asked at DATA. */
  readonly asksAtData: boolean;
  /** `spokeFirst`: what becomes of a client that did not wait for its greeting. */
  decideConnection(session: SessionFacts, spokeFirst?: GreetAction): Promise<Verdict>;
  decideGreeting(session: SessionFacts): Promise<Verdict>;
  openTransaction(
    session: SessionFacts,
    reversePath: ReversePath,
    parameters: SenderParameters,
  ): Promise<TransactionOpening>;
  /** The client is gone. */
  leave(connection: ConnectionFacts): void;
}
