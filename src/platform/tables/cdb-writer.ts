// Makes a constant database, octet for octet as Postfix's `postmap cdb:` does; see `cdb-reader.ts` for its form. Keys are
// stored as they come, each once: who has two values for a key decides before.

import { CDB_HEADER_BYTES, CDB_TABLES, hashCdbKey } from './cdb-reader.ts';
import { forEachInTurns } from './in-turns.ts';
import type { Entry } from './lookup.ts';

/** Offsets are 32 bits. */
const MOST_CDB_BYTES = 2 ** 32 - 1;
const FIRST_BYTES = 64 * 1024;
const EMPTY_SLOT = -1;

export interface CdbForm {
  /** A NUL behind every key and value, as `postmap -N` writes them. */
  readonly nulTerminated?: boolean;
}

export async function encodeCdb(entries: Iterable<Entry>, { nulTerminated = false }: CdbForm = {}): Promise<Buffer> {
  const writer = new CdbWriter();
  const end = nulTerminated ? '\0' : '';
  await forEachInTurns(entries, ([key, value]) => writer.add(Buffer.from(key + end), Buffer.from(value + end)));
  return writer.finish();
}

class CdbWriter {
  #octets = Buffer.alloc(FIRST_BYTES);
  #end = CDB_HEADER_BYTES;
  /** Of each hash table: hash, offset, hash, offset, … */
  readonly #tables: number[][] = Array.from({ length: CDB_TABLES }, () => []);

  add(key: Buffer, value: Buffer): void {
    const start = this.#reserve(8 + key.length + value.length);
    this.#octets.writeUInt32LE(key.length, start);
    this.#octets.writeUInt32LE(value.length, start + 4);
    key.copy(this.#octets, start + 8);
    value.copy(this.#octets, start + 8 + key.length);
    const hash = hashCdbKey(key);
    this.#tables[hash % CDB_TABLES]?.push(hash, start);
  }

  async finish(): Promise<Buffer> {
    await forEachInTurns(this.#tables.entries(), ([number, table]) => this.#writeTable(number, table));
    return this.#octets.subarray(0, this.#end);
  }

  /** Half of the slots stay empty, so that a search is short. */
  #writeTable(number: number, table: readonly number[]): void {
    const slots = table.length;
    const start = this.#reserve(slots * 8);
    this.#octets.writeUInt32LE(start, number * 8);
    this.#octets.writeUInt32LE(slots, number * 8 + 4);
    const places = new Int32Array(slots).fill(EMPTY_SLOT);
    for (let i = 0; i < table.length; i += 2) {
      let slot = Math.floor((table[i] ?? 0) / CDB_TABLES) % slots;
      while (places[slot] !== EMPTY_SLOT) slot = (slot + 1) % slots;
      places[slot] = i;
    }
    for (const [slot, i] of places.entries()) {
      if (i === EMPTY_SLOT) continue;
      this.#octets.writeUInt32LE(table[i] ?? 0, start + slot * 8);
      this.#octets.writeUInt32LE(table[i + 1] ?? 0, start + slot * 8 + 4);
    }
  }

  /** So many zeros more; where they begin. */
  #reserve(bytes: number): number {
    const start = this.#end;
    this.#end += bytes;
    if (this.#end > MOST_CDB_BYTES) throw new RangeError('the table is too large for a cdb file (4 GiB)');
    if (this.#end > this.#octets.length) {
      const larger = Buffer.alloc(Math.max(this.#end, this.#octets.length * 2));
      this.#octets.copy(larger, 0, 0, start);
      this.#octets = larger;
    }
    return start;
  }
}
