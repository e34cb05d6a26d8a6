// The DNS of a domain as its own servers have it, compared with what the resolver says: whoever has just published a record
// shall see it, and whoever is still told the old one shall be known. Other names are the resolver's.

import { unreachable } from '#base/unreachable.ts';
import type { CheckWorld, Disagreement, DnsView, ZoneObservation } from '#mail/domain-check/check-world.ts';
import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import { parseDnsName } from '#platform/dns/dns-name.ts';
import { LONGEST_CHAIN, type Reading } from '#platform/dns/read-answer.ts';
import { isWithin } from '#platform/dns/zone-file.ts';
import {
  type AskingWorld,
  askTextStrings,
  askZoneServer,
  findServedZone,
  type ServedZone,
  type ZoneServerName,
} from './zone-servers.ts';

interface Asked {
  readonly name: string;
  readonly type: DnsType;
  readonly zone: ServedZone;
  readonly readings: readonly { readonly server: ZoneServerName; readonly reading: Reading<DnsType> }[];
  readonly resolved: DnsAnswer<DnsType>;
}

const TIMEOUT = { kind: 'failed', reason: 'timeout' } as const;

export class AuthoritativeView implements DnsView {
  readonly #world: AskingWorld;
  /** Names at and below which the zone's own servers are asked. */
  readonly #ours: readonly string[];
  readonly #zones = new Map<string, Promise<ServedZone | undefined>>();
  readonly #answers = new Map<string, Promise<DnsAnswer<DnsType>>>();
  readonly #asked: Asked[] = [];

  constructor(ours: readonly string[], world: AskingWorld) {
    this.#ours = ours;
    this.#world = world;
  }

  async resolve<Type extends DnsType>(written: string, type: Type): Promise<DnsAnswer<Type>> {
    const name = parseDnsName(written);
    if (name === undefined) return { kind: 'no-such-name', isAuthenticated: false };
    const key = `${type} ${name}`;
    const known = this.#answers.get(key);
    const answer = known ?? this.#answer(name, type);
    if (known === undefined) this.#answers.set(key, answer);
    return (await answer) as DnsAnswer<Type>;
  }

  async findAlias(written: string): Promise<string | undefined> {
    const answer = await this.resolve(written, 'CNAME');
    return answer.kind === 'found' ? answer.records[0] : undefined;
  }

  /**
   * Of each text at this very name the strings that it is made of; `undefined`: none of the zone's own servers says it.
   * Whoever takes a record away names it octet by octet. RFC 2136 §2.5.4.
   */
  async findStrings(name: string): Promise<readonly (readonly Buffer[])[] | undefined> {
    const zone = this.#isOurs(name) ? await this.#zoneOf(name) : undefined;
    for (const server of zone?.servers ?? []) {
      const strings = await askTextStrings(server, name, this.#world);
      if (strings !== undefined) return strings;
    }
    return undefined;
  }

  /** The name of the zone that it lies in; `undefined`: nobody serves one, or nobody could say. */
  async findZone(name: string): Promise<string | undefined> {
    return (await this.#zoneOf(name))?.zone;
  }

  async zones(): Promise<readonly ZoneObservation[]> {
    const zones = await Promise.all([...new Set(this.#ours)].map((name) => this.#zoneOf(name)));
    const known = new Map(
      [...zones, ...this.#asked.map(({ zone }) => zone)].flatMap((each) => (each ? [[each.zone, each]] : [])),
    );
    return [...known.values()].map((zone) => this.#observe(zone));
  }

  async #answer(name: string, type: DnsType, length = 0): Promise<DnsAnswer<DnsType>> {
    if (this.#world.signal.aborted || length > LONGEST_CHAIN) return TIMEOUT;
    const resolving = this.#world.resolver.resolve(name, type);
    const zone = this.#isOurs(name) ? await this.#zoneOf(name) : undefined;
    const [resolved, readings] = await Promise.all([resolving, this.#askAll(zone, name, type)]);
    if (zone !== undefined) this.#asked.push({ name, type, zone, readings, resolved });
    const reading = readings.find((each) => each.reading.kind !== 'failed')?.reading;
    if (reading === undefined || reading.kind === 'failed') return resolved;
    const isAuthenticated = resolved.kind !== 'failed' && resolved.isAuthenticated;
    switch (reading.kind) {
      case 'found':
        return { ...reading, isAuthenticated };
      case 'alias':
        return await this.#answer(reading.canonicalName, type, length + 1);
      case 'no-such-name':
      case 'no-data':
        // The target of an alias may lie in a zone that this server does not have.
        return reading.canonicalName === name ? { kind: reading.kind, isAuthenticated } : resolved;
      default:
        return unreachable(reading);
    }
  }

  #isOurs(name: string): boolean {
    return this.#ours.some((ours) => isWithin(name, ours));
  }

  /** A name below may have been given away to other servers. */
  async #zoneOf(name: string): Promise<ServedZone | undefined> {
    const known = this.#zones.get(name);
    const zone = known ?? findServedZone(name, this.#world);
    if (known === undefined) this.#zones.set(name, zone);
    return await zone;
  }

  #askAll(zone: ServedZone | undefined, name: string, type: DnsType) {
    const servers = zone?.servers ?? [];
    return Promise.all(
      servers.map(async (server) => ({ server, reading: await askZoneServer(server, { name, type }, this.#world) })),
    );
  }

  #observe(zone: ServedZone): ZoneObservation {
    const asked = this.#asked.filter((each) => each.zone.zone === zone.zone);
    const readings = asked.flatMap((each) => each.readings);
    const isSilent = ({ name }: ZoneServerName) =>
      readings.length > 0 && readings.every(({ server, reading }) => server.name !== name || reading.kind === 'failed');
    return {
      zone: zone.zone,
      servers: zone.servers.map(({ name }) => name),
      silent: zone.servers.filter(isSilent).map(({ name }) => name),
      disagreements: asked.flatMap(findDisagreement),
      stale: asked.flatMap(findStale),
      isProven: zone.isProven,
    };
  }
}

export function viewOf(
  { domain, server }: Pick<CheckWorld, 'domain' | 'server'>,
  world: AskingWorld,
): AuthoritativeView {
  return new AuthoritativeView([domain, server.mailHost], world);
}

function findDisagreement({ name, type, readings }: Asked): Disagreement[] {
  const said = new Map<string, string>();
  for (const { server, reading } of readings) {
    const text = textOf(reading);
    if (text !== undefined && !said.has(text)) said.set(text, server.name);
  }
  const seen = [...said].map(([text, server]) => `${server}: ${text}`);
  return said.size > 1 ? [{ name, type, seen, hasFailed: false }] : [];
}

function findStale({ name, type, readings, resolved }: Asked): Disagreement[] {
  const said = readings.map(({ reading }) => textOf(reading)).filter((text) => text !== undefined);
  const [ours] = said;
  if (ours === undefined) return [];
  if (resolved.kind === 'failed') {
    // A proof that fails is SERVFAIL; silence is the resolver's own trouble.
    return resolved.reason === 'servfail' ? [{ name, type, seen: [ours], hasFailed: true }] : [];
  }
  const theirs = textOf({ ...resolved, canonicalName: name, ttlSeconds: 0 } as Reading<DnsType>);
  return theirs === undefined || said.includes(theirs) ? [] : [{ name, type, seen: [theirs], hasFailed: false }];
}

/** `undefined`: it said nothing, or sent us on to another zone. */
function textOf(reading: Reading<DnsType>): string | undefined {
  if (reading.kind === 'failed' || reading.kind === 'alias') return undefined;
  if (reading.kind !== 'found') return '–';
  return [...reading.records].map(recordText).sort().join(' | ');
}

function recordText(record: unknown): string {
  if (typeof record === 'string') return record;
  const fields = Object.values(record as Readonly<Record<string, unknown>>);
  return fields.map((field) => (Buffer.isBuffer(field) ? field.toString('hex') : String(field))).join(' ');
}
