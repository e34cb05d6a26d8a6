// Records as a piece of a zone file, each with its reason above it. RFC 1035 §5.1.

import type { DomainPlan } from './plan-domain.ts';
import { formatRecord } from './published-record.ts';
import type { WantedRecord } from './wanted-record.ts';

/** `reasonOf` is one line. What lies in another zone is commented out. */
export function formatZone({ domain, records }: DomainPlan, reasonOf: (record: WantedRecord) => string): string {
  const lines: string[] = [];
  let reason = '';
  for (const record of records) {
    const said = reasonOf(record);
    if (said !== reason) lines.push('', `; ${said.replace(/\s+/g, ' ')}`);
    reason = said;
    const isOurs = record.name === domain || record.name.endsWith(`.${domain}`);
    lines.push(`${isOurs ? '' : '; '}${formatRecord(record)}`);
  }
  return `${lines.slice(1).join('\n')}\n`;
}
