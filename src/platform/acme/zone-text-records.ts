// TXT records of challenges, in the zones that take our dynamic updates. RFC 8555 §8.4, RFC 2136 §2.5.

import { WorldError } from '#base/world-error.ts';
import { formatText } from '#mail/domain-records/published-record.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { DnsUpdates } from '#platform/dns/update.ts';
import type { TextRecords } from './prover.ts';
import { findTextPlace, type TextPlace } from './text-place.ts';

/** It is there for a minute. */
const TTL_SECONDS = 30;

export function zoneTextRecords(updates: DnsUpdates, resolver: Resolver): TextRecords {
  return {
    async add(asked, text) {
      const place = await findTextPlace(asked, resolver);
      const { name, zone } = place;
      const record = { name, type: 'TXT', data: formatText(text) } as const;
      await orSayWhere(asked, place, () =>
        updates.change(zone, { add: [{ ...record, ttlSeconds: TTL_SECONDS }], remove: [] }),
      );
      // Where it was put, whatever the DNS says by then.
      return { name, remove: () => updates.change(zone, { add: [], remove: [record] }) };
    },
  };
}

/** Whoever delegated a challenge must know which zone our key is to be let into. */
async function orSayWhere(asked: string, { name, zone }: TextPlace, change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (cause) {
    if (name === asked || !(cause instanceof WorldError)) throw cause;
    const where = `the CNAME record of ${asked} leads to ${name}, in the zone ${zone}, which our key could not change`;
    throw new WorldError(where, { transient: cause.transient, cause });
  }
}
