// Could the sender, or the recipient, exist? By the form of the address, and by what the DNS knows of its domain.

import type { AddressClass } from '#mail/routing/domain-classes.ts';
import { type AddrSpec, formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { findMailHost } from './dns-search.ts';
import { ask, type Inquiry } from './fact.ts';
import { isFullyQualified } from './greeting-name.ts';
import { plain } from './kinds.ts';
import { type Opinion, refuse, tempfail, temporaryFailure } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';

function rejectNonFqdnSender({ sender, settings }: JudgedCommand): Opinion | undefined {
  return rejectNonFqdn(sender, 'Sender', settings.non_fqdn_reject_code);
}

function rejectNonFqdnRecipient({ recipient, settings }: JudgedCommand): Opinion | undefined {
  return rejectNonFqdn(recipient, 'Recipient', settings.non_fqdn_reject_code);
}

function rejectNonFqdn(address: AddrSpec | null | undefined, whose: Whose, code: number): Opinion | undefined {
  if (address == null || address.domain.startsWith('[') || isFullyQualified(address.domain)) return undefined;
  return refuse(code, '5.2', `<${formatAddrSpec(address)}>: ${whose} address rejected: need fully-qualified address`);
}

function* rejectUnknownSenderDomain(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const { sender } = command;
  if (sender == null) return undefined;
  const found = yield* ask({ kind: 'sender-class' });
  if (found.kind === 'later') return temporaryFailure(formatAddrSpec(sender));
  return yield* rejectUnknownDomain(sender, found.addressClass, SENDER, command);
}

function* rejectUnknownRecipientDomain(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const { recipient, destination } = command;
  if (recipient === undefined || destination === undefined) return undefined;
  return yield* rejectUnknownDomain(recipient, destination.addressClass, RECIPIENT, command);
}

type Whose = 'Sender' | 'Recipient';

/** RFC 3463 §3.2 and RFC 7505 §4 have codes of their own for senders. */
interface AddressWords {
  readonly whose: Whose;
  readonly badDomain: string;
  readonly nullMx: string;
  readonly nullMxCode: (settings: JudgedCommand['settings']) => number;
}

const SENDER: AddressWords = { whose: 'Sender', badDomain: '1.8', nullMx: '7.27', nullMxCode: () => 550 };
const RECIPIENT: AddressWords = {
  whose: 'Recipient',
  badDomain: '1.2',
  nullMx: '1.10',
  nullMxCode: ({ nullmx_reject_code }) => nullmx_reject_code,
};

function* rejectUnknownDomain(
  address: AddrSpec,
  addressClass: AddressClass,
  { whose, badDomain, nullMx, nullMxCode }: AddressWords,
  { settings }: JudgedCommand,
): Inquiry<Opinion | undefined> {
  const { domain } = address;
  // What ends here needs no DNS.
  const isFinal = addressClass !== 'relay' && addressClass !== 'foreign';
  if (isFinal || domain.startsWith('[')) return undefined;
  const rejected = `<${formatAddrSpec(address)}>: ${whose} address rejected`;
  switch (yield* findMailHost(domain, ['MX', 'A', 'AAAA'])) {
    case 'found':
      return undefined;
    case 'null-mx':
      return refuse(nullMxCode(settings), nullMx, `${rejected}: Domain ${domain} does not accept mail (nullMX)`);
    case 'none':
      return refuse(settings.unknown_address_reject_code, badDomain, `${rejected}: Domain not found`);
    default:
      return tempfail(settings.unknown_address_tempfail_action, 450, badDomain, `${rejected}: Domain not found`);
  }
}

/** A bounce answers one message, so it is for one recipient. RFC 5321 §4.5.5. */
function rejectMultiRecipientBounce({ sender, recipientCount, state, subject, settings }: JudgedCommand) {
  // Until DATA the recipient in hand is not among those that are counted.
  const allowed = state === 'DATA' || state === 'END-OF-MESSAGE' ? 1 : 0;
  if (sender !== undefined || recipientCount <= allowed) return undefined;
  const text = `<${subject.name}>: ${subject.what} rejected: Multi-recipient bounce`;
  return refuse(settings.multi_recipient_bounce_reject_code, '5.3', text);
}

export const ADDRESS: RestrictionKinds = {
  reject_non_fqdn_sender: plain('sender', rejectNonFqdnSender),
  reject_non_fqdn_recipient: plain('recipient', rejectNonFqdnRecipient),
  reject_unknown_sender_domain: plain('sender', rejectUnknownSenderDomain, { kind: 'dns' }),
  reject_unknown_recipient_domain: plain('recipient', rejectUnknownRecipientDomain, { kind: 'dns' }),
  reject_multi_recipient_bounce: plain('sender', rejectMultiRecipientBounce),
};
