// `relay_domains` that are everybody's: whoever relays for a domain relays for all below it, so that a name which others
// register under makes an open relay. RFC 2606 §2, RFC 6761 §6.

import type { DangerFinding } from './danger.ts';
import type { InterlockFacts } from './interlock-facts.ts';

/** Top-level names that nobody registers under. */
const OF_NOBODY: ReadonlySet<string> = new Set([
  ...['test', 'example', 'invalid', 'localhost', 'local', 'internal', 'alt', 'onion'],
  // Not reserved, and never given away for the many private networks that use them.
  ...['corp', 'home', 'intranet', 'lan', 'localdomain', 'mail', 'private'],
]);

/** What countries put below their own name for others to register under: `co.uk`, `com.mx`. */
const KINDS: ReadonlySet<string> = new Set([
  ...['ac', 'co', 'com', 'ed', 'edu', 'gob', 'gov', 'mil', 'ne', 'net', 'nom', 'or', 'org', 'web'],
]);

const COUNTRY = /^[a-z]{2}$/;

/** A table that has something for every key. */
const ANSWERS_ALL = /^static:/;

export function findRelayForAll({ settings: { relay_domains } }: InterlockFacts): DangerFinding[] {
  const path = ['relay_domains'];
  return relay_domains.flatMap((element): DangerFinding[] => {
    if (ANSWERS_ALL.test(element)) return [{ danger: 'open_relay', phrase: 'relays-for-whatever', path, element }];
    if (element.includes(':') || !isEverybodys(element)) return [];
    return [{ danger: 'open_relay', phrase: 'relays-for-all-below', path, element }];
  });
}

function isEverybodys(domain: string): boolean {
  const labels = domain.toLowerCase().split('.');
  const [first = '', second = ''] = labels;
  if (labels.length === 1) return !OF_NOBODY.has(first);
  return labels.length === 2 && KINDS.has(first) && COUNTRY.test(second);
}
