// What the machine cannot know by itself: it asks, and stands still until it is answered.

import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { LoginOutcome } from '#protocols/sasl/login-outcome.ts';
import type { MailParameters } from './grammar/mail-parameters.ts';
import type { RcptParameters } from './grammar/rcpt-parameters.ts';
import type { Greeting } from './greeting.ts';
import type { SmtpReply } from './reply.ts';

export type Question =
  | { readonly kind: 'connection' }
  | { readonly kind: 'greeting'; readonly greeting: Greeting }
  | { readonly kind: 'sender'; readonly reversePath: AddrSpec | undefined; readonly parameters: MailParameters }
  | { readonly kind: 'recipient'; readonly address: AddrSpec; readonly parameters: RcptParameters }
  /** The content is about to come: by DATA, or by a first chunk of so many octets. */
  | { readonly kind: 'data'; readonly chunk: { readonly octets: number; readonly last: boolean } | undefined }
  /** All of it has been received. */
  | { readonly kind: 'content' }
  | { readonly kind: 'login'; readonly mechanism: string; readonly response: Buffer | undefined }
  | { readonly kind: 'login-response'; readonly response: Buffer | 'cancel' };

export type Answer =
  | { readonly kind: 'verdict'; readonly outcome: 'permit' | 'reject' | 'defer'; readonly reply: SmtpReply }
  /** One reply, or with LMTP one for each accepted recipient. */
  | { readonly kind: 'content'; readonly replies: readonly SmtpReply[] }
  | { readonly kind: 'login'; readonly outcome: LoginOutcome }
  /** The world failed: nobody could answer. */
  | { readonly kind: 'failed'; readonly reply: SmtpReply };
