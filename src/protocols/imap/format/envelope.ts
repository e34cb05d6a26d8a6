// ENVELOPE. RFC 3501 §7.4.2, §9 (envelope).

import type { Envelope, EnvelopeAddress } from '#protocols/message/envelope.ts';
import { formatNString } from './string.ts';

/** Octets as FETCH sends them, literals included. */
export function formatEnvelope(envelope: Envelope): Buffer {
  return Buffer.from(formatEnvelopeText(envelope), 'utf8');
}

// envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP env-cc SP env-bcc SP
//            env-in-reply-to SP env-message-id ")"
export function formatEnvelopeText(envelope: Envelope): string {
  const { from } = envelope;
  // "the server MUST default sender and reply-to from from"
  const sender = envelope.sender.length > 0 ? envelope.sender : from;
  const replyTo = envelope.replyTo.length > 0 ? envelope.replyTo : from;
  const lists = [from, sender, replyTo, envelope.to, envelope.cc, envelope.bcc].map(formatAddresses).join(' ');
  const head = `${formatNString(envelope.date)} ${formatNString(envelope.subject)}`;
  return `(${head} ${lists} ${formatNString(envelope.inReplyTo)} ${formatNString(envelope.messageId)})`;
}

// "(" 1*address ")" / nil
function formatAddresses(addresses: readonly EnvelopeAddress[]): string {
  return addresses.length === 0 ? 'NIL' : `(${addresses.map(formatAddress).join('')})`;
}

// address = "(" addr-name SP addr-adl SP addr-mailbox SP addr-host ")"
/** A group begins with `(NIL NIL "name" NIL)` and ends with `(NIL NIL NIL NIL)`, which are such addresses already. */
function formatAddress({ name, route, mailbox, host }: EnvelopeAddress): string {
  return `(${formatNString(name)} ${formatNString(route)} ${formatNString(mailbox)} ${formatNString(host)})`;
}
