// {CRAM-MD5}, {HMAC-MD5}: what MD5 has computed of the two padded keys of an HMAC, as Dovecot keeps it for the mechanism of
// that name. The mechanism is not offered; a secret can be tried against it. RFC 2104 §4, RFC 1321 §3.4.
//   hex(OUTER INNER)      16 octets each, each word with its low octet first

import { createHash } from 'node:crypto';
import { err, ok, type Result } from '#base/result.ts';
import { equalOctets, type KeptSecret, type PasswordScheme } from './scheme.ts';

const BLOCK_BYTES = 64;
const OUTER_PAD = 0x5c;
const INNER_PAD = 0x36;

/** RFC 1321 §3.4: how far each round turns, and `T[i] = floor(2^32 · abs(sin(i)))`. */
const TURNS = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;
const SINES = Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));

export const cramMd5: PasswordScheme = {
  name: 'CRAM-MD5',

  parse(encoded): Result<KeptSecret, string> {
    if (!/^[0-9a-fA-F]{64}$/.test(encoded)) return err('the form is 64 hexadecimal digits');
    const kept = Buffer.from(encoded, 'hex');
    return ok({ matches: (secret) => equalOctets(contextsOf(secret), kept) });
  },
};

function contextsOf(secret: string): Buffer {
  const octets = Buffer.from(secret);
  const key = octets.length > BLOCK_BYTES ? createHash('md5').update(octets).digest() : octets;
  return Buffer.concat([OUTER_PAD, INNER_PAD].map((pad) => compress(padKey(key, pad))));
}

function padKey(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES, pad);
  for (const [at, octet] of key.entries()) block[at] = octet ^ pad;
  return block;
}

/** One block into MD5's first state: what no call of node:crypto gives away. */
function compress(block: Buffer): Buffer {
  const first = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476] as const;
  let [a, b, c, d]: [number, number, number, number] = [...first];
  for (let i = 0; i < 64; i += 1) {
    const round = i >> 4;
    const { mixed, word } = mix(round, i, { b, c, d });
    const sum = (a + mixed + (SINES[i] ?? 0) + block.readUInt32LE(4 * word)) | 0;
    const turn = TURNS[round]?.[i & 3] ?? 0;
    [a, d, c, b] = [d, c, b, (b + ((sum << turn) | (sum >>> (32 - turn)))) | 0];
  }
  const state = Buffer.alloc(16);
  for (const [at, value] of [a, b, c, d].entries()) state.writeInt32LE((value + (first[at] ?? 0)) | 0, 4 * at);
  return state;
}

/** The functions F, G, H, I, and which word of the block each step takes. */
function mix(round: number, i: number, { b, c, d }: { b: number; c: number; d: number }) {
  switch (round) {
    case 0:
      return { mixed: (b & c) | (~b & d), word: i };
    case 1:
      return { mixed: (b & d) | (c & ~d), word: (5 * i + 1) & 15 };
    case 2:
      return { mixed: b ^ c ^ d, word: (3 * i + 5) & 15 };
    default:
      return { mixed: c ^ (b | ~d), word: (7 * i) & 15 };
  }
}
