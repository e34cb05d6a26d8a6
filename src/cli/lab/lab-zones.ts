// The zones of a lab: those of its file, and for the rest what every server needs to be found: an MX record for each of its
// domains, an address for its name, a name for its address. Beside them there is nothing: the root says so.

import { err, ok, type Result } from '#base/result.ts';
import { reverseName } from '#base/reverse-name.ts';
import type { LabConfig } from '#platform/config/lab-schema.ts';
import { isWithin, parseZone, type Zone } from '#platform/dns/zone-file.ts';

const REVERSE_ZONE = '127.in-addr.arpa';

export function labZones(lab: LabConfig): Result<readonly Zone[], string> {
  const zones: Zone[] = [];
  for (const text of [...writtenZones(lab), ...madeZones(lab)]) {
    const zone = parseZone(text);
    if (!zone.ok) return err(zone.error);
    zones.push(zone.value);
  }
  return ok(zones);
}

function writtenZones({ zone }: LabConfig) {
  return zone.map(({ origin, records, authenticated }) => ({ origin, text: records, isAuthenticated: authenticated }));
}

function madeZones(lab: LabConfig): { origin: string; text: string }[] {
  const written = lab.zone.map(({ origin }) => origin.toLowerCase().replace(/\.$/, ''));
  const lines = new Map<string, string[]>([['.', []]]);
  const add = (origin: string, line: string) => lines.set(origin, [...(lines.get(origin) ?? []), line]);
  const domains = lab.server.flatMap((server) => server.domains);
  for (const { myhostname, address, domains: own } of lab.server) {
    for (const domain of own) add(domain, `@ MX 10 ${myhostname}.\n@ TXT "v=spf1 mx -all"`);
    // In the zone of the domain that the name lies in, where one is made, else in a zone of its own.
    const home = domains.find((domain) => isWithin(myhostname, domain)) ?? myhostname;
    add(home, `${myhostname}. A ${address}`);
    add(REVERSE_ZONE, `${reverseName(address)}. PTR ${myhostname}.`);
  }
  return [...lines]
    .filter(([origin]) => !written.some((zone) => isWithin(origin, zone)))
    .map(([origin, each]) => ({ origin, text: each.join('\n') }));
}
