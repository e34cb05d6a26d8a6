// Restriction lists that let strangers send to other servers. The message gets through where every list permits it, so one that
// surely refuses is enough. Postfix does not start, either, without one of these words.

import { unreachable } from '#base/unreachable.ts';
import type { RestrictionElement } from '#mail/restrictions/restriction.ts';
import type { ListName, RestrictionLists } from '#mail/restrictions/restriction-lists.ts';
import type { DangerFinding } from './danger.ts';
import type { DoorLists, InterlockFacts } from './interlock-facts.ts';

/** All that are asked before a recipient is accepted, those first whose matter it is. */
const LISTS: readonly ListName[] = [
  'smtpd_relay_restrictions',
  'smtpd_recipient_restrictions',
  'smtpd_sender_restrictions',
  'smtpd_helo_restrictions',
  'smtpd_client_restrictions',
];

const REFUSE: ReadonlySet<string> = new Set([
  ...['reject_unauth_destination', 'defer_unauth_destination'],
  ...['reject', 'defer', 'defer_if_permit'],
]);

/** For a stranger and another server's recipient, without what tables and other servers may say. */
type End =
  | { readonly kind: 'refused' }
  | { readonly kind: 'permitted'; readonly element: string }
  | { readonly kind: 'open' };

export function findOpenLists({ doors }: InterlockFacts): DangerFinding[] {
  const found = doors.flatMap(judgeDoor);
  // What stands at the top of the file holds at several doors.
  return [...new Map(found.map((finding) => [finding.path.join('.'), finding])).values()];
}

function judgeDoor({ lists, pathOf }: DoorLists): DangerFinding[] {
  const ends = LISTS.map((name) => ({ name, end: follow(lists[name].elements, lists) }));
  if (ends.some(({ end }) => end.kind === 'refused')) return [];
  for (const { name, end } of ends) {
    if (end.kind !== 'permitted') continue;
    return [{ danger: 'open_relay', phrase: 'permits-strangers', path: pathOf(name), element: end.element }];
  }
  const path = pathOf('smtpd_relay_restrictions');
  return [{ danger: 'open_relay', phrase: 'never-refuses-strangers', path, element: '' }];
}

function follow(elements: readonly RestrictionElement[], lists: RestrictionLists): End {
  for (const { name, text, onlyWarns } of elements) {
    if (onlyWarns) continue;
    if (REFUSE.has(name)) return { kind: 'refused' };
    if (name === 'permit') return { kind: 'permitted', element: text };
    const ofClass = lists.classes.get(name);
    const end: End = ofClass === undefined ? { kind: 'open' } : follow(ofClass, lists);
    switch (end.kind) {
      case 'refused':
      case 'permitted':
        return end;
      case 'open':
        break;
      default:
        unreachable(end);
    }
  }
  return { kind: 'open' };
}
