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

const REFUSES_UNLISTED = 'reject_unlisted_recipient';
