// Why a conversation ended before we took our leave.

import type { RemoteReply } from './remote-reply.ts';
import type { ReplyDefect } from './reply-framing.ts';
import type { Stage } from './stage.ts';

export type SessionFailure =
  /** The server does not want to talk to us, at this stage or (421) any more. */
  | { readonly kind: 'refused'; readonly stage: Stage; readonly reply: RemoteReply }
  | { readonly kind: 'tls-not-offered' }
  | { readonly kind: 'tls-refused'; readonly reply: RemoteReply }
  | { readonly kind: 'tls-failed'; readonly text: string }
  | { readonly kind: 'no-mechanism' }
  | { readonly kind: 'login-refused'; readonly reply: RemoteReply }
  /** The server did not prove that it knows the password, or sent no valid challenge. */
  | { readonly kind: 'login-broken' }
  /** It calls itself by our own name. */
  | { readonly kind: 'loop'; readonly name: string }
  | { readonly kind: 'lost'; readonly stage: Stage }
  | { readonly kind: 'timed-out'; readonly stage: Stage }
  | { readonly kind: 'broken-reply'; readonly stage: Stage; readonly defect: ReplyDefect };
