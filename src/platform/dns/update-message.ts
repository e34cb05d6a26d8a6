// A dynamic update as it goes to a name server: the zone, no prerequisites, what is to go and what is to come, in that order.
// RFC 2136 §2.3, §2.5.

import { encode } from 'dns-packet';
import { err, ok, type Result } from '#base/result.ts';
import type { PublishedRecord, RecordType, RemovedRecord } from '#mail/domain-records/published-record.ts';
import { TYPE_NUMBERS } from './dns-message.ts';
import { formatDnsName, parseDnsName } from './dns-name.ts';
import { isWithin, parseRecordData } from './zone-file.ts';

export interface DnsChange {
  readonly add: readonly PublishedRecord[];
  readonly remove: readonly RemovedRecord[];
}

const OPCODE_UPDATE = 5 << 11;
const CLASS_IN = 1;
/** Of what goes: one record, or all of a type. RFC 2136 §2.5.2, §2.5.4. */
const CLASS_NONE = 254;
const CLASS_ANY = 255;
const HEADER_OCTETS = 12;
/** Type, class, TTL, length. */
const FIXED_OCTETS = 10;

/** The error says which record cannot be sent. */
export function formatUpdate(id: number, zoneName: string, { add, remove }: DnsChange): Result<Buffer, string> {
  const zone = parseDnsName(zoneName);
  if (zone === undefined) return err(`${JSON.stringify(zoneName)} is no name of a zone`);
  const records: Buffer[] = [];
  for (const { name, type, data } of remove) {
    const removal = { name, type, data, ttlSeconds: 0, ownClass: data === undefined ? CLASS_ANY : CLASS_NONE };
    const record = formatRecord(zone, removal);
    if (!record.ok) return record;
    records.push(record.value);
  }
  for (const { name, type, data, ttlSeconds } of add) {
    const record = formatRecord(zone, { name, type, data, ttlSeconds, ownClass: CLASS_IN });
    if (!record.ok) return record;
    records.push(record.value);
  }
  const header = Buffer.alloc(HEADER_OCTETS);
  header.writeUInt16BE(id, 0);
  header.writeUInt16BE(OPCODE_UPDATE, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 8);
  const asked = Buffer.from([0, TYPE_NUMBERS.SOA, 0, CLASS_IN]);
  return ok(Buffer.concat([header, formatDnsName(zone), asked, ...records]));
}

interface UpdatedRecord {
  readonly name: string;
  readonly type: RecordType;
  readonly data: string | undefined;
  readonly ttlSeconds: number;
  readonly ownClass: number;
}

function formatRecord(zone: string, record: UpdatedRecord): Result<Buffer, string> {
  const { type, data, ttlSeconds, ownClass } = record;
  const name = parseDnsName(record.name);
  if (name === undefined || !isWithin(name, zone)) return err(`${record.name} does not lie in the zone ${zone}`);
  const octets = formatData(type, data);
  if (!octets.ok) return err(`${record.name} ${type}: ${octets.error}`);
  const fixed = Buffer.alloc(FIXED_OCTETS);
  fixed.writeUInt16BE(TYPE_NUMBERS[type], 0);
  fixed.writeUInt16BE(ownClass, 2);
  fixed.writeUInt32BE(ttlSeconds, 4);
  fixed.writeUInt16BE(octets.value.length, 8);
  return ok(Buffer.concat([formatDnsName(name), fixed, octets.value]));
}

/** dns-packet writes whole messages: one with nothing but this record, whose owner is the root, ends in its data. */
function formatData(type: RecordType, data: string | undefined): Result<Buffer, string> {
  if (data === undefined) return ok(Buffer.alloc(0));
  const record = parseRecordData(type, data);
  if (!record.ok) return record;
  const message = encode({ type: 'query', answers: [{ ...record.value, name: '.', class: 'IN' }] });
  return ok(message.subarray(HEADER_OCTETS + 1 + FIXED_OCTETS));
}
