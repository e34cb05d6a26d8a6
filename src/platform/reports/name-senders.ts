// What the addresses in a summary are called: a name of the DNS counts where it leads back to the address. RFC 8601 §3 calls
// that iprev.

import { setTimeout as delay } from 'node:timers/promises';
import { parseIpAddress } from '#base/ip-network.ts';
import { reverseName } from '#base/reverse-name.ts';
import type { NamedSummary } from '#mail/ports/report-admin.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { DomainSummary } from '#mail/reports/domain-summary.ts';

/** In one answer; the DNS of strangers takes its time, and names are not worth waiting for. */
const MOST_NAMED = 100;
const LONGEST_WAIT_MS = 5_000;

export async function nameSenders(summaries: readonly DomainSummary[], dns: Resolver): Promise<NamedSummary[]> {
  const addresses = summaries.flatMap(({ senders }) => senders.map((sender) => sender.addresses[0]));
  const wanted = [...new Set(addresses.filter((address) => address !== undefined))].slice(0, MOST_NAMED);
  const names = new Map<string, string | undefined>();
  const asking = wanted.map(async (address) => names.set(address, await findHostName(address, dns)));
  await Promise.race([Promise.all(asking), delay(LONGEST_WAIT_MS, undefined, { ref: false })]);
  return summaries.map(({ senders, ...summary }) => ({
    ...summary,
    senders: senders.map((sender) => ({ ...sender, hostName: names.get(sender.addresses[0] ?? '') })),
  }));
}

async function findHostName(address: string, dns: Resolver): Promise<string | undefined> {
  const reverse = reverseName(address);
  if (reverse === undefined) return undefined;
  const pointers = await dns.resolve(reverse, 'PTR');
  const [name] = pointers.kind === 'found' ? pointers.records : [];
  if (name === undefined) return undefined;
  const forward = await dns.resolve(name, address.includes(':') ? 'AAAA' : 'A');
  const isSame = (other: string) => parseIpAddress(other)?.equals(parseIpAddress(address) ?? Buffer.alloc(0)) === true;
  return forward.kind === 'found' && forward.records.some(isSame) ? name : undefined;
}
