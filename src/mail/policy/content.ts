// May this message come in, now that all of it is here? One answer for all recipients.

import { reply } from '#protocols/smtp/reply.ts';
import { type AuthenticationFacts, authenticationRules } from './authentication.ts';
import { type MessageSizeFacts, messageSizeLimit } from './message-size.ts';
import { queuedReply } from './queued-reply.ts';
import { firstVerdict, permit, type Rule, reject } from './rule.ts';
import { type AuthorshipFacts, authorshipRules } from './submission.ts';
import type { Verdict } from './verdict.ts';

export interface ContentFacts extends MessageSizeFacts {
  readonly queueId: string;
  /** True when the header does not end within `headerSizeLimit`. */
  readonly headerTooLarge: boolean;
  readonly headerSizeLimit: number;
  /** Received fields that came with it. RFC 5321 §6.3. */
  readonly hops: number;
  readonly hopcountLimit: number;
  /** Present on 587 and 465. */
  readonly authorship: AuthorshipFacts | undefined;
  /** Present for strangers on 25, where their mail is checked. */
  readonly authentication: AuthenticationFacts | undefined;
}

const headerSizeLimit: Rule<ContentFacts> = {
  name: 'header_size_limit',
  judge: ({ headerTooLarge, headerSizeLimit: limit }) =>
    headerTooLarge ? reject(reply(552, '5.3.4', `Message header size exceeds fixed limit: ${limit} bytes`)) : undefined,
};

const hopcountLimit: Rule<ContentFacts> = {
  name: 'hopcount_limit',
  judge: ({ hops, hopcountLimit: limit }) =>
    hops > limit ? reject(reply(554, '5.4.6', `Too many hops: ${hops} Received fields, a mail loop?`)) : undefined,
};

export const contentRules: readonly Rule<ContentFacts>[] = [messageSizeLimit, headerSizeLimit, hopcountLimit];

export function decideContent(facts: ContentFacts): Verdict {
  const { authentication, authorship } = facts;
  return (
    firstVerdict(contentRules, facts) ??
    (authorship && firstVerdict(authorshipRules, authorship)) ??
    (authentication && firstVerdict(authenticationRules, authentication)) ?? {
      rule: 'permit',
      ...permit(queuedReply(facts.queueId)),
    }
  );
}
