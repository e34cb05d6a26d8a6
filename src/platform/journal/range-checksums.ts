// The CRC-32 of any part of some octets, at about the same cost however long it is. Behind a damaged record every place that
// looks like the beginning of one is tried, and a stranger's message may consist of nothing else.
//
// crc(A B) = shift(crc(A), length of B) ^ crc(B), where shift is a multiplication by x^(8 × length) modulo the polynomial, as in
// zlib's crc32_combine. So the checksum of a part follows from those of all octets before its beginning and before its end,
// which are kept for every page.

import { crc32 } from 'node:zlib';

const PAGE_BYTES = 4096;
/** Of CRC-32, its bits in the order of zlib's. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;
const X = 0x40000000;

export class RangeChecksums {
  readonly #octets: Buffer;
  /** Of all octets before each page. */
  readonly #before: Uint32Array;

  constructor(octets: Buffer) {
    this.#octets = octets;
    this.#before = new Uint32Array(Math.floor(octets.length / PAGE_BYTES) + 1);
    for (let page = 1; page < this.#before.length; page++) {
      const octetsOfPage = octets.subarray((page - 1) * PAGE_BYTES, page * PAGE_BYTES);
      this.#before[page] = crc32(octetsOfPage, this.#before[page - 1]);
    }
  }

  /** What `crc32(part, seed)` gives. */
  of(start: number, end: number, seed: number): number {
    return (shift(seed ^ this.#upTo(start), end - start) ^ this.#upTo(end)) >>> 0;
  }

  #upTo(end: number): number {
    const page = Math.floor(end / PAGE_BYTES);
    return crc32(this.#octets.subarray(page * PAGE_BYTES, end), this.#before[page]);
  }
}

/** x^(8 × 2^k), for each bit k of a length. */
const POWERS = powersOfX();

function powersOfX(): number[] {
  const powers: number[] = [];
  let power = X;
  for (let bit = 0; bit < 3; bit++) power = multiply(power, power);
  for (let bit = 0; bit < 32; bit++) {
    powers.push(power);
    power = multiply(power, power);
  }
  return powers;
}

function shift(checksum: number, lengthBytes: number): number {
  let shifted = checksum;
  for (let bit = 0, rest = lengthBytes; rest > 0; bit++, rest >>>= 1) {
    if ((rest & 1) === 1) shifted = multiply(shifted, POWERS[bit] ?? ONE);
  }
  return shifted;
}

/** Of polynomials, modulo that of CRC-32. */
function multiply(one: number, other: number): number {
  let product = 0;
  let shifted = other;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((one & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product;
}
