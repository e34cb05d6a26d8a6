// Questions that several checks ask.

import { parseIpAddress } from '#base/ip-network.ts';
import type { DnsAnswer, DnsType, Resolver } from '#mail/ports/resolver.ts';

export type TextLook =
  | { readonly kind: 'found'; readonly records: readonly string[] }
  | { readonly kind: 'failed'; readonly reason: string };

/** Nothing is an empty list. */
export async function lookUpTexts(dns: Resolver, name: string): Promise<TextLook> {
  const answer = await dns.resolve(name, 'TXT');
  if (answer.kind === 'failed') return answer;
  return { kind: 'found', records: answer.kind === 'found' ? answer.records : [] };
}

export interface HostLook {
  readonly addresses: readonly string[];
  /** Of either question. */
  readonly hasFailed: boolean;
}

export async function lookUpHost(dns: Resolver, name: string): Promise<HostLook> {
  const answers: readonly DnsAnswer<DnsType>[] = await Promise.all([dns.resolve(name, 'A'), dns.resolve(name, 'AAAA')]);
  const addresses = answers.flatMap((answer) => (answer.kind === 'found' ? (answer.records as readonly string[]) : []));
  return { addresses, hasFailed: answers.some(({ kind }) => kind === 'failed') };
}

/** In whatever way they are written. */
function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseIpAddress(one), parseIpAddress(other)];
  return a !== undefined && b !== undefined && a.equals(b);
}

export function isAmong(address: string, addresses: readonly string[]): boolean {
  return addresses.some((other) => isSameAddress(address, other));
}

/** `v=STSv1`, `v=TLSRPTv1`: the records of one kind among all texts of a name. Nobody else takes what begins in another way. */
export function textsOfVersion(records: readonly string[], version: string): string[] {
  return records.filter((record) => record.startsWith(version) && /^[ \t]*;/.test(record.slice(version.length)));
}
