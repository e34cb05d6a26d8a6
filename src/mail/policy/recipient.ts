// May this recipient be accepted? Decided at RCPT, so that a refusal is a reply and never a bounce to a forged
// address. RFC 5321 §4.1.1.3, §3.3.

import { unreachable } from '#base/unreachable.ts';
import type { ProbeAnswer } from '#mail/ports/recipient-probe.ts';
import type { QueueDestination, Route } from '#mail/routing/route.ts';
import { reply } from '#protocols/smtp/reply.ts';
import { defer, firstVerdict, type Judgement, permit, type Rule, reject } from './rule.ts';
import type { Verdict } from './verdict.ts';

/** Postfix's parameters of these names: 550 for «no», 450 for «later». */
export interface RejectCodes {
  readonly relay_domains_reject_code: number;
  readonly unknown_local_recipient_reject_code: number;
  readonly unknown_relay_recipient_reject_code: number;
  readonly unknown_virtual_alias_reject_code: number;
  readonly unknown_virtual_mailbox_reject_code: number;
  readonly unverified_recipient_reject_code: number;
}

/** Why a client may send to other servers; `stranger`: it may not. */
export type ClientTrust = 'stranger' | 'mynetworks' | 'login' | 'own';

export interface RecipientFacts {
  readonly trust: ClientTrust;
  /** As text, without angle brackets. */
  readonly recipient: string;
  /** True for `user%other@here` and the like: the sender wants to say how the mail goes on. */
  readonly hasSenderRoute: boolean;
  /** Recipients of this message that were accepted already. */
  readonly acceptedRecipients: number;
  /** `undefined`: none. */
  readonly recipientLimit: number | undefined;
  readonly route: Route;
  /** What the next server says of the recipient; `undefined` where it was not asked. */
  readonly verification: ProbeAnswer | undefined;
  /** Room for the declared size: `never` when the message is larger than the whole quota. */
  readonly room: 'enough' | 'full' | 'never';
  readonly codes: RejectCodes;
}

const recipientLimit: Rule<RecipientFacts> = {
  name: 'smtpd_recipient_limit',
  judge: ({ acceptedRecipients, recipientLimit: limit }) =>
    limit !== undefined && acceptedRecipients >= limit ? defer(reply(452, '4.5.3', 'Too many recipients')) : undefined,
};

/** A recipient elsewhere, named by someone whom we do not know: we are no open relay, and no way around another's. */
const rejectUnauthDestination: Rule<RecipientFacts> = {
  name: 'reject_unauth_destination',
  judge: ({ trust, route: { addressClass }, recipient, hasSenderRoute, codes }) => {
    const leads = addressClass === 'foreign' || (addressClass === 'relay' && hasSenderRoute);
    if (trust !== 'stranger' || !leads) return undefined;
    return refuse(codes.relay_domains_reject_code, '7.1', `<${recipient}>: Relay access denied`);
  },
};

const rejectUnlistedRecipient: Rule<RecipientFacts> = {
  name: 'reject_unlisted_recipient',
  judge: ({ route, recipient, codes }) => {
    if (route.kind !== 'unknown-user') return undefined;
    const { code, where } = unlisted(codes)[route.unknownIn];
    return refuse(code, '1.1', `<${recipient}>: Recipient address rejected: User unknown${where}`);
  },
};

function unlisted(codes: RejectCodes) {
  return {
    directory: { code: 550, where: '' },
    'local recipient table': {
      code: codes.unknown_local_recipient_reject_code,
      where: ' in local recipient table',
    },
    'virtual alias table': { code: codes.unknown_virtual_alias_reject_code, where: ' in virtual alias table' },
    'virtual mailbox table': { code: codes.unknown_virtual_mailbox_reject_code, where: ' in virtual mailbox table' },
    'relay recipient table': { code: codes.unknown_relay_recipient_reject_code, where: ' in relay recipient table' },
  } as const;
}

/** Of a relay domain: known to nobody behind us, or nobody there could be asked. Then the sender keeps it. */
const rejectUnverifiedRecipient: Rule<RecipientFacts> = {
  name: 'reject_unverified_recipient',
  judge: ({ verification, recipient, codes }) => {
    const said = (what: string, text: string) => `<${recipient}>: Recipient address rejected: ${what}: ${text}`;
    if (verification === undefined) return undefined;
    switch (verification.kind) {
      case 'deliverable':
        return undefined;
      case 'undeliverable':
        return refuse(codes.unverified_recipient_reject_code, '1.1', said('undeliverable address', verification.text));
      case 'unknown':
        return defer(reply(450, '4.1.1', said('unverified address', verification.text)));
      default:
        return unreachable(verification.kind);
    }
  },
};

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

/** What is wrong is in the log and the journey, for the administrator. */
const brokenTable = onRoute('broken-table', {
  name: 'broken_table',
  judge: ({ recipient }) => defer(reply(451, '4.3.5', `<${recipient}>: Server configuration error, try again later`)),
});

/** `error:` in a transport table, where it holds for all that the recipient stands for. */
const errorTransport: Rule<RecipientFacts> = {
  name: 'error_transport',
  judge: ({ route, recipient }) => {
    if (route.kind !== 'deliverable') return undefined;
    const [first, ...others] = route.destinations.map(statedError);
    if (first === undefined || others.includes(undefined)) return undefined;
    return refuse(first.status.startsWith('4') ? 450 : 550, first.status.slice(2), `<${recipient}>: ${first.text}`);
  },
};

function statedError(destination: { kind: 'mailbox' } | QueueDestination) {
  return destination.kind === 'next-hop' && destination.nextHop.transport === 'error' ? destination.nextHop : undefined;
}

const quota: Rule<RecipientFacts> = {
  name: 'quota',
  judge: ({ room, recipient }) => {
    if (room === 'enough') return undefined;
    return room === 'full'
      ? defer(reply(452, '4.2.2', `<${recipient}>: Mailbox is full, try again later`))
      : reject(reply(552, '5.2.2', `<${recipient}>: Message is larger than the whole mailbox may be`));
  },
};

export const recipientRules: readonly Rule<RecipientFacts>[] = [
  recipientLimit,
  rejectUnauthDestination,
  rejectUnlistedRecipient,
  rejectUnverifiedRecipient,
  rejectDisabledRecipient,
  aliasLoop,
  aliasLimit,
  brokenTable,
  errorTransport,
  quota,
];

const PERMITTED_AS: Readonly<Record<ClientTrust, string>> = {
  stranger: 'permit_auth_destination',
  mynetworks: 'permit_mynetworks',
  login: 'permit_sasl_authenticated',
  own: 'permit',
};

export function decideRecipient(facts: RecipientFacts): Verdict {
  return (
    firstVerdict(recipientRules, facts) ?? {
      rule: PERMITTED_AS[facts.trust],
      ...permit(reply(250, '2.1.5', 'Ok')),
    }
  );
}

/** The class of the enhanced code is that of the reply. RFC 3463 §2. */
function refuse(code: number, detail: string, text: string): Judgement {
  return code < 500 ? defer(reply(code, `4.${detail}`, text)) : reject(reply(code, `5.${detail}`, text));
}

/** A rule that only concerns routes of one kind. */
function onRoute(kind: Route['kind'], { name, judge }: Rule<RecipientFacts>): Rule<RecipientFacts> {
  return { name, judge: (facts) => (facts.route.kind === kind ? judge(facts) : undefined) };
}
