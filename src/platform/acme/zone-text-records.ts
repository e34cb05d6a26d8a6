// TXT records of challenges, in the zones that take our dynamic updates. RFC 8555 §8.4, RFC 2136 §2.5.

import { WorldError } from '#base/world-error.ts';
import { formatText } from '#mail/domain-records/published-record.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { DnsUpdates } from '#platform/dns/update.ts';
import type { TextRecords } from './prover.ts';

/** It is there for a minute. */
const TTL_SECONDS = 30;

export function zoneTextRecords(updates: DnsUpdates, resolver: Resolver): TextRecords {
  return {
    async add(name, text) {
      const record = { name, type: 'TXT', ttlSeconds: TTL_SECONDS, data: formatText(text) } as const;
      await updates.change(await findZone(name, resolver), { add: [record], remove: [] });
    },
    async remove(name, text) {
      const record = { name, type: 'TXT', data: formatText(text) } as const;
      await updates.change(await findZone(name, resolver), { add: [], remove: [record] });
    },
  };
}

/** The nearest name above that has NS records of its own. */
async function findZone(name: string, resolver: Resolver): Promise<string> {
  const labels = name.split('.');
  // Zones right below the root are nobody's own.
  for (let at = 1; at < labels.length - 1; at += 1) {
    const zone = labels.slice(at).join('.');
    const answer = await resolver.resolve(zone, 'NS');
    if (answer.kind === 'failed') throw new WorldError(`zone of ${name}: ${answer.reason}`, { transient: true });
    if (answer.kind === 'found' && answer.canonicalName === zone) return zone;
  }
  throw new WorldError(`zone of ${name}: none is found`, { transient: false });
}
