// What a report was packed in → its text. Bombs are found by the number of octets that come out, and by how many come out of
// each that went in.

import { gunzipSync } from 'node:zlib';
import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { packingOf } from '#mail/reports/report-part.ts';
import { unpackZip } from './zip-entry.ts';

export interface UnpackingLimits {
  readonly unpackedOctets: number;
  /** Out of one octet; small files may have any. */
  readonly ratio: number;
}

/** Nothing so small is a bomb. */
const HARMLESS_OCTETS = 1_048_576;

export function unpackReport(octets: Buffer, { unpackedOctets, ratio }: UnpackingLimits): Result<Buffer, string> {
  const packing = packingOf(octets);
  const mostOctets = Math.min(unpackedOctets, Math.max(HARMLESS_OCTETS, octets.length * ratio));
  switch (packing) {
    case 'none':
      return octets.length > unpackedOctets ? err(tooLarge(unpackedOctets)) : ok(octets);
    case 'zip':
      return unpackZip(octets, mostOctets);
    case 'gzip':
      return unpackGzip(octets, mostOctets);
    default:
      return unreachable(packing);
  }
}

function unpackGzip(octets: Buffer, mostOctets: number): Result<Buffer, string> {
  try {
    return ok(gunzipSync(octets, { maxOutputLength: mostOctets }));
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return err(isTooLarge ? tooLarge(mostOctets) : 'the gzip file is damaged');
  }
}

function tooLarge(mostOctets: number): string {
  return `it unpacks to more than ${mostOctets} octets`;
}
