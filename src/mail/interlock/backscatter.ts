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
