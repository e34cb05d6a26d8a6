// May this recipient be accepted? Decided at RCPT, so that a refusal is a reply and never a bounce to a forged
// address. RFC 5321 §4.1.1.3, §3.3.

import type { ServiceProfile } from '#mail/acceptance/envelope.ts';
import type { Route } from '#mail/routing/route.ts';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { reply } from '#protocols/smtp/reply.ts';
import { defer, firstVerdict, permit, type Rule, reject } from './rule.ts';
import type { Verdict } from './verdict.ts';

export interface RecipientFacts {
  readonly profile: ServiceProfile;
  readonly authenticated: boolean;
  /** As text, without angle brackets. */
  readonly recipient: string;
  /** Recipients of this message that were accepted already. */
  readonly acceptedRecipients: number;
  readonly recipientLimit: number;
  readonly route: Route;
  /** Room for the declared size: `never` when the message is larger than the whole quota. */
  readonly room: 'enough' | 'full' | 'never';
}

const recipientLimit: Rule<RecipientFacts> = {
  name: 'smtpd_recipient_limit',
  judge: ({ acceptedRecipients, recipientLimit: limit }) =>
    acceptedRecipients >= limit ? defer(reply(452, '4.5.3', 'Too many recipients')) : undefined,
};

/** A recipient elsewhere, named by someone who did not log in: we are no open relay. */
const rejectUnauthDestination = onRoute('foreign', {
  name: 'reject_unauth_destination',
  judge: ({ authenticated, recipient }) =>
    authenticated ? undefined : reject(reply(554, '5.7.1', `<${recipient}>: Relay access denied`)),
});

const noOutboundDelivery: Rule<RecipientFacts> = {
  name: 'no_outbound_delivery',
  judge: ({ route, recipient }) => {
    if (route.kind === 'foreign') {
      return reject(reply(550, '5.7.1', `<${recipient}>: This server does not send to other servers yet`));
    }
    if (route.kind !== 'leads-elsewhere') return undefined;
    const target = formatAddrSpec(route.target);
    return reject(
      reply(550, '5.7.1', `<${recipient}>: Leads to <${target}>, and this server does not send to other servers yet`),
    );
  },
};

const rejectUnlistedRecipient = onRoute('unknown-user', {
  name: 'reject_unlisted_recipient',
  judge: ({ recipient }) => reject(reply(550, '5.1.1', `<${recipient}>: Recipient address rejected: User unknown`)),
});

const rejectDisabledRecipient = onRoute('disabled', {
  name: 'reject_disabled_recipient',
  judge: ({ recipient }) =>
    reject(reply(550, '5.2.1', `<${recipient}>: Recipient address rejected: Mailbox is disabled`)),
});

/** The administrator can mend it: the mail waits at the sender's until then. */
const aliasLoop = onRoute('alias-loop', {
  name: 'alias_loop',
  judge: ({ recipient }) => defer(reply(451, '4.6.0', `<${recipient}>: Alias expansion error: aliases form a loop`)),
});

const aliasLimit = onRoute('alias-limit', {
  name: 'virtual_alias_expansion_limit',
  judge: ({ recipient }) => defer(reply(451, '4.6.0', `<${recipient}>: Alias expansion error: too many addresses`)),
});

const quota: Rule<RecipientFacts> = {
  name: 'quota',
  judge: ({ room, recipient }) => {
    if (room === 'enough') return undefined;
    return room === 'full'
      ? defer(reply(452, '4.2.2', `<${recipient}>: Mailbox is full, try again later`))
      : reject(reply(552, '5.2.2', `<${recipient}>: Message is larger than the whole mailbox may be`));
  },
};

const recipientRules: readonly Rule<RecipientFacts>[] = [
  recipientLimit,
  rejectUnauthDestination,
  noOutboundDelivery,
  rejectUnlistedRecipient,
  rejectDisabledRecipient,
  aliasLoop,
  aliasLimit,
  quota,
];

export function decideRecipient(facts: RecipientFacts): Verdict {
  return (
    firstVerdict(recipientRules, facts) ?? {
      rule: facts.authenticated ? 'permit_sasl_authenticated' : 'permit_auth_destination',
      ...permit(reply(250, '2.1.5', 'Ok')),
    }
  );
}

/** A rule that only concerns routes of one kind. */
function onRoute(kind: Route['kind'], { name, judge }: Rule<RecipientFacts>): Rule<RecipientFacts> {
  return { name, judge: (facts) => (facts.route.kind === kind ? judge(facts) : undefined) };
}
