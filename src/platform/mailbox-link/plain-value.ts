// Values of the mail store as octets, for another process: JSON, with what JSON has no form for (columns of numbers, octets,
// `undefined`) behind it and named in it. Whoever reads it believes nothing of it but its form.
//
//   octets = length-of-JSON (4 octets) JSON binary

import { WorldError } from '#base/world-error.ts';

type Column = Uint32Array | Float64Array;

const KINDS = {
  octets: (octets: Buffer) => octets,
  u32: (octets: Buffer) => new Uint32Array(ownMemory(octets, 4)),
  f64: (octets: Buffer) => new Float64Array(ownMemory(octets, 8)),
} as const;
type Kind = keyof typeof KINDS;

/** An object with this key alone stands for something else. No value of the store has such a key. */
const MARK = '$';
const DEEPEST = 16;

export function encodePlain(value: unknown): Buffer {
  const binary: Buffer[] = [];
  let at = 0;
  const put = (kind: Kind, octets: Buffer): unknown => {
    binary.push(octets);
    at += octets.length;
    return { [MARK]: [kind, at - octets.length, octets.length] };
  };
  const replace = (part: unknown): unknown => {
    if (part === undefined) return { [MARK]: null };
    if (typeof part !== 'object' || part === null) return part;
    if (part instanceof Uint8Array) return put('octets', octetsOf(part));
    if (part instanceof Uint32Array) return put('u32', octetsOf(part));
    if (part instanceof Float64Array) return put('f64', octetsOf(part));
    if (Array.isArray(part)) return part.map(replace);
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, replace(each)]));
  };
  const json = Buffer.from(JSON.stringify(replace(value)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json, ...binary]);
}

/** Throws WorldError for what is no such value. */
export function decodePlain(octets: Buffer): unknown {
  const jsonEnd = octets.length < 4 ? -1 : 4 + octets.readUInt32LE(0);
  if (jsonEnd < 4 || jsonEnd > octets.length) throw malformed();
  const binary = octets.subarray(jsonEnd);
  const restore = (part: unknown, depth: number): unknown => {
    if (depth > DEEPEST) throw malformed();
    if (typeof part !== 'object' || part === null) return part;
    if (Array.isArray(part)) return part.map((each) => restore(each, depth + 1));
    const mark: unknown = MARK in part ? part[MARK] : undefined;
    if (mark === null) return undefined;
    if (mark !== undefined) return takeBinary(mark, binary);
    return Object.fromEntries(Object.entries(part).map(([key, each]) => [key, restore(each, depth + 1)]));
  };
  return restore(parseJson(octets.toString('utf8', 4, jsonEnd)), 0);
}

function takeBinary(mark: unknown, binary: Buffer): Buffer | Column {
  const [kind, start, length] = Array.isArray(mark) ? (mark as unknown[]) : [];
  const isKind = typeof kind === 'string' && Object.hasOwn(KINDS, kind);
  const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(length);
  const [from, size] = [Number(start), Number(length)];
  if (!isKind || !isRange || from < 0 || size < 0 || from + size > binary.length) throw malformed();
  return KINDS[kind as Kind](binary.subarray(from, from + size));
}

/** Columns lie on their natural boundaries. */
function ownMemory(octets: Buffer, width: number): ArrayBuffer {
  if (octets.length % width !== 0) throw malformed();
  return Uint8Array.from(octets).buffer;
}

function octetsOf({ buffer, byteOffset, byteLength }: Uint8Array | Column): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new WorldError('reading a value of another process', { transient: true, cause });
  }
}

function malformed(): WorldError {
  return new WorldError('reading a value of another process: it is malformed', { transient: true });
}
