// Mail that is taken for recipients nobody knows: the next server refuses it, and the bounce goes to whomever the spammer
// named as its sender. RFC 5321 §6.1.

import type { DangerFinding } from './danger.ts';
import type { InterlockFacts } from './interlock-facts.ts';

/** Neither a list of recipients nor a question to the server behind. */
export function findUnknownRelayRecipients({ settings }: InterlockFacts): DangerFinding[] {
  const { relay_domains, relay_recipient_maps, relay_recipient_verification } = settings;
  if (relay_domains.length === 0 || relay_recipient_maps.length > 0 || relay_recipient_verification) return [];
  const path = ['relay_recipient_verification'];
  return [{ danger: 'backscatter', phrase: 'takes-unknown-recipients', path, element: 'false' }];
}

/** They are not refused while the sender waits, and no list of port 25 makes up for it. */
export function findUnlistedRecipients({ settings, doors }: InterlockFacts): DangerFinding[] {
  if (settings.smtpd_reject_unlisted_recipient) return [];
  const open = doors.some(({ service, lists }) => {
    const { elements } = lists.smtpd_recipient_restrictions;
    return service === 'smtp' && !elements.some(({ name, onlyWarns }) => name === REFUSES_UNLISTED && !onlyWarns);
  });
  const path = ['smtpd_reject_unlisted_recipient'];
  return open ? [{ danger: 'backscatter', phrase: 'accepts-unlisted-recipients', path, element: 'false' }] : [];
}

/** Every name at `mydestination` is let in, and nobody takes the mail of those that are nobody's: it goes back. */
export function findUnknownLocalNames({ settings }: InterlockFacts): DangerFinding[] {
  const { mydestination, local_recipient_maps, luser_relay, mailbox_transport, fallback_transport } = settings;
  if (local_recipient_maps?.length !== 0 || mydestination.length === 0) return [];
  const takers = [luser_relay, mailbox_transport, fallback_transport].filter((taker) => taker !== '');
  const tables = [...settings.mailbox_transport_maps, ...settings.fallback_transport_maps];
  if (takers.length + tables.length > 0) return [];
  return [{ danger: 'backscatter', phrase: 'takes-unknown-names', path: ['local_recipient_maps'], element: '' }];
}

const REFUSES_UNLISTED = 'reject_unlisted_recipient';
