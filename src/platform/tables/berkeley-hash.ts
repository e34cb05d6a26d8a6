// Reads the `hash:` files of Postfix: Berkeley DB, hash method, formats 7 to 10. Page after page is walked, for all entries
// are wanted; nothing is locked, for Postfix replaces the file whole. The file may be damaged, or made to do harm: every
// offset is looked at before it is followed, and no octet of the file is given out twice.
//
// A page: 8 octets LSN, its number, the ones before and behind it, the count of items, free space, level, type; from 26 on
// where each item begins, the items from the page's end down. Items alternate: key, value.

import { DamagedIndex } from './cdb-reader.ts';

const MAGIC_AT = 12;
const HASH_MAGIC = 0x061561;
const BTREE_MAGIC = 0x053162;
const VERSION_AT = 16;
const PAGE_SIZE_AT = 20;
const ENCRYPTION_AT = 24;
const TYPE_AT = 25;
const META_FLAGS_AT = 26;
const HAS_CHECKSUMS = 1;
const NEXT_PAGE_AT = 16;
const ITEMS_AT = 20;
const OVERFLOW_BYTES_AT = 22;
const PAGE_HEADER_BYTES = 26;

const PAGE = { hashUnsorted: 2, overflow: 7, hash: 13 } as const;
const ITEM = { inPage: 1, offPage: 3 } as const;

export function* readBerkeleyHash(octets: Buffer): Generator<[key: Buffer, value: Buffer]> {
  yield* new BerkeleyHash(octets).entries();
}

class BerkeleyHash {
  readonly #octets: Buffer;
  readonly #isLittleEndian: boolean;
  readonly #pageBytes: number;
  /** What may still be given out. */
  #bytesLeft: number;

  constructor(octets: Buffer) {
    if (octets.length < 512) throw new DamagedIndex('it is too short for a Berkeley DB file');
    this.#octets = octets;
    this.#bytesLeft = octets.length;
    const magics = [octets.readUInt32LE(MAGIC_AT), octets.readUInt32BE(MAGIC_AT)];
    if (magics.includes(BTREE_MAGIC)) throw new DamagedIndex('it is a btree file; only hash files are read');
    if (!magics.includes(HASH_MAGIC)) throw new DamagedIndex('it is no hash file of Berkeley DB');
    this.#isLittleEndian = magics[0] === HASH_MAGIC;
    this.#pageBytes = this.#u32(PAGE_SIZE_AT);
    this.#checkHeader();
  }

  #checkHeader(): void {
    const version = this.#u32(VERSION_AT);
    if (version < 7 || version > 10) throw new DamagedIndex(`its format, ${version}, is not known`);
    const isPower = (this.#pageBytes & (this.#pageBytes - 1)) === 0;
    if (!isPower || this.#pageBytes < 512 || this.#pageBytes > 65_536) throw new DamagedIndex('its page size is wrong');
    const flags = this.#octets[META_FLAGS_AT] ?? 0;
    if (this.#octets[ENCRYPTION_AT] !== 0 || (flags & HAS_CHECKSUMS) !== 0) {
      throw new DamagedIndex('files with encryption or checksums are not read');
    }
  }

  *entries(): Generator<[Buffer, Buffer]> {
    for (let page = this.#pageBytes; page + this.#pageBytes <= this.#octets.length; page += this.#pageBytes) {
      const type = this.#octets[page + TYPE_AT];
      if (type !== PAGE.hash && type !== PAGE.hashUnsorted) continue;
      const count = this.#u16(page + ITEMS_AT);
      if (count % 2 !== 0) throw new DamagedIndex('a key has no value');
      for (let i = 0; i < count; i += 2) yield [this.#item(page, i, count), this.#item(page, i + 1, count)];
    }
  }

  #item(page: number, i: number, count: number): Buffer {
    const start = this.#itemStart(page, i, count);
    const end = i === 0 ? this.#pageBytes : this.#itemStart(page, i - 1, count);
    if (start >= end) throw new DamagedIndex('the items of a page overlap');
    const at = page + start;
    switch (this.#octets[at]) {
      case ITEM.inPage:
        return this.#give(at + 1, page + end);
      case ITEM.offPage:
        if (end - start < 12) throw new DamagedIndex('an item is too short');
        return this.#overflow(this.#u32(at + 4), this.#u32(at + 8));
      default:
        throw new DamagedIndex('it has items that Postfix does not write');
    }
  }

  #itemStart(page: number, i: number, count: number): number {
    const firstItem = PAGE_HEADER_BYTES + 2 * count;
    if (firstItem > this.#pageBytes) throw new DamagedIndex('a page has more items than room');
    const start = this.#u16(page + PAGE_HEADER_BYTES + 2 * i);
    if (start < firstItem || start >= this.#pageBytes) throw new DamagedIndex('an item lies outside its page');
    return start;
  }

  /** An item that is longer than a page. The octets that are left bound the walk: a chain that is a circle ends there. */
  #overflow(firstPage: number, length: number): Buffer {
    const parts: Buffer[] = [];
    let left = length;
    for (let page = firstPage; left > 0; ) {
      const at = page * this.#pageBytes;
      const isThere = page > 0 && at + this.#pageBytes <= this.#octets.length;
      if (!isThere || this.#octets[at + TYPE_AT] !== PAGE.overflow) throw new DamagedIndex('a long item is cut off');
      const bytes = this.#u16(at + OVERFLOW_BYTES_AT);
      if (bytes === 0 || bytes > left || bytes > this.#pageBytes - PAGE_HEADER_BYTES) {
        throw new DamagedIndex('a long item has a wrong length');
      }
      parts.push(this.#give(at + PAGE_HEADER_BYTES, at + PAGE_HEADER_BYTES + bytes));
      left -= bytes;
      page = this.#u32(at + NEXT_PAGE_AT);
    }
    return Buffer.concat(parts);
  }

  #give(start: number, end: number): Buffer {
    this.#bytesLeft -= end - start;
    if (this.#bytesLeft < 0) throw new DamagedIndex('its items overlap');
    return this.#octets.subarray(start, end);
  }

  #u16(at: number): number {
    return this.#isLittleEndian ? this.#octets.readUInt16LE(at) : this.#octets.readUInt16BE(at);
  }

  #u32(at: number): number {
    return this.#isLittleEndian ? this.#octets.readUInt32LE(at) : this.#octets.readUInt32BE(at);
  }
}
