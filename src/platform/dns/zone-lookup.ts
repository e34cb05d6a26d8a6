// What zones say to a question: records, an alias followed as far as these zones know, or that there is nothing.
// RFC 1034 §4.3.2; wildcards by RFC 4592 §3.3.1.

import type { ZoneRecord } from './zone-data.ts';
import { isWithin, type Zone } from './zone-file.ts';

export interface ZoneAnswer {
  readonly kind: 'found' | 'no-data' | 'no-such-name' | 'not-ours';
  readonly answers: readonly ZoneRecord[];
  /** Of the zone that says «there is nothing». */
  readonly soa: ZoneRecord | undefined;
  readonly isAuthenticated: boolean;
}

const LONGEST_CHAIN = 16;

/** `type` is a word of the DNS, upper case; `ANY` is not answered. */
export function lookUpInZones(zones: readonly Zone[], name: string, type: string): ZoneAnswer {
  const answers: ZoneRecord[] = [];
  let isAuthenticated = true;
  let asked = name.toLowerCase();
  for (let length = 0; length < LONGEST_CHAIN; length++) {
    const zone = findZone(zones, asked);
    if (zone === undefined) {
      const kind = answers.length > 0 ? 'found' : 'not-ours';
      return { kind, answers, soa: undefined, isAuthenticated: false };
    }
    isAuthenticated &&= zone.isAuthenticated;
    const records = findRecords(zone, asked);
    if (records === undefined) return { kind: 'no-such-name', answers, soa: zone.soa, isAuthenticated };
    const bearing = records.filter((record) => record.type === type);
    if (bearing.length > 0)
      return { kind: 'found', answers: [...answers, ...bearing], soa: undefined, isAuthenticated };
    const [alias] = records;
    if (alias?.type !== 'CNAME') return { kind: 'no-data', answers, soa: zone.soa, isAuthenticated };
    answers.push(alias);
    asked = String(alias.data);
  }
  return { kind: 'found', answers, soa: undefined, isAuthenticated };
}

/** The one with the longest name. */
function findZone(zones: readonly Zone[], name: string): Zone | undefined {
  return zones
    .filter(({ origin }) => isWithin(name, origin))
    .reduce<Zone | undefined>(
      (best, zone) => (best === undefined || zone.origin.length > best.origin.length ? zone : best),
      undefined,
    );
}

/** `undefined` where the name does not exist; an empty list where it does, without records. */
function findRecords(zone: Zone, name: string): readonly ZoneRecord[] | undefined {
  const own = zone.records.get(name);
  if (own !== undefined) return own;
  if (exists(zone, name)) return [];
  // The closest name that exists decides, and a wildcard right below it is taken for what lies under it.
  let encloser = parentOf(name);
  while (!exists(zone, encloser)) encloser = parentOf(encloser);
  const wildcard = zone.records.get(encloser === '' ? '*' : `*.${encloser}`);
  return wildcard?.map((record) => ({ ...record, name }));
}

/** By records of its own, or of names below it. */
function exists(zone: Zone, name: string): boolean {
  if (name === zone.origin || zone.records.has(name)) return true;
  for (const owner of zone.records.keys()) if (owner.endsWith(`.${name}`)) return true;
  return false;
}

function parentOf(name: string): string {
  const dot = name.indexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1);
}
