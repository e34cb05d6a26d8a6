// /etc/hosts, and `localhost`, which is this machine whatever anybody says (RFC 6761 §6.3): names that the DNS is not
// asked for, as every program of the system has it. Only addresses and their names stand there.

import { parseIpAddress } from '#base/ip-network.ts';
import { reverseName } from '#base/reverse-name.ts';
import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import { forEachInTurns } from '#platform/tables/in-turns.ts';
import { parseDnsName } from './dns-name.ts';

interface KnownHost {
  readonly A: string[];
  readonly AAAA: string[];
}

export interface HostsFile {
  readonly hosts: ReadonlyMap<string, KnownHost>;
  /** Of a reverse name: the first of each line is the name, the others are aliases. */
  readonly names: ReadonlyMap<string, readonly string[]>;
}

const LOOPBACK: KnownHost = { A: ['127.0.0.1'], AAAA: ['::1'] };
/** What the file says holds until it says otherwise, which is looked at every few seconds. */
const TTL_SECONDS = 5;

/** line = address 1*(WSP name) [WSP] ["#" comment] ; where advertisers are blocked by this file it has 100,000 of them */
export async function parseHostsFile(text: string): Promise<HostsFile> {
  const hosts = new Map<string, KnownHost>();
  const names = new Map<string, string[]>();
  await forEachInTurns(text.split('\n'), (line) => {
    const [address = '', ...written] = line.replace(/#.*$/, '').trim().split(/\s+/);
    const reverse = parseIpAddress(address) && reverseName(address);
    if (reverse === undefined) return;
    const known = written.map(parseDnsName).filter((name) => name !== undefined);
    for (const name of known) {
      const host = hosts.get(name) ?? { A: [], AAAA: [] };
      hosts.set(name, host);
      const addresses = address.includes(':') ? host.AAAA : host.A;
      if (!addresses.includes(address)) addresses.push(address);
    }
    const [first] = known;
    if (first !== undefined && !names.has(reverse)) names.set(reverse, [first]);
  });
  return { hosts, names };
}

/** `undefined` where the DNS has to be asked. */
export function answerFromHosts<Type extends DnsType>(
  { hosts, names }: HostsFile,
  name: string,
  type: Type,
): DnsAnswer<Type> | undefined {
  if (type === 'PTR') return found(name, names.get(name));
  const isLocalhost = name === 'localhost' || name.endsWith('.localhost');
  const host = hosts.get(name) ?? (isLocalhost ? LOOPBACK : undefined);
  if (type === 'A') return host && (found(name, host.A) ?? NOTHING);
  if (type === 'AAAA') return host && (found(name, host.AAAA) ?? NOTHING);
  return isLocalhost ? NOTHING : undefined;
}

const NOTHING = { kind: 'no-data', isAuthenticated: false } as const;

function found<Type extends DnsType>(
  name: string,
  records: readonly string[] | undefined,
): DnsAnswer<Type> | undefined {
  if (records === undefined || records.length === 0) return undefined;
  const answer = { kind: 'found', records, canonicalName: name, ttlSeconds: TTL_SECONDS, isAuthenticated: false };
  return answer as DnsAnswer<DnsType> as DnsAnswer<Type>;
}
