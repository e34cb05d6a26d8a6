// The journal's folder: segments, large messages beside them, and what was set aside. Only looking and naming.

import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isMissing } from '#platform/files/errno.ts';
import { parseSegmentName, readSegment, type SegmentName, type SegmentReading } from './segment.ts';

export interface SegmentFile extends SegmentName {
  readonly file: string;
  readonly path: string;
}

export interface ReadSegment extends SegmentReading {
  readonly segment: SegmentFile;
}

/** A large body: `<id>.<number>.message`. */
const LARGE_MESSAGE = /^[\w-]+\.\d+\.message$/;
/** The record that opens a segment is shorter. */
const FIRST_RECORD_BYTES = 4096;
const SET_ASIDE = '.damaged';

/** In the order in which they were written. Throws when the folder cannot be read. */
export function listSegments(folder: string): SegmentFile[] {
  const found: SegmentFile[] = [];
  for (const file of readNames(folder)) {
    const name = parseSegmentName(file);
    if (name !== undefined) found.push({ ...name, file, path: join(folder, file) });
  }
  return found.sort((a, b) => a.sequence - b.sequence);
}

export function listLargeMessages(folder: string): string[] {
  return readNames(folder).filter((file) => LARGE_MESSAGE.test(file));
}

export function largeMessageName(id: string, number: number): string {
  return `${id}.${number}.message`;
}

/** The damaged ones of earlier starts: nothing reads or removes them but a person. */
export function listSetAside(folder: string): string[] {
  return readNames(folder).filter((file) => file.endsWith(SET_ASIDE));
}

export function removeFile(path: string): void {
  rmSync(path, { force: true });
}

export function setAside(segment: SegmentFile): string {
  const aside = `${segment.path}${SET_ASIDE}`;
  renameSync(segment.path, aside);
  return aside;
}

/** Segment by segment, so that one at a time is in memory. Those that were settled and removed meanwhile are passed over. */
export function* readSegments(folder: string): Generator<ReadSegment> {
  const segments = listSegments(folder);
  const ends = promisedEnds(segments);
  for (const segment of segments) {
    const octets = readOctets(segment.path);
    if (octets !== undefined) yield { segment, ...readSegment(octets, segment.salt, ends.get(segment.sequence)) };
  }
}

/** Each segment but the first says where the one before it ended. */
function promisedEnds(segments: readonly SegmentFile[]): Map<number, number> {
  const ends = new Map<number, number>();
  for (const { path, salt } of segments) {
    const octets = readOctets(path, FIRST_RECORD_BYTES);
    const first = octets === undefined ? undefined : readSegment(octets, salt).records[0]?.record;
    if (first?.kind === 'opened' && first.former !== undefined) ends.set(first.former.sequence, first.former.endBytes);
  }
  return ends;
}

function readOctets(path: string, mostBytes?: number): Buffer | undefined {
  try {
    const octets = mostBytes === undefined ? readFileSync(path) : readBeginning(path, mostBytes);
    // While it bears this name, nothing but its own records is written to it.
    return existsSync(path) ? octets : undefined;
  } catch (cause) {
    if (isMissing(cause)) return undefined;
    throw cause;
  }
}

function readBeginning(path: string, mostBytes: number): Buffer {
  const descriptor = openSync(path, 'r');
  try {
    const octets = Buffer.alloc(mostBytes);
    return octets.subarray(0, readSync(descriptor, octets));
  } finally {
    closeSync(descriptor);
  }
}

function readNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (isMissing(cause)) return [];
    throw cause;
  }
}
