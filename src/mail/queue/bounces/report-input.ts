// What a delivery status notification is made from.

import type { MessageContent } from '#mail/ports/message-content.ts';
import type { DeliveryOutcome } from '#mail/ports/transport.ts';
import type { QueuedMessage } from '../queued-message.ts';

/** RFC 3464 §2.3.3: what is told. One notification tells one of them. */
export type ReportKind = 'failed' | 'delayed' | 'delivered' | 'relayed' | 'expanded';

/** What became of one recipient; `kind` of the outcome is not looked at, for the notification's kind says it. */
export interface ReportedOutcome extends DeliveryOutcome {
  readonly attempts: number;
  readonly firstAttemptMs: number;
  readonly lastAttemptMs: number;
  /** Of delayed ones: when the queue will give up. */
  readonly willRetryUntilMs?: number;
}

export type BounceLanguage = 'en' | 'es';

export interface BounceSettings {
  readonly myhostname: string;
  /** The largest message that is returned whole; of larger ones the header is. */
  readonly bounceSizeLimit: number;
  /** Which languages the human part speaks, and in which order. */
  readonly bounceLanguages: readonly [BounceLanguage, ...BounceLanguage[]];
}

export const BOUNCE_DEFAULTS = {
  bounceSizeLimit: 50_000,
  bounceLanguages: ['en', 'es'],
} as const satisfies Omit<BounceSettings, 'myhostname'>;

/** Whose mail is never reported on: sender of what goes to the postmaster about returned returns. */
export function doubleBounceSender(myhostname: string): string {
  return `double-bounce@${myhostname}`;
}

export interface ReportInput {
  readonly message: QueuedMessage;
  readonly kind: ReportKind;
  /** Of recipients with the same envelope sender (QueuedRecipient.sender, or the message's). */
  readonly outcomes: readonly ReportedOutcome[];
  /**
   * The postmaster who wants to hear of it (`notify_classes`): told instead of the sender, or besides, whatever the message is
   * and NOTIFY says.
   */
  readonly postmaster?: string;
  /** The message without its prefix; read, and left open. `undefined` where it is lost: the report goes without it. */
  readonly content: MessageContent | undefined;
  readonly settings: BounceSettings;
  readonly nowMs: number;
  /** Makes the Message-ID and the MIME boundary unlike any other: letters and digits, such as a fresh queue id. */
  readonly uniqueWord: string;
}
