// Our decision, by the name of the rule that took it. The name stands once in the code, at its rule, and again in the
// log and the journey: whoever reads `rule=reject_unauth_destination` can search for it.

import type { SmtpReply } from '#protocols/smtp/reply.ts';

export interface Verdict {
  readonly outcome: 'permit' | 'reject' | 'defer';
  readonly rule: string;
  readonly reply: SmtpReply;
  /** Where its copies go instead of the INBOX, of what is permitted and suspect. */
  readonly mailbox?: 'Junk';
  /** Where the settings say so, of what a restriction decided. */
  readonly origin?: VerdictOrigin;
}

export interface VerdictOrigin {
  /** `smtpd_recipient_restrictions` */
  readonly list: string;
  /** `reject_rbl_client zen.example` */
  readonly element: string;
}
