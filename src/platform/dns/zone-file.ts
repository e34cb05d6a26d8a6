// A zone as text, in the useful part of the master file format: `$ORIGIN`, `$TTL`, relative names, `@`, comments,
// parentheses, an owner left out. RFC 1035 §5, RFC 2308 §4. An SOA record is made up where none is written.

import { err, ok, type Result } from '#base/result.ts';
import { parseDnsName } from './dns-name.ts';
import { DataWords, dataReaders, isZoneType, type ZoneRecord, type ZoneType } from './zone-data.ts';
import { readZoneLines, type ZoneLine, type ZoneWord } from './zone-words.ts';

export interface Zone {
  /** `` is the root. */
  readonly origin: string;
  /** By owner, lower case; `*.example.org` stands under that name. */
  readonly records: ReadonlyMap<string, readonly ZoneRecord[]>;
  readonly soa: ZoneRecord;
  /** Answers bear the AD bit, as if a validating resolver had proven them. */
  readonly isAuthenticated: boolean;
}

export interface ZoneText {
  readonly origin: string;
  readonly text: string;
  readonly isAuthenticated?: boolean;
}

const DEFAULT_TTL_SECONDS = 300;
const UNIT_SECONDS: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

interface Reading {
  readonly records: Map<string, ZoneRecord[]>;
  readonly zoneOrigin: string;
  origin: string;
  owner: string | undefined;
  ttl: number;
}

export function parseZone({ origin, text, isAuthenticated = false }: ZoneText): Result<Zone, string> {
  const zoneOrigin = origin === '.' || origin === '' ? '' : parseDnsName(origin);
  if (zoneOrigin === undefined) return err(`${JSON.stringify(origin)} is no name of a zone`);
  const lines = readZoneLines(text);
  if (!lines.ok) return err(`zone ${origin}, ${lines.error}`);
  const reading: Reading = {
    records: new Map(),
    zoneOrigin,
    origin: zoneOrigin,
    owner: zoneOrigin,
    ttl: DEFAULT_TTL_SECONDS,
  };
  for (const line of lines.value) {
    const fault = readLine(reading, line);
    if (fault !== undefined) return err(`zone ${origin}, line ${line.number}: ${fault}`);
  }
  const written = reading.records.get(zoneOrigin)?.find(({ type }) => type === 'SOA');
  return ok({ origin: zoneOrigin, records: reading.records, soa: written ?? plainSoa(zoneOrigin), isAuthenticated });
}

/** What is wrong with it. */
function readLine(reading: Reading, line: ZoneLine): string | undefined {
  const [first, second] = line.words;
  if (first?.text === '$ORIGIN' || first?.text === '$TTL')
    return readDirective(reading, first.text, second?.text ?? '');
  if (first?.text.startsWith('$') === true) return `${first.text} is not understood here; $ORIGIN and $TTL are`;
  const words = [...line.words];
  if (!line.isIndented) reading.owner = fullName(reading, words.shift()?.text ?? '');
  if (reading.owner === undefined) return `${JSON.stringify(first?.text)} is no name`;
  if (!isWithin(reading.owner, reading.zoneOrigin)) return `${reading.owner} does not lie in this zone`;
  const ttl = takeTtlAndClass(words) ?? reading.ttl;
  const type = words.shift()?.text.toUpperCase() ?? '';
  if (!isZoneType(type)) return `${JSON.stringify(type)} is no record type that is understood here`;
  return addRecord(reading, type, ttl, words);
}

function addRecord(
  reading: Reading,
  type: Parameters<typeof readData>[0],
  ttl: number,
  words: readonly ZoneWord[],
): string | undefined {
  const { owner = '', records } = reading;
  const data = readData(type, words, (name) => fullName(reading, name));
  if (!data.ok) return `${type}: ${data.error}`;
  const others = records.get(owner) ?? [];
  const isAlone = type === 'CNAME' ? others.length === 0 : others.every((other) => other.type !== 'CNAME');
  // RFC 1034 §3.6.2: every name server refuses such a zone, and people look for the reason.
  if (!isAlone) return `${owner} has a CNAME record, so it can have no other`;
  records.set(owner, [...others, { name: owner, type, ttl, class: 'IN', data: data.value } as ZoneRecord]);
  return undefined;
}

function readData(
  type: keyof typeof dataReaders,
  words: readonly ZoneWord[],
  toFullName: (name: string) => string | undefined,
): Result<unknown, string> {
  const taken = new DataWords(words, toFullName);
  const data = dataReaders[type](taken);
  return taken.fault === undefined ? ok(data) : err(taken.fault);
}

/** RDATA alone, as a zone file writes it; names in it are whole. */
export function parseRecordData(type: ZoneType, text: string): Result<ZoneRecord, string> {
  const lines = readZoneLines(text);
  if (!lines.ok) return lines;
  const words = lines.value.flatMap((line) => line.words);
  const data = readData(type, words, (name) => parseDnsName(name) ?? (name === '.' ? '' : undefined));
  return data.ok ? ok({ name: '', type, ttl: 0, class: 'IN', data: data.value } as ZoneRecord) : data;
}

function readDirective(reading: Reading, directive: '$ORIGIN' | '$TTL', value: string): string | undefined {
  if (directive === '$TTL') {
    const ttl = parseTtl(value);
    if (ttl === undefined) return `$TTL ${value}: a number of seconds, or one with s, m, h, d or w`;
    reading.ttl = ttl;
    return undefined;
  }
  const origin = fullName(reading, value);
  if (origin === undefined) return `$ORIGIN ${value}: that is no name`;
  reading.origin = origin;
  return undefined;
}

/** They may stand in either order, or not at all. */
function takeTtlAndClass(words: ZoneWord[]): number | undefined {
  let ttl: number | undefined;
  for (let i = 0; i < 2; i++) {
    const word = words[0]?.text ?? '';
    const seconds = parseTtl(word);
    if (seconds === undefined && word.toUpperCase() !== 'IN') break;
    ttl ??= seconds;
    words.shift();
  }
  return ttl;
}

function parseTtl(text: string): number | undefined {
  const [, number, unit = ''] = /^([0-9]{1,9})([smhdw]?)$/i.exec(text) ?? [];
  const seconds = Number(number) * (UNIT_SECONDS[unit.toLowerCase()] ?? 1);
  return number === undefined ? undefined : seconds;
}

/** `undefined` for what is no name. */
function fullName({ origin }: Reading, text: string): string | undefined {
  if (text === '@') return origin;
  if (text === '.') return '';
  if (text.endsWith('.')) return parseDnsName(text);
  return parseDnsName(origin === '' ? text : `${text}.${origin}`);
}

export function isWithin(name: string, zone: string): boolean {
  return zone === '' || name === zone || name.endsWith(`.${zone}`);
}

function plainSoa(origin: string): ZoneRecord {
  const within = (label: string) => (origin === '' ? label : `${label}.${origin}`);
  const times = { serial: 1, refresh: 3_600, retry: 600, expire: 604_800, minimum: 60 };
  const data = { mname: within('ns'), rname: within('hostmaster'), ...times };
  return { name: origin, type: 'SOA', ttl: DEFAULT_TTL_SECONDS, class: 'IN', data };
}
