// Carries one message to one place for some of its recipients. What the other side says is a value; nothing is thrown but
// bugs. Who waits, and how long, is the queue's business; which connections are kept open, the transport's.

import type { Trust } from '#mail/delivery/certificate-judgement.ts';
import type { TlsBasis, TlsDemand } from '#mail/delivery/server-tls.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage, QueuedRecipient } from '#mail/queue/queued-message.ts';

export interface DeliveryJob {
  readonly message: QueuedMessage;
  /** Those of its recipients that are tried now: one next hop, one sender. */
  readonly recipients: readonly QueuedRecipient[];
  /** `` is the null reverse-path. */
  readonly sender: string;
  /** Prefix and content together, as they leave; the caller's to dispose of. */
  readonly content: MessageContent;
}

export interface RemoteServer {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** Whose word decided how much TLS a server must have, and what it proved to be. */
export interface TransportSecurity {
  readonly basis: TlsBasis;
  /** Absent where a policy forbade to talk to the server at all. */
  readonly demand?: TlsDemand['kind'];
  /** Absent where it did not come to TLS, or the certificate was refused. */
  readonly trust?: Trust;
  /** Mode and id of the domain's MTA-STS policy, where it has one. */
  readonly sts?: string;
  /** What an MTA-STS policy in testing would have refused. */
  readonly complaint?: string;
}

export interface DeliveryOutcome {
  /** As in `recipients`. */
  readonly recipient: QueuedRecipient;
  readonly kind: 'delivered' | 'deferred' | 'failed';
  /** RFC 3463: `2.0.0`, `4.4.1`, `5.1.1`. */
  readonly status: string;
  /** In Postfix's words: `250 2.0.0 Ok: queued as 12AB`, `connect to mx.example.org[192.0.2.1]:25: Connection refused`. */
  readonly text: string;
  /** Who said it; absent where no server was reached. */
  readonly remote?: RemoteServer;
  /** The remote server's own reply, its lines joined by a space, for the DSN's Diagnostic-Code. */
  readonly reply?: string;
  /** The next hop will see to success reports itself (it offers DSN). RFC 3461 §5.2.2. */
  readonly passedDsn?: boolean;
  /** `TLSv1.3 with cipher …`; absent where it went in clear, or not over a network. */
  readonly tls?: string;
  /** Absent where no server was tried over a network. */
  readonly security?: TransportSecurity;
}

export interface DeliveryReport {
  /** One for each recipient of the job, in its order. */
  readonly outcomes: readonly DeliveryOutcome[];
  /** Finding and greeting the server; 0 on a connection that was open. */
  readonly connectMs: number;
  readonly deliverMs: number;
}

export interface Transport {
  deliver(job: DeliveryJob): Promise<DeliveryReport>;
}
