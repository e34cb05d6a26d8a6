// The doors of one engine: what differs between mail from servers, mail from users, and LMTP is data, not code.
// RFC 5321 (25), RFC 6409 (587), RFC 8314 §3.3 (465), RFC 2033 (LMTP).

import type { Verb } from './state.ts';

export interface Profile {
  readonly name: 'smtp' | 'submission' | 'submissions' | 'lmtp';
  /** The greetings that this door understands; the others are unknown commands. RFC 2033 §4.1. */
  readonly greetings: readonly Verb[];
  /** `required`: nothing is taken before a login, and no login before TLS. RFC 6409 §4.3, RFC 8314 §3.3. */
  readonly authentication: 'none' | 'required';
  /** LMTP answers the content once for each recipient. RFC 2033 §4.2. */
  readonly contentReplies: 'one' | 'per-recipient';
}

const SMTP: Profile = {
  name: 'smtp',
  greetings: ['HELO', 'EHLO'],
  authentication: 'none',
  contentReplies: 'one',
};

export const PROFILES: Readonly<Record<Profile['name'], Profile>> = {
  smtp: SMTP,
  submission: { ...SMTP, name: 'submission', authentication: 'required' },
  submissions: { ...SMTP, name: 'submissions', authentication: 'required' },
  lmtp: {
    name: 'lmtp',
    greetings: ['LHLO'],
    authentication: 'none',
    contentReplies: 'per-recipient',
  },
};
