// Reads a constant database, as D. J. Bernstein's cdb and Postfix's cdb: make it: 256 pairs of numbers (where a hash table
// is, how many slots it has), the records (length of key and value, key, value), the hash tables (hash, where its record
// is). All numbers are 32 bits, little endian. Every offset is looked at before it is followed. https://cr.yp.to/cdb/cdb.txt

import type { Entry, Lookup } from './lookup.ts';

export const CDB_HEADER_BYTES = 2_048;
export const CDB_TABLES = 256;

export function hashCdbKey(key: Uint8Array): number {
  let hash = 5_381;
  for (const octet of key) hash = (Math.imul(hash, 33) ^ octet) >>> 0;
  return hash;
}

/** Thrown where a file is not what it should be; says what is wrong. */
export class DamagedIndex extends Error {}

interface CdbRecord {
  readonly key: Buffer;
  readonly value: Buffer;
  readonly end: number;
}

export class CdbReader implements Lookup {
  readonly #octets: Buffer;
  /** Postfix ends keys and values with a NUL on some systems, and not on others: the first key that is found tells. */
  #terminator: 'unknown' | 'none' | 'nul' = 'unknown';

  constructor(octets: Buffer) {
    if (octets.length < CDB_HEADER_BYTES) throw new DamagedIndex('it is too short for a cdb file');
    this.#octets = octets;
  }

  find(key: string): string | undefined {
    if (this.#terminator !== 'nul') {
      const value = this.#findOctets(Buffer.from(key));
      if (value !== undefined) {
        this.#terminator = 'none';
        return value.toString();
      }
    }
    if (this.#terminator === 'none') return undefined;
    const value = this.#findOctets(Buffer.from(`${key}\0`));
    if (value === undefined) return undefined;
    this.#terminator = 'nul';
    return withoutNul(value);
  }

  *entries(): Generator<Entry> {
    const end = this.#octets.readUInt32LE(0);
    for (let at = CDB_HEADER_BYTES; at < end; ) {
      const record = this.#readRecord(at);
      yield [withoutNul(record.key), withoutNul(record.value)];
      at = record.end;
    }
  }

  #findOctets(key: Buffer): Buffer | undefined {
    const hash = hashCdbKey(key);
    const header = (hash % CDB_TABLES) * 8;
    const table = this.#octets.readUInt32LE(header);
    const slots = this.#octets.readUInt32LE(header + 4);
    if (table + slots * 8 > this.#octets.length) throw new DamagedIndex('a hash table lies outside the file');
    const first = slots === 0 ? 0 : Math.floor(hash / CDB_TABLES) % slots;
    for (let i = 0; i < slots; i++) {
      const slot = table + ((first + i) % slots) * 8;
      const at = this.#octets.readUInt32LE(slot + 4);
      if (at === 0) return undefined;
      if (this.#octets.readUInt32LE(slot) !== hash) continue;
      const record = this.#readRecord(at);
      if (record.key.equals(key)) return record.value;
    }
    return undefined;
  }

  #readRecord(at: number): CdbRecord {
    if (at + 8 > this.#octets.length) throw new DamagedIndex('a record lies outside the file');
    const keyEnd = at + 8 + this.#octets.readUInt32LE(at);
    const end = keyEnd + this.#octets.readUInt32LE(at + 4);
    if (end > this.#octets.length) throw new DamagedIndex('a record ends outside the file');
    return { key: this.#octets.subarray(at + 8, keyEnd), value: this.#octets.subarray(keyEnd, end), end };
  }
}

export function withoutNul(octets: Buffer): string {
  return octets.toString('utf8', 0, octets.at(-1) === 0 ? octets.length - 1 : octets.length);
}
