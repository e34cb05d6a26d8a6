// What only our own people may and must do: log in, and write in their own name. RFC 6409 §4.3, §6.1.

import { reply } from '#protocols/smtp/reply.ts';
import { type Rule, reject } from './rule.ts';

/** Somebody who logged in; `undefined` where the account has gone since. */
export interface SubmitterFacts {
  readonly account: string;
  readonly state: 'active' | 'disabled' | 'gone';
}

export interface SubmissionSenderFacts {
  readonly submitter: SubmitterFacts | undefined;
  /** The reverse-path as text; `undefined` is `<>`, which anyone may use: receipts (RFC 8098 §2) are sent with it. */
  readonly sender: string | undefined;
  /** True when the reverse-path is one of the submitter's addresses, plus-addresses included. */
  readonly ownSender: boolean;
}

/** Who the header says has written and sent the message. RFC 5322 §3.6.2. */
export interface AuthorshipFacts {
  readonly account: string;
  /** How many From fields there are; more than one leaves open who is shown. */
  readonly fromFields: number;
  readonly senderFields: number;
  /** False when a From or Sender field cannot be read, or names nobody. */
  readonly readable: boolean;
  /** Addresses of From and Sender that are not the submitter's. */
  readonly foreignAuthors: readonly string[];
}

const authenticationRequired: Rule<SubmissionSenderFacts> = {
  name: 'authentication_required',
  judge: ({ submitter }) =>
    submitter === undefined ? reject(reply(530, '5.7.0', 'Authentication required: log in first')) : undefined,
};

const rejectDisabledSubmitter: Rule<SubmissionSenderFacts> = {
  name: 'reject_disabled_submitter',
  judge: ({ submitter }) =>
    submitter !== undefined && submitter.state !== 'active'
      ? reject(reply(550, '5.7.1', `Account ${submitter.account} may not send: it is ${submitter.state}`))
      : undefined,
};

/** Here for whoever has logged in on 587, whatever is configured; elsewhere where a restriction asks for it. */
export const REJECT_SENDER_LOGIN_MISMATCH = 'reject_sender_login_mismatch';

const rejectSenderLoginMismatch: Rule<SubmissionSenderFacts> = {
  name: REJECT_SENDER_LOGIN_MISMATCH,
  judge: ({ submitter, sender, ownSender }) =>
    submitter !== undefined && sender !== undefined && !ownSender
      ? reject(reply(553, '5.7.1', `<${sender}>: Sender address rejected: not owned by user ${submitter.account}`))
      : undefined,
};

export const submissionSenderRules: readonly Rule<SubmissionSenderFacts>[] = [
  authenticationRequired,
  rejectDisabledSubmitter,
  rejectSenderLoginMismatch,
];

const rejectUnclearAuthor: Rule<AuthorshipFacts> = {
  name: 'reject_unclear_author',
  judge: ({ fromFields, senderFields, readable }) => {
    if (fromFields > 1 || senderFields > 1) {
      return reject(reply(554, '5.6.0', 'Message rejected: more than one From or Sender field'));
    }
    return readable ? undefined : reject(reply(554, '5.6.0', 'Message rejected: its From or Sender cannot be read'));
  },
};

const rejectAuthorLoginMismatch: Rule<AuthorshipFacts> = {
  name: 'reject_author_login_mismatch',
  judge: ({ account, foreignAuthors: [first] }) =>
    first === undefined
      ? undefined
      : reject(reply(553, '5.7.1', `<${first}>: From or Sender field rejected: not owned by user ${account}`)),
};

export const authorshipRules: readonly Rule<AuthorshipFacts>[] = [rejectUnclearAuthor, rejectAuthorLoginMismatch];
