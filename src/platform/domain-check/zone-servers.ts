// Who serves a zone: found by walking up from a name to the nearest one that has NS records, and asked themselves, without
// recursion, for what they know. RFC 1034 §4.2.1, §4.3.1.

import type { Randomness } from '#mail/ports/randomness.ts';
import type { DnsType, Resolver } from '#mail/ports/resolver.ts';
import { askServer, type NameServer } from '#platform/dns/ask-server.ts';
import { type DnsMessage, RCODE, TYPE_NUMBERS } from '#platform/dns/dns-message.ts';
import type { DnsQuestion } from '#platform/dns/dns-question.ts';
import { type FailedAnswer, type Reading, readAnswer } from '#platform/dns/read-answer.ts';
import { readStrings } from '#platform/dns/record-data.ts';

export interface ServedZone {
  readonly zone: string;
  readonly servers: readonly ZoneServerName[];
  /** The resolver proved that these serve it. */
  readonly isProven: boolean;
}

export interface ZoneServerName {
  readonly name: string;
  readonly address: string;
}

export interface AskingWorld {
  readonly resolver: Resolver;
  readonly randomness: Randomness;
  /** Of name servers: 53, but in a laboratory. */
  readonly port: number;
  readonly signal: AbortSignal;
}

/** Thirteen have the root and the largest domains. */
const MOST_SERVERS = 13;
const TRY_TIMEOUT_MS = 2_500;
const TRIES = 2;

/** `undefined`: nobody serves it, or nobody could say. */
export async function findServedZone(name: string, { resolver }: AskingWorld): Promise<ServedZone | undefined> {
  const labels = name.split('.');
  // The root and the domains right below it are nobody's own.
  for (let at = 0; at < labels.length - 1; at++) {
    const zone = labels.slice(at).join('.');
    const answer = await resolver.resolve(zone, 'NS');
    if (answer.kind === 'failed') return undefined;
    if (answer.kind !== 'found' || answer.canonicalName !== zone) continue;
    const names = [...new Set(answer.records)].slice(0, MOST_SERVERS);
    const servers = await Promise.all(names.map((each) => findServer(each, resolver)));
    return { zone, servers: servers.flat(), isProven: answer.isAuthenticated };
  }
  return undefined;
}

/** One address of each is asked: IPv4 where there is one, for not every machine has IPv6. */
async function findServer(name: string, resolver: Resolver): Promise<ZoneServerName[]> {
  for (const type of ['A', 'AAAA'] as const) {
    const answer = await resolver.resolve(name, type);
    const [address] = answer.kind === 'found' ? answer.records : [];
    if (address !== undefined) return [{ name, address }];
  }
  return [];
}

export async function askZoneServer<Type extends DnsType>(
  server: ZoneServerName,
  question: { readonly name: string; readonly type: Type },
  world: AskingWorld,
): Promise<Reading<Type>> {
  const message = await exchange(server, question, world);
  return 'kind' in message ? message : readAnswer(message, question);
}

/** Of each text at this very name the strings that it is made of; `undefined`: the server did not say. */
export async function askTextStrings(
  server: ZoneServerName,
  name: string,
  world: AskingWorld,
): Promise<readonly (readonly Buffer[])[] | undefined> {
  const message = await exchange(server, { name, type: 'TXT' }, world);
  if ('kind' in message || message.rcode !== RCODE.ok) return undefined;
  const texts = message.answers.filter((record) => record.name === name && record.type === TYPE_NUMBERS.TXT);
  return texts.flatMap(({ start, end }) => {
    const strings = readStrings(message.octets, start, end);
    return strings === undefined ? [] : [strings];
  });
}

async function exchange(
  { address }: ZoneServerName,
  question: DnsQuestion,
  { port, randomness, signal }: AskingWorld,
): Promise<DnsMessage | FailedAnswer> {
  const server: NameServer = { address, port };
  const settings = { timeoutMs: TRY_TIMEOUT_MS, wantsSignatures: false, wantsRecursion: false, randomness, signal };
  for (let attempt = 1; ; attempt++) {
    const message = await askServer(server, question, settings);
    const isSilent = 'kind' in message && message.reason === 'timeout';
    if (!isSilent || attempt === TRIES || signal.aborted) return message;
  }
}
