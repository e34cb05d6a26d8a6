// What the DNS says, as restrictions want it: records as text, «there is none», «no such name», or «nobody could say».

import type { DnsAnswer, Resolver } from '#mail/ports/resolver.ts';
import type { FactAnswers, FactQuestion } from '#mail/restrictions/fact.ts';

type DnsQuestion = Extract<FactQuestion, { kind: 'dns' }>;

/** Of ten thousand records so many are looked at. */
const MOST_RECORDS = 100;

export async function findDnsRecords(dns: Resolver, { name, type }: DnsQuestion): Promise<FactAnswers['dns']> {
  if (type !== 'MX') return textAnswer(await dns.resolve(name, type), (record) => record);
  return textAnswer(await dns.resolve(name, 'MX'), ({ exchange }) => exchange);
}

function textAnswer<Type extends DnsQuestion['type']>(
  answer: DnsAnswer<Type>,
  text: (record: Extract<DnsAnswer<Type>, { kind: 'found' }>['records'][number]) => string,
): FactAnswers['dns'] {
  switch (answer.kind) {
    case 'found':
      return { kind: 'found', records: answer.records.slice(0, MOST_RECORDS).map(text) };
    case 'no-such-name':
      return { kind: 'no-such-name' };
    case 'no-data':
      return { kind: 'none' };
    case 'failed':
      return { kind: 'later', reason: answer.reason };
  }
}
