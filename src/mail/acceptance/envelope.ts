// The envelope of one message, parsed: who sends it, for whom, and what was asked of us. RFC 5321, RFC 3461, RFC 6531.

import type { AccountId } from '#mail/ports/account.ts';
import type { ConnectionFacts, TlsFacts } from '#mail/ports/connection.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

/**
 * The door a message came in through. `local`: the `sendmail` command of a user of this machine; `own`: the server
 * itself, with bounces and reports.
 */
export type ServiceProfile = 'smtp' | 'submission' | 'submissions' | 'lmtp' | 'local' | 'own';

/** `undefined` is the null reverse-path `<>`. */
export type ReversePath = AddrSpec | undefined;

export interface DsnParameters {
  /** RFC 3461 §4.3, §4.4: kept with the envelope, xtext decoded. */
  readonly ret: 'FULL' | 'HDRS' | undefined;
  readonly envid: string | undefined;
}

export interface SenderParameters {
  readonly declaredSizeBytes: number | undefined;
  readonly body: '7BIT' | '8BITMIME' | 'BINARYMIME';
  readonly smtpUtf8: boolean;
  /** RFC 4954 §5, xtext decoded; `undefined` where absent, `<>` where unknown. */
  readonly auth: string | undefined;
  readonly dsn: DsnParameters;
  /** RFC 8689 §2. */
  readonly requireTls?: boolean;
}

export interface RecipientParameters {
  readonly notify: readonly ('NEVER' | 'SUCCESS' | 'FAILURE' | 'DELAY')[] | undefined;
  /** `rfc822;user@example.com`, xtext decoded. */
  readonly orcpt: string | undefined;
}

export interface EnvelopeRecipient {
  readonly address: AddrSpec;
  readonly parameters: RecipientParameters;
}

/** What is known of the client when the message is decided upon. */
export interface SessionFacts {
  readonly profile: ServiceProfile;
  readonly connection: ConnectionFacts;
  readonly tls: TlsFacts | undefined;
  readonly helo: string | undefined;
  /** True after EHLO or LHLO. */
  readonly extended: boolean;
  /** With `local` the user of the machine, whom the kernel named by this `uid`. */
  readonly login: { readonly account: AccountId; readonly mechanism: string; readonly uid?: number } | undefined;
  /** More came before the client could have heard our answer, where it must wait for one. RFC 2920 §3.1. */
  readonly spokeEarly?: boolean;
}

/** 587 and 465: the doors of our own people. */
export function isSubmission({ profile }: SessionFacts): boolean {
  return profile === 'submission' || profile === 'submissions';
}

/** Posted on this machine: there is nobody to say a reply to, so what is refused is bounced. */
export function isPosted({ profile }: SessionFacts): boolean {
  return profile === 'local' || profile === 'own';
}

export interface Envelope {
  readonly session: SessionFacts;
  readonly reversePath: ReversePath;
  readonly sender: SenderParameters;
  readonly recipients: readonly EnvelopeRecipient[];
}
