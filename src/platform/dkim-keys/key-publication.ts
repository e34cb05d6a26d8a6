// What the DNS says of a key, as those who verify its signatures see it. RFC 6376 §3.6.2.

import { unreachable } from '#base/unreachable.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { KeyPublication, SigningKeyRecord } from '#mail/ports/signing-key-admin.ts';
import { isRecordOf, keyRecordName, parseKeyRecord } from '#protocols/dkim/key-record.ts';

type AskedKey = Pick<SigningKeyRecord, 'domain' | 'selector' | 'algorithm' | 'publicKey'>;

export async function findPublication(key: AskedKey, resolver: Resolver): Promise<KeyPublication> {
  const answer = await resolver.resolve(keyRecordName(key), 'TXT');
  switch (answer.kind) {
    case 'found':
      return judgeRecords(key, answer.records);
    case 'no-such-name':
    case 'no-data':
      return 'missing';
    case 'failed':
      return 'unknown';
    default:
      return unreachable(answer);
  }
}

/** Of several records each verifier takes one, and nobody knows which. RFC 6376 §3.6.2.2. */
function judgeRecords(key: AskedKey, records: readonly string[]): KeyPublication {
  const read = records.flatMap((record) => parseKeyRecord(record) ?? []);
  if (read.length > 1) return 'ambiguous';
  const [only] = read;
  return only !== undefined && isRecordOf(only, key) ? 'published' : 'different';
}
