// What a restriction says: nothing at all (`undefined`, Postfix's DUNNO), or one of these.

import { reply, type SmtpReply } from '#protocols/smtp/reply.ts';
import type { RestrictionElement } from './restriction.ts';
import type { TemporaryFailureAction } from './settings.ts';

export type Opinion =
  | { readonly kind: 'permit' }
  | {
      readonly kind: 'refuse';
      readonly reply: SmtpReply;
      /** Our own configuration or tables are at fault: `warn_if_reject` does not turn that into a warning. */
      readonly isOurFault?: true;
      /** What is wrong with it, for the log. */
      readonly notice?: Notice;
    }
  /** Something could not be found out that might have refused it: what is permitted in the end is deferred. */
  | { readonly kind: 'defer-if-permit'; readonly reply: SmtpReply }
  /** Something could not be found out that might have permitted it: what is refused for good in the end is deferred. */
  | { readonly kind: 'defer-if-reject'; readonly reply: SmtpReply }
  /** Counts towards `rbl_weight_threshold`; the reply is for whoever reaches it. */
  | { readonly kind: 'weigh'; readonly weight: number; readonly reply: SmtpReply }
  /** These are asked in its place. */
  | { readonly kind: 'consult'; readonly elements: readonly RestrictionElement[] }
  /** Nothing is decided, but this becomes of the message if it is accepted. */
  | { readonly kind: 'act'; readonly action: MessageAction; readonly notice: Notice | undefined }
  /** Nothing is decided, and the log says so. */
  | { readonly kind: 'notice'; readonly notice: Notice };

export type Refusal = Extract<Opinion, { kind: 'refuse' }>;

/** What becomes of an accepted message, as access tables and policy services have it. */
export type MessageAction =
  | { readonly kind: 'hold' }
  /** It is taken, and thrown away. No restriction is asked any more. */
  | { readonly kind: 'discard' }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'bcc'; readonly to: string }
  /** A header field, without its line end. */
  | { readonly kind: 'prepend'; readonly field: string }
  /** `transport:destination` */
  | { readonly kind: 'filter'; readonly nextHop: string };

/** A line of the log. `word` as Postfix has it: `warn`, `hold`, `reject_warning` …; `mistake` is about our own settings. */
export interface Notice {
  readonly word: 'bcc' | 'discard' | 'filter' | 'hold' | 'info' | 'mistake' | 'redirect' | 'reject_warning' | 'warn';
  readonly text: string;
}

export const PERMIT: Opinion = { kind: 'permit' };

export function refuse(code: number, detail: string, text: string): Refusal {
  return { kind: 'refuse', reply: refusal(code, detail, text) };
}

export function deferIfPermit(code: number, detail: string, text: string): Opinion {
  return { kind: 'defer-if-permit', reply: refusal(code, detail, text) };
}

/** By the setting that says what to do where something could not be found out. */
export function tempfail(action: TemporaryFailureAction, code: number, detail: string, text: string): Opinion {
  return action === 'defer' ? refuse(code, detail, text) : deferIfPermit(code, detail, text);
}

export function deferIfReject(code: number, detail: string, text: string): Opinion {
  return { kind: 'defer-if-reject', reply: refusal(code, detail, text) };
}

/** A table or a service of ours cannot be asked: the sender keeps the mail, and learns no more. */
export function temporaryFailure(subject: string): Opinion {
  return { kind: 'refuse', reply: refusal(451, '3.0', `<${subject}>: Temporary lookup failure`), isOurFault: true };
}

/** `mistake` is for the administrator. */
export function configurationError(mistake: string): Refusal {
  const notice = { word: 'mistake', text: mistake } as const;
  return { kind: 'refuse', reply: refusal(451, '3.5', 'Server configuration error'), isOurFault: true, notice };
}

const LONGEST_TEXT = 500;

/** The class of the enhanced code is that of the reply (RFC 3463 §2); the text may hold what strangers and tables say. */
export function refusal(code: number, detail: string, text: string): SmtpReply {
  const shown = text.slice(0, LONGEST_TEXT).replace(/[\x00-\x1f\x7f-\x9f]/g, ' ');
  return reply(code, `${code < 500 ? 4 : 5}.${detail}`, shown);
}
