// Reports about mail, written and read: whoever decides about a message tells of it here. What strangers' mail proved is
// summed for their domains; what comes to the addresses for reports is read.

import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface DecidedMessage {
  readonly queueId: string;
  readonly recipients: readonly AddrSpec[];
  readonly subject: string | undefined;
  readonly content: MessageContent;
  readonly verdict: Verdict;
  /** What was found out of a stranger. */
  readonly origin: AuthenticationFacts | undefined;
  /** The server itself wrote it. */
  readonly isOwn: boolean;
}

export interface MessageReports {
  /** Never throws; when it resolves, the content is not needed any more. */
  note(message: DecidedMessage): Promise<void>;
}
