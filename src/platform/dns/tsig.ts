// Signatures between us and a name server that has the same secret: RFC 8945 §4.2, §4.3, §5.
//
//   TSIG RDATA = algorithm name, time signed (48 bits), fudge, MAC size, MAC, original id, error, other length, other data

import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { MOST_RECORDS } from './dns-message.ts';
import { formatDnsName, readName } from './dns-name.ts';

/** Of RFC 8945 §6 those that nobody advises against; by their names in the hashes of Node. */
const HASHES = { 'hmac-sha256': 'sha256', 'hmac-sha384': 'sha384', 'hmac-sha512': 'sha512' } as const;
export type TsigAlgorithm = keyof typeof HASHES;
export const TSIG_ALGORITHMS = Object.keys(HASHES) as readonly TsigAlgorithm[];

export interface TsigKey {
  readonly name: string;
  readonly algorithm: TsigAlgorithm;
  readonly secret: Buffer;
}

const TYPE_TSIG = 250;
const CLASS_ANY = 255;
const HEADER_OCTETS = 12;
const RECORDS_AT = 10;
const FUDGE_SECONDS = 300;

export const UNSIGNED = 'its answer bears no signature';

/** RFC 8945 §3, of the error within the signature. */
const ERRORS: Readonly<Record<number, string>> = {
  16: 'it could not verify our signature (BADSIG): the secret differs',
  17: 'it does not know the key (BADKEY)',
  18: 'its clock and ours differ too much (BADTIME)',
  22: 'our signature was cut off (BADTRUNC)',
};

export interface SignedMessage {
  readonly octets: Buffer;
  readonly mac: Buffer;
}

/** The message with its signature behind it. */
export function signMessage(message: Buffer, key: TsigKey, nowMs: number): SignedMessage {
  const signed = {
    timeSeconds: Math.floor(nowMs / 1_000),
    fudgeSeconds: FUDGE_SECONDS,
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = computeMac(key, [message, variables(key, signed)]);
  const data = Buffer.concat([
    formatDnsName(key.algorithm),
    formatTime(signed),
    formatNumbers(mac.length),
    mac,
    formatNumbers(message.readUInt16BE(0), 0, 0),
  ]);
  const head = Buffer.concat([formatDnsName(key.name), formatNumbers(TYPE_TSIG, CLASS_ANY, 0, 0, data.length)]);
  const octets = Buffer.concat([message, head, data]);
  octets.writeUInt16BE(message.readUInt16BE(RECORDS_AT) + 1, RECORDS_AT);
  return { octets, mac };
}

/** That the server which has the secret says this, now, to what we asked. The error says what is wrong with it. */
export function verifyReply(octets: Buffer, key: TsigKey, asked: Buffer, nowMs: number): Result<undefined, string> {
  const found = findSignature(octets);
  if (found === undefined) return err(UNSIGNED);
  const { error, mac, signed, start } = found;
  // Whoever does not know the key, or has another secret, cannot sign. RFC 8945 §5.3.2.
  const complaint = error === 0 ? undefined : (ERRORS[error] ?? `TSIG error ${error}`);
  if (complaint !== undefined && mac.length === 0) return err(complaint);
  const bare = Buffer.from(octets.subarray(0, start));
  bare.writeUInt16BE(octets.readUInt16BE(RECORDS_AT) - 1, RECORDS_AT);
  bare.writeUInt16BE(found.originalId, 0);
  const expected = computeMac(key, [formatNumbers(asked.length), asked, bare, variables(key, signed)]);
  const isOurs = found.keyName === key.name && found.algorithm === key.algorithm;
  if (!isOurs || mac.length !== expected.length || !timingSafeEqual(mac, expected)) {
    return err('the signature of its answer is wrong');
  }
  if (complaint !== undefined) return err(complaint);
  const awaySeconds = Math.abs(Math.floor(nowMs / 1_000) - signed.timeSeconds);
  return awaySeconds > signed.fudgeSeconds
    ? err(`its answer was signed ${awaySeconds} seconds from now`)
    : ok(undefined);
}

interface Signed {
  readonly timeSeconds: number;
  readonly fudgeSeconds: number;
  readonly error: number;
  readonly other: Buffer;
}

/** What is signed besides the message. RFC 8945 §4.3.3. */
function variables(key: TsigKey, signed: Signed): Buffer {
  return Buffer.concat([
    formatDnsName(key.name),
    formatNumbers(CLASS_ANY, 0, 0),
    formatDnsName(key.algorithm),
    formatTime(signed),
    formatNumbers(signed.error, signed.other.length),
    signed.other,
  ]);
}

function computeMac({ algorithm, secret }: TsigKey, parts: readonly Buffer[]): Buffer {
  const hmac = createHmac(HASHES[algorithm], secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

interface FoundSignature {
  readonly start: number;
  readonly keyName: string;
  readonly algorithm: string;
  readonly signed: Signed;
  readonly mac: Buffer;
  readonly originalId: number;
  readonly error: number;
}

/** The last record of all, or none: RFC 8945 §5.1. */
function findSignature(octets: Buffer): FoundSignature | undefined {
  const start = findLastRecord(octets);
  const name = start === undefined ? undefined : readName(octets, start);
  if (start === undefined || name === undefined || octets.readUInt16BE(name.end) !== TYPE_TSIG) return undefined;
  const algorithm = readName(octets, name.end + 10);
  if (algorithm === undefined || algorithm.end + 10 > octets.length) return undefined;
  const { end } = algorithm;
  const macEnd = end + 10 + octets.readUInt16BE(end + 8);
  if (macEnd + 6 > octets.length) return undefined;
  const error = octets.readUInt16BE(macEnd + 2);
  const other = octets.subarray(macEnd + 6, macEnd + 6 + octets.readUInt16BE(macEnd + 4));
  return {
    start,
    keyName: name.name,
    algorithm: algorithm.name,
    signed: { timeSeconds: octets.readUIntBE(end, 6), fudgeSeconds: octets.readUInt16BE(end + 6), error, other },
    mac: octets.subarray(end + 10, macEnd),
    originalId: octets.readUInt16BE(macEnd),
    error,
  };
}

/** Where it begins; `undefined` where the additional section is empty, or the message is none, or has too many records. */
function findLastRecord(octets: Buffer): number | undefined {
  if (octets.length < HEADER_OCTETS || octets.readUInt16BE(RECORDS_AT) === 0) return undefined;
  const [questions = 0, ...sections] = [4, 6, 8, 10].map((at) => octets.readUInt16BE(at));
  const records = sections.reduce((sum, count) => sum + count, 0);
  if (questions + records > MOST_RECORDS) return undefined;
  let at = HEADER_OCTETS;
  for (let i = 0; i < questions + records; i++) {
    const name = readName(octets, at);
    if (name === undefined || name.end + 10 > octets.length) return undefined;
    if (i === questions + records - 1) return at;
    at = i < questions ? name.end + 4 : name.end + 10 + octets.readUInt16BE(name.end + 8);
  }
  return undefined;
}

function formatTime({ timeSeconds, fudgeSeconds }: Pick<Signed, 'timeSeconds' | 'fudgeSeconds'>): Buffer {
  const octets = Buffer.alloc(8);
  octets.writeUIntBE(timeSeconds, 0, 6);
  octets.writeUInt16BE(fudgeSeconds, 6);
  return octets;
}

/** Of 16 bits each; a TTL of zero is two of them. */
function formatNumbers(...numbers: readonly number[]): Buffer {
  const octets = Buffer.alloc(2 * numbers.length);
  for (const [i, number] of numbers.entries()) octets.writeUInt16BE(number, 2 * i);
  return octets;
}
