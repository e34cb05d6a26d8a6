import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { DnsAnswer, DnsType } from '#mail/ports/resolver.ts';
import { givenAnswers } from '../../../test/world/given-answers.ts';
import { checkSpf, type SpfQuestion } from './check-spf.ts';
import { DnsQuestions } from './dns-questions.ts';

interface PublishedSection {
  readonly section: string;
  readonly tests: Readonly<Record<string, PublishedTest>>;
  /** Name → its records, each as `{ TYPE: value }`, or the word TIMEOUT. */
  readonly zonedata: Readonly<Record<string, readonly (string | Readonly<Record<string, unknown>>)[]>>;
}

interface PublishedTest {
  readonly spec: string | readonly string[];
  readonly helo: string;
  readonly host: string;
  readonly mailfrom: string;
  /** Any of these is right. */
  readonly result: string | readonly string[];
  readonly explanation?: string;
}

const PUBLISHED: readonly PublishedSection[] = JSON.parse(
  readFileSync(new URL('../../../test/world/published/rfc7208-tests.json', import.meta.url), 'utf8'),
);

/** A driver of the suite gives the records of the old type SPF as TXT, where a name has no TXT of its own. */
function zoneAnswers(zonedata: PublishedSection['zonedata']) {
  const zone = new Map(Object.entries(zonedata).map(([name, records]) => [name.toLowerCase(), records]));
  return async function answer(name: string, type: DnsType): Promise<DnsAnswer<DnsType>> {
    const here = zone.get(name.toLowerCase().replace(/\.$/, ''));
    if (here === undefined) return { kind: 'no-such-name', isAuthenticated: false };
    const of = (wanted: string) =>
      here.flatMap((record) => (typeof record === 'object' && wanted in record ? [record[wanted]] : []));
    const [alias] = of('CNAME');
    if (typeof alias === 'string' && alias.toLowerCase() !== `${name}.`.toLowerCase()) return answer(alias, type);
    const records = type === 'TXT' && of('TXT').length === 0 ? of('SPF') : of(type);
    const wanted = records.filter((record) => record !== 'NONE');
    if (records.includes('TIMEOUT') || (wanted.length === 0 && here.includes('TIMEOUT'))) {
      return { kind: 'failed', reason: 'timeout' };
    }
    if (wanted.length === 0) return { kind: 'no-data', isAuthenticated: false };
    const read = wanted.map((record) => {
      if (type === 'MX' && Array.isArray(record)) return { preference: record[0], exchange: record[1] };
      return Array.isArray(record) ? record.join('') : record;
    });
    return {
      kind: 'found',
      records: read,
      canonicalName: name,
      ttlSeconds: 60,
      isAuthenticated: false,
    } as DnsAnswer<DnsType>;
  };
}

const BUDGET = { timeMs: 5_000, questions: 500 };

for (const { section, tests, zonedata } of PUBLISHED) {
  test(`[C31] the published tests of RFC 7208: ${section}`, async (t) => {
    for (const [name, { spec, helo, host, mailfrom, result, explanation }] of Object.entries(tests)) {
      await t.test(`${name} (${String(spec)})`, async () => {
        using dns = new DnsQuestions(zoneAnswers(zonedata), BUDGET);
        const question = { clientAddress: host, helo, reversePath: mailfrom, receiver: 'mail.valija.test' };
        const finding = await checkSpf(question, dns);
        const right = [result].flat();
        assert.ok(right.includes(finding.result), `${finding.result} (${finding.reason}), not ${right.join(' or ')}`);
        if (explanation === undefined || finding.result !== 'fail') return;
        // The digits of an IPv6 address may be of either case.
        assert.equal((finding.explanation ?? 'DEFAULT').toLowerCase(), explanation.toLowerCase());
      });
    }
  });
}

const QUESTION: SpfQuestion = {
  clientAddress: '192.0.2.1',
  helo: 'mx.example.org',
  reversePath: 'ana@example.org',
  receiver: 'mail.valija.test',
};

async function check(records: Parameters<typeof givenAnswers>[0], question: Partial<SpfQuestion> = {}) {
  using dns = new DnsQuestions(givenAnswers(records), BUDGET);
  return { finding: await checkSpf({ ...QUESTION, ...question }, dns), answers: dns.answers };
}

test('the finding names the term that decided, the lookups, and the answers that were used', async () => {
  const { finding, answers } = await check({
    'example.org TXT': ['v=spf1 mx include:_spf.example.net -all'],
    'example.org MX': [{ preference: 10, exchange: 'mx.example.org' }],
    'mx.example.org A': ['192.0.2.9'],
    '_spf.example.net TXT': ['v=spf1 ip4:192.0.2.0/29 -all'],
  });
  assert.deepEqual(finding, {
    identity: 'mailfrom',
    domain: 'example.org',
    result: 'pass',
    mechanism: 'include:_spf.example.net',
    explanation: undefined,
    reason: undefined,
    lookups: 2,
    voidLookups: 0,
  });
  assert.deepEqual(
    answers.map(({ name, type, records }) => `${name} ${type} ${records.join(', ')}`),
    [
      'example.org TXT v=spf1 mx include:_spf.example.net -all',
      'example.org MX 10 mx.example.org',
      'mx.example.org A 192.0.2.9',
      '_spf.example.net TXT v=spf1 ip4:192.0.2.0/29 -all',
    ],
  );
});

test('a null reverse-path is judged by HELO, and a client that gives no name by nothing', async () => {
  const records = { 'mx.example.org TXT': ['v=spf1 a -all'], 'mx.example.org A': ['192.0.2.1'] };
  const { finding } = await check(records, { reversePath: '' });
  assert.deepEqual([finding.identity, finding.domain, finding.result], ['helo', 'mx.example.org', 'pass']);
  const nameless = await check(records, { reversePath: '', helo: '[192.0.2.1]' });
  assert.equal(nameless.finding.result, 'none');
});

test('[T36] an eleventh lookup and a third that finds nothing end the evaluation', async () => {
  const many = Array.from({ length: 11 }, (_, i) => `include:s${i}.example.net`).join(' ');
  const included = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`s${i}.example.net TXT`, ['v=spf1 ?all']]));
  const { finding } = await check({ 'example.org TXT': [`v=spf1 ${many} +all`], ...included });
  assert.deepEqual([finding.result, finding.reason], ['permerror', 'more than 10 lookups in the DNS']);
  const empty = await check({ 'example.org TXT': ['v=spf1 a:a.example.net a:b.example.net a:c.example.net +all'] });
  assert.deepEqual(
    [empty.finding.result, empty.finding.reason, empty.answers.length],
    ['permerror', 'more than 2 lookups in the DNS that find nothing', 4],
  );
});

test('[T36] a record that includes itself comes to an end', async () => {
  const { finding, answers } = await check({ 'example.org TXT': ['v=spf1 include:example.org -all'] });
  assert.equal(finding.result, 'permerror');
  assert.equal(answers.length, 1);
});

test('[T36] a DNS that never answers costs the budget and no more, and proves nothing', async () => {
  const begun = performance.now();
  using dns = new DnsQuestions(() => Promise.withResolvers<never>().promise, { timeMs: 50, questions: 10 });
  const finding = await checkSpf(QUESTION, dns);
  assert.equal(finding.result, 'temperror');
  assert.ok(performance.now() - begun < 1_000);
  assert.deepEqual(dns.answers[0]?.records, ['timeout']);
});
