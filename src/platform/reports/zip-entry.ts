// The one file of a ZIP archive, by APPNOTE 6.3. Reports come so; everything that an archive can be besides is refused: several
// files, encryption, ZIP64, several disks, octets before the file or between its parts, sizes that disagree.

import { crc32, inflateRawSync } from 'node:zlib';
import { err, ok, type Result } from '#base/result.ts';

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END_RECORD = 0x06054b50;
const LOCAL_OCTETS = 30;
const CENTRAL_OCTETS = 46;
const END_OCTETS = 22;
const LONGEST_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED_FLAG = 1;

interface Entry {
  readonly method: number;
  readonly crc: number;
  readonly unpackedOctets: number;
  readonly data: Buffer;
}

export function unpackZip(archive: Buffer, mostOctets: number): Result<Buffer, string> {
  const entry = findEntry(archive);
  if (!entry.ok) return entry;
  const { method, crc, unpackedOctets, data } = entry.value;
  if (unpackedOctets > mostOctets) return err(`it unpacks to more than ${mostOctets} octets`);
  let octets: Buffer;
  try {
    octets = method === STORED ? data : inflateRawSync(data, { maxOutputLength: Math.max(1, unpackedOctets) });
  } catch {
    return err('the archive is damaged');
  }
  const isWhole = octets.length === unpackedOctets && crc32(octets) === crc;
  return isWhole ? ok(octets) : err('the archive is damaged');
}

function findEntry(archive: Buffer): Result<Entry, string> {
  const end = findEnd(archive);
  if (end === undefined) return err('the archive has no end');
  if (archive.readUInt16LE(end + 10) !== 1) return err('the archive does not hold exactly one file');
  const central = archive.readUInt32LE(end + 16);
  if (central + CENTRAL_OCTETS > end || archive.readUInt32LE(central) !== CENTRAL_HEADER) return err(DISORDER);
  const method = archive.readUInt16LE(central + 10);
  if ((archive.readUInt16LE(central + 8) & ENCRYPTED_FLAG) !== 0) return err('the archive is encrypted');
  if (method !== STORED && method !== DEFLATED) return err(`the archive is packed by a method that is not known`);
  const local = archive.readUInt32LE(central + 42);
  if (local !== 0 || archive.readUInt32LE(0) !== LOCAL_HEADER) return err(DISORDER);
  const start = LOCAL_OCTETS + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  const stop = start + archive.readUInt32LE(central + 20);
  // 0xffffffff, which says that ZIP64 has the size, is beyond every end.
  if (stop > central) return err(DISORDER);
  return ok({
    method,
    crc: archive.readUInt32LE(central + 16),
    unpackedOctets: archive.readUInt32LE(central + 24),
    data: archive.subarray(start, stop),
  });
}

const DISORDER = 'the parts of the archive are not where they belong';

/** The record at the end, behind which only its comment stands. */
function findEnd(archive: Buffer): number | undefined {
  const first = Math.max(LOCAL_OCTETS, archive.length - END_OCTETS - LONGEST_COMMENT);
  for (let at = archive.length - END_OCTETS; at >= first; at--) {
    if (archive.readUInt32LE(at) !== END_RECORD) continue;
    if (at + END_OCTETS + archive.readUInt16LE(at + 20) === archive.length) return at;
  }
  return undefined;
}
