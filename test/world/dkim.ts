// Keys in memory that sign, and mailauth's opinion of what was signed.

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { bodyOctets } from '#mail/acceptance/body-octets.ts';
import type { Signer, SigningKey } from '#mail/ports/signer.ts';
import { hashRelaxedBody } from '#protocols/dkim/body-hash.ts';
import { formatKeyRecord, keyRecordName } from '#protocols/dkim/key-record.ts';

export interface TestKey extends SigningKey {
  readonly secretKey: KeyObject;
  readonly publicKey: string;
}

export function testKey(domain: string, selector: string, algorithm: SigningKey['algorithm']): TestKey {
  if (algorithm === 'rsa-sha256') {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const text = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    return { domain, selector, algorithm, secretKey: privateKey, publicKey: text };
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const text = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64');
  return { domain, selector, algorithm, secretKey: privateKey, publicKey: text };
}

/** By the author's domain. */
export function memorySigner(keys: Readonly<Record<string, readonly TestKey[]>>): Signer {
  return {
    keysFor: async (author) => keys[author] ?? [],
    hashBody: (content, start) => hashRelaxedBody(bodyOctets(content, start)),
    sign: async (orders) =>
      orders.map(({ key, octets }) => {
        const { secretKey, algorithm } = key as TestKey;
        if (algorithm === 'rsa-sha256') return sign('sha256', octets, secretKey);
        return sign(null, createHash('sha256').update(octets).digest(), secretKey);
      }),
  };
}

type Published = Parameters<typeof keyRecordName>[0] & Parameters<typeof formatKeyRecord>[0];

export interface SignatureVerdict {
  readonly domain: string | undefined;
  readonly selector: string | undefined;
  readonly algorithm: string | undefined;
  readonly result: string;
}

/** What mailauth says of each signature of a message, from top to bottom. */
export async function verdictsOf(
  message: Buffer,
  published: readonly Published[],
  nowMs?: number,
): Promise<SignatureVerdict[]> {
  const records = new Map(published.map((key) => [keyRecordName(key), formatKeyRecord(key)]));
  const resolver = async (name: string) => {
    const record = records.get(name);
    if (record === undefined) throw Object.assign(new Error(`no such name: ${name}`), { code: 'ENOTFOUND' });
    return [[record]];
  };
  const curTime = nowMs === undefined ? {} : { curTime: new Date(nowMs) };
  const { results } = await dkimVerify(message, { resolver, minBitLength: 1024, ...curTime });
  return results
    .filter(({ status }) => status.result !== 'none')
    .map(({ signingDomain, selector, algo, status }) => ({
      domain: signingDomain,
      selector,
      algorithm: algo,
      result: status.result,
    }));
}
