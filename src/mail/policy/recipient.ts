// May this recipient be accepted, once the restrictions have permitted it? Decided at RCPT, so that a refusal is a reply and
// never a bounce to a forged address. RFC 5321 §4.1.1.3, §3.3.

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

export interface RecipientCountFacts {
  /** Recipients of this message that were accepted already. */
  readonly acceptedRecipients: number;
  /** `undefined`: none. */
  readonly recipientLimit: number | undefined;
}

export interface RoomFacts {
  /** As text, without angle brackets. */
  readonly recipient: string;
  /** For the size that is declared, or came: `never` when the message is larger than the whole quota. */
  readonly room: 'enough' | 'full' | 'never';
}

export interface RecipientFacts extends RoomFacts {
  readonly route: Route;
  /** Otherwise whoever does not exist is accepted, and bounced: `smtpd_reject_unlisted_recipient`. */
  readonly rejectsUnlisted: boolean;
  /** What the next server says of the recipient; `undefined` where it was not asked. */
  readonly verification: ProbeAnswer | undefined;
  readonly codes: RejectCodes;
}

const recipientLimit: Rule<RecipientCountFacts> = {
  name: 'smtpd_recipient_limit',
  judge: ({ acceptedRecipients, recipientLimit: limit }) =>
    limit !== undefined && acceptedRecipients >= limit ? defer(reply(452, '4.5.3', 'Too many recipients')) : undefined,
};

/** A restriction, too, for whoever wants to hear it before others are asked. */
export const REJECT_UNLISTED_RECIPIENT = 'reject_unlisted_recipient';

const rejectUnlistedRecipient: Rule<RecipientFacts> = {
  name: REJECT_UNLISTED_RECIPIENT,
  judge: ({ route, rejectsUnlisted, recipient, codes }) => {
    if (route.kind !== 'unknown-user' || !rejectsUnlisted) return undefined;
    const { code, where } = unlistedReply(route.unknownIn, codes);
    return refuse(code, '1.1', `<${recipient}>: Recipient address rejected: User unknown${where}`);
  },
};

/** Postfix's `show_user_unknown_table_name`; the directory is not a table that senders have heard of. */
export function unlistedReply(
  unknownIn: string,
  codes: RejectCodes,
): { readonly code: number; readonly where: string } {
  const code = UNLISTED_CODES[unknownIn];
  return code === undefined ? { code: 550, where: '' } : { code: codes[code], where: ` in ${unknownIn}` };
}

const UNLISTED_CODES: Readonly<Partial<Record<string, keyof RejectCodes>>> = {
  'local recipient table': 'unknown_local_recipient_reject_code',
  'virtual alias table': 'unknown_virtual_alias_reject_code',
  'virtual mailbox table': 'unknown_virtual_mailbox_reject_code',
  'relay recipient table': 'unknown_relay_recipient_reject_code',
};

export const REJECT_UNVERIFIED_RECIPIENT = 'reject_unverified_recipient';

/** Of a relay domain: known to nobody behind us, or nobody there could be asked. Then the sender keeps it. */
const rejectUnverifiedRecipient: Rule<RecipientFacts> = {
  name: REJECT_UNVERIFIED_RECIPIENT,
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

/** Known to whoever posts mail on this machine, where nobody can be told to come again. */
export const QUOTA = 'quota';

const quota: Rule<RoomFacts> = {
  name: QUOTA,
  judge: ({ room, recipient }) => {
    if (room === 'enough') return undefined;
    return room === 'full'
      ? defer(reply(452, '4.2.2', `<${recipient}>: Mailbox is full, try again later`))
      : reject(reply(552, '5.2.2', `<${recipient}>: Message is larger than the whole mailbox may be`));
  },
};

/** Judged before restrictions are: nobody is asked about a recipient for whom there is no room. */
export const recipientCountRules: readonly Rule<RecipientCountFacts>[] = [recipientLimit];

export const recipientRules: readonly Rule<RecipientFacts>[] = [
  rejectUnlistedRecipient,
  rejectUnverifiedRecipient,
  rejectDisabledRecipient,
  aliasLoop,
  aliasLimit,
  brokenTable,
  errorTransport,
  quota,
];

export function decideRecipientCount(facts: RecipientCountFacts): Verdict | undefined {
  return firstVerdict(recipientCountRules, facts);
}

/** Again, once the message is here; `undefined` where it has room. */
export function decideRoom(facts: RoomFacts): Verdict | undefined {
  return firstVerdict([quota], facts);
}

/** `permission` is what the restrictions said. */
export function decideRecipient(facts: RecipientFacts, permission: Permission): Verdict {
  return firstVerdict(recipientRules, facts) ?? { ...permission, ...permit(reply(250, '2.1.5', 'Ok')) };
}

export type Permission = Pick<Verdict, 'rule' | 'origin'>;

/** The class of the enhanced code is that of the reply. RFC 3463 §2. */
function refuse(code: number, detail: string, text: string): Judgement {
  return code < 500 ? defer(reply(code, `4.${detail}`, text)) : reject(reply(code, `5.${detail}`, text));
}

/** A rule that only concerns routes of one kind. */
function onRoute(kind: Route['kind'], { name, judge }: Rule<RecipientFacts>): Rule<RecipientFacts> {
  return { name, judge: (facts) => (facts.route.kind === kind ? judge(facts) : undefined) };
}
