// One record in a segment: what is written in one piece, and either read back whole or not at all.
//
//   record = marker length checksum type payload
//
// marker: four octets by which the next record is found behind a damaged one. length: of the payload. checksum: CRC-32 of
// length, type and payload, begun with the segment's salt; the salt is random and stands in the file's name only, so that
// a message which holds the octets of a record is not taken for one.

import { crc32 } from 'node:zlib';
import { RangeChecksums } from './range-checksums.ts';

export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
  /** Where the record begins, and where the next one does. */
  readonly start: number;
  readonly end: number;
}

/** Longer ones are damage: a record holds one message of at most 128 KiB a body, and its plan. */
const LONGEST_PAYLOAD_BYTES = 64 * 1024 * 1024;
const FRAME_HEADER_BYTES = 13;

const MARKER = Buffer.from([0xf5, 0x56, 0x4c, 0x4a]);
const LENGTH_AT = 4;
const CHECKSUM_AT = 8;
const TYPE_AT = 12;

/** What goes in front of the payload's pieces. */
export function frameHeader(type: number, pieces: readonly Uint8Array[], salt: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  MARKER.copy(header);
  let length = 0;
  for (const piece of pieces) length += piece.length;
  header.writeUInt32LE(length, LENGTH_AT);
  header.writeUInt8(type, TYPE_AT);
  let checksum = headChecksum(header, 0, salt);
  for (const piece of pieces) checksum = crc32(piece, checksum);
  header.writeUInt32LE(checksum, CHECKSUM_AT);
  return header;
}

/** The record that begins here; `undefined` when there is none, or not all of it, or not as it was written. */
export function readFrame(octets: Buffer, start: number, salt: number): Frame | undefined {
  return readFrameBy(octets, start, salt, (from, end, seed) => crc32(octets.subarray(from, end), seed));
}

/** Finds records behind damage, in time that grows with the octets and not with what they look like. */
export class FrameSearch {
  readonly #octets: Buffer;
  readonly #salt: number;
  #checksums: RangeChecksums | undefined;

  constructor(octets: Buffer, salt: number) {
    this.#octets = octets;
    this.#salt = salt;
  }

  /** The first whole record at or behind this place. */
  find(from: number): Frame | undefined {
    for (let at = this.#octets.indexOf(MARKER, from); at >= 0; at = this.#octets.indexOf(MARKER, at + 1)) {
      const frame = readFrameBy(this.#octets, at, this.#salt, (...range) => this.#checksum(...range));
      if (frame !== undefined) return frame;
    }
    return undefined;
  }

  #checksum(start: number, end: number, seed: number): number {
    this.#checksums ??= new RangeChecksums(this.#octets);
    return this.#checksums.of(start, end, seed);
  }
}

function readFrameBy(
  octets: Buffer,
  start: number,
  salt: number,
  checksumOf: (start: number, end: number, seed: number) => number,
): Frame | undefined {
  const payloadAt = start + FRAME_HEADER_BYTES;
  if (payloadAt > octets.length || MARKER.compare(octets, start, start + MARKER.length) !== 0) return undefined;
  const length = octets.readUInt32LE(start + LENGTH_AT);
  const end = payloadAt + length;
  if (length > LONGEST_PAYLOAD_BYTES || end > octets.length) return undefined;
  const checksum = checksumOf(payloadAt, end, headChecksum(octets, start, salt));
  if (checksum !== octets.readUInt32LE(start + CHECKSUM_AT)) return undefined;
  return { type: octets.readUInt8(start + TYPE_AT), payload: octets.subarray(payloadAt, end), start, end };
}

function headChecksum(octets: Buffer, start: number, salt: number): number {
  const seeded = crc32(octets.subarray(start + LENGTH_AT, start + CHECKSUM_AT), salt);
  return crc32(octets.subarray(start + TYPE_AT, start + FRAME_HEADER_BYTES), seeded);
}
