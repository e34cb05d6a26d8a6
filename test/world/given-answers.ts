// A DNS that is a table: `example.org TXT` → its records. What is not in it does not exist; a name that is in it with
// another type has no such data; a reason instead of records is a failure.

import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';

type Failure = Extract<DnsAnswer<DnsType>, { kind: 'failed' }>['reason'];

export type GivenRecords = Readonly<Record<string, readonly unknown[] | Failure>>;

export function givenAnswers(given: GivenRecords) {
  const names = new Set(Object.keys(given).map((key) => key.split(' ')[0]));
  return async (name: string, type: DnsType): Promise<DnsAnswer<DnsType>> => {
    const records = given[`${name.toLowerCase()} ${type}`];
    if (typeof records === 'string') return { kind: 'failed', reason: records };
    if (records === undefined) {
      return { kind: names.has(name.toLowerCase()) ? 'no-data' : 'no-such-name', isAuthenticated: false };
    }
    const found = { kind: 'found', records, canonicalName: name, ttlSeconds: 300, isAuthenticated: false };
    return found as DnsAnswer<DnsType>;
  };
}
