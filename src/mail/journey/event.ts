// Every step of a message, as one union: what was seen, which rule decided, what was answered, where it went. The log,
// `valija why` and the web pages are views of it. No secrets and no bodies, ever.

import type { ServiceProfile } from '#mail/acceptance/envelope.ts';
import type { VerdictOrigin } from '#mail/policy/verdict.ts';
import type { TlsFacts } from '#mail/ports/connection.ts';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import type { TransportSecurity } from '#mail/ports/transport.ts';
import type { KnownFact } from '#mail/restrictions/fact.ts';
import type { Moment } from '#mail/restrictions/judge-command.ts';

export type JourneyEvent =
  | {
      readonly kind: 'connected';
      readonly profile: ServiceProfile;
      readonly clientAddress: string;
      readonly clientPort: number;
      readonly serverPort: number;
    }
  | { readonly kind: 'greeted'; readonly helo: string; readonly extended: boolean }
  | { readonly kind: 'secured'; readonly tls: TlsFacts }
  | { readonly kind: 'authenticated'; readonly account: string; readonly mechanism: string }
  | {
      readonly kind: 'authentication-failed';
      readonly login: string | undefined;
      readonly mechanism: string;
      readonly reason: string;
      /** Those who read mail are not `connected` here. Absent in what was recorded before there was a `service`. */
      readonly clientAddress?: string;
      readonly service?: string;
    }
  /** It did not come over a network: from a user of this machine or, where none is named, from the server itself. */
  | {
      readonly kind: 'posted';
      readonly user: string | undefined;
      /** `` is the null reverse-path. */
      readonly sender?: string;
    }
  /** Ties this key to another: the message's queue id to the connection's id. */
  | { readonly kind: 'joined'; readonly key: string; readonly clientAddress?: string }
  | {
      readonly kind: 'judged';
      readonly stage: Moment;
      readonly subject: string;
      readonly outcome: 'permit' | 'reject' | 'defer';
      readonly rule: string;
      readonly reply: string;
      readonly facts: Readonly<Record<string, string | number | boolean>>;
      /** Where the settings say so, of what a restriction decided. */
      readonly origin?: VerdictOrigin;
    }
  /** A restriction asked, and was answered; `subject` is the recipient, where one was judged. */
  | ({ readonly kind: 'checked'; readonly stage: Moment; readonly subject: string } & KnownFact)
  /** `alias sales@valija.test → …`: the first word of a step says what was found there. */
  | { readonly kind: 'routed'; readonly recipient: string; readonly steps: readonly string[] }
  | {
      readonly kind: 'received';
      readonly messageId: string | undefined;
      readonly subject: string | undefined;
      readonly from: string | undefined;
      readonly sizeBytes: number;
      /** Absent where the header was too large to be read, and in what was recorded before it was measured. */
      readonly header?: HeaderRecord;
    }
  /** Is the sender who it says? With the answers of the DNS that this rests on. */
  | { readonly kind: 'sender-checked'; readonly findings: AuthenticationFindings }
  /** What we changed on the way in: `added Date`, `removed Bcc` …; or a milter: `replaced body` … */
  | { readonly kind: 'amended'; readonly change: string; readonly milter?: string }
  | {
      readonly kind: 'planned';
      readonly recipient: string;
      readonly action: 'file';
      readonly account: string;
      readonly mailbox: string;
    }
  | {
      readonly kind: 'planned';
      readonly recipient: string;
      readonly action: 'queue';
      /** `smtp:example.org`, `local:usuario2`, `|command`. */
      readonly nextHop: string;
    }
  /** Milters have looked at the message, and it is not refused for them; `milter`: their names. */
  | {
      readonly kind: 'milter';
      readonly stage: Moment;
      readonly milter: string;
      readonly wish: 'nothing' | 'discard' | 'hold';
      readonly reason?: string;
    }
  /** One could not be asked; what follows from it, the settings say. */
  | { readonly kind: 'milter-failed'; readonly text: string }
  /** It was accepted, and nobody gets it: `DISCARD` of an access table, or a milter. */
  | { readonly kind: 'discarded' }
  | { readonly kind: 'committed'; readonly durationMs: number }
  | {
      readonly kind: 'filed';
      readonly recipient: string;
      readonly account: string;
      readonly mailbox: string;
      readonly uid: number;
      readonly delayMs: number;
    }
  /** One delivery was begun: to this destination (`smtp:example.org`), for so many recipients. */
  | { readonly kind: 'attempted'; readonly destination: string; readonly recipients: number }
  /** Another server has it. */
  | {
      readonly kind: 'relayed';
      readonly recipient: string;
      readonly relay: string;
      readonly reply: string;
      readonly tls: string | undefined;
      /** Absent in what was recorded before policies of other domains were kept to. */
      readonly security?: TransportSecurity;
      readonly delayMs: number;
    }
  /** It is where it was to go: a user's mailbox, a command, a file. */
  | {
      readonly kind: 'delivered';
      readonly recipient: string;
      readonly destination: string;
      readonly text: string;
      readonly delayMs: number;
    }
  | {
      readonly kind: 'deferred';
      readonly recipient: string;
      readonly relay: string;
      readonly reason: string;
      readonly security?: TransportSecurity;
      /** Absent where that was the last attempt. */
      readonly retryInMs?: number;
    }
  | {
      readonly kind: 'bounced';
      readonly recipient: string;
      readonly relay: string;
      readonly reason: string;
      readonly security?: TransportSecurity;
    }
  /** Its time in the queue is over; `reason` is what the last attempt said. */
  | { readonly kind: 'expired'; readonly recipient: string; readonly reason: string }
  /** By an administrator, or as soon as it was in the queue: `HOLD` of an access table, a policy service or a milter. */
  | { readonly kind: 'held'; readonly onArrival?: true }
  | { readonly kind: 'released' }
  /** Out of the queue, by an administrator; nobody is told. */
  | { readonly kind: 'deleted' }
  | { readonly kind: 'delayed-warning'; readonly to: string; readonly queueId: string }
  /** The sender was written to: `queueId` is the notification's own. */
  | {
      readonly kind: 'notified';
      readonly about: 'failed' | 'delivered' | 'relayed' | 'expanded';
      readonly to: string;
      readonly queueId: string;
    }
  | { readonly kind: 'abandoned'; readonly reason: string };

/** What rules go by besides sizes, so that they can be asked again. */
export interface HeaderRecord {
  readonly sizeBytes: number;
  /** From and Sender fields as they were written, the first few. */
  readonly from: readonly string[];
  readonly sender: readonly string[];
}

export interface RecordedEvent {
  readonly key: string;
  readonly atMs: number;
  readonly event: JourneyEvent;
}

/** By LMTP, one recipient of several may be refused what the others get. */
export function isForRecipient(stage: Moment, subject: string): boolean {
  return stage === 'content' && subject.startsWith('<');
}
