// A message with recipients that are not mailboxes of ours: it leaves by the queue. Plain data.

import type { DsnParameters, RecipientParameters, SenderParameters } from '#mail/acceptance/envelope.ts';
import type { NextHop } from './next-hop.ts';

/**
 * What the sender said of TLS on the way: `required` by REQUIRETLS, `waived` by `TLS-Required: No`, where mail matters more
 * than what the destination's policies say. RFC 8689 §2, §3.
 */
export type TlsWish = 'required' | 'waived';

export interface QueuedRecipient {
  /** Where it goes, after aliases and rewriting; UTF-8 where the message is. */
  readonly address: string;
  /** As the sender wrote it in RCPT. */
  readonly original: string;
  readonly parameters: RecipientParameters;
  readonly nextHop: NextHop;
  /** The envelope sender for this recipient where it is another than the message's: SRS, `owner-` aliases. `` is `<>`. */
  readonly sender?: string;
}

export interface QueuedMessage {
  readonly queueId: string;
  readonly arrivedMs: number;
  /** `` is the null reverse-path. */
  readonly sender: string;
  readonly body: SenderParameters['body'];
  readonly smtpUtf8: boolean;
  readonly dsn: DsnParameters;
  /** Who brought it: an account, or a client's address; senders are served in turn by it. */
  readonly origin: string;
  /** On top of the content: our Received line. */
  readonly prefix: Buffer;
  /** Of the content, without the prefix. */
  readonly sizeBytes: number;
  readonly recipients: readonly QueuedRecipient[];
  readonly tlsWish?: TlsWish;
  /** It waits until somebody releases it (`HOLD` of an access table). */
  readonly held?: true;
}
