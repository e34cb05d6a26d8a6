import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { openDns } from '../../../test/world/dns.ts';
import { findOrganizationalDomain } from './organizational-domain.ts';
import { readPublishedPolicy, readTags } from './policy-record.ts';
import { findDestinations } from './report-destinations.ts';
import { readReportUris } from './report-uri.ts';

/** Of questions that are never answered. */
const SHORT = { tryTimeoutMs: 1_000, rounds: 1 };

const uris = (list: string) =>
  readReportUris(list).map(({ address, mostOctets }) => `${formatAddrSpec(address)} ${mostOctets ?? '-'}`);

test('[C25] rua: several addresses, sizes, escapes; an empty mailto: and other schemes are passed over', () => {
  assert.deepEqual(uris('mailto:a@example.org!10m, mailto:b@example.net!50k,MAILTO:c@example.net!7'), [
    'a@example.org 10485760',
    'b@example.net 51200',
    'c@example.net 7',
  ]);
  assert.deepEqual(uris('mailto:a%2Bb@Example.ORG?subject=x!1g'), ['a+b@example.org 1073741824']);
  assert.deepEqual(uris('mailto:,mailto:@example.org,mailto:a@,https://example.org/,a@example.org,mailto:%zz@a.b'), []);
  assert.deepEqual(uris('mailto:a@example.org,mailto:a@example.org!1m'), ['a@example.org -']);
  assert.equal(uris(Array.from({ length: 100 }, (_, at) => `mailto:a${at}@example.org`).join(',')).length, 16);
});

test('any text is read without a complaint', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      readReportUris(text);
      readReportUris(`mailto:${text}`);
      readTags(text);
      readPublishedPolicy('example.org', `v=DMARC1;${text}`);
    }),
  );
});

test('a record is read with the defaults of what it does not say', () => {
  assert.deepEqual(readPublishedPolicy('example.org', 'v=DMARC1;p=Quarantine; t=y;aspf=s'), {
    ...{ domain: 'example.org', p: 'quarantine', sp: 'quarantine', np: 'quarantine' },
    ...{ adkim: 'r', aspf: 's', testing: true, fo: '0' },
  });
  assert.equal(readTags('p=none; v=DMARC1'), undefined);
  assert.equal(readTags('v=DMARC2; p=none'), undefined);
});

const ZONES = {
  'example.org': '_dmarc TXT "v=DMARC1; p=none"\n_dmarc.own TXT "v=DMARC1; p=none; psd=n"',
  'registro.test': '_dmarc TXT "v=DMARC1; p=none; psd=y"',
  'example.net': [
    'example.org._report._dmarc TXT "v=DMARC1"',
    'otra.test._report._dmarc TXT "v=DMARC1; rua=mailto:mejor@example.net!1k"',
    'desvio.test._report._dmarc TXT "v=DMARC1; rua=mailto:victima@victima.test"',
    'texto.test._report._dmarc TXT "anything"',
  ].join('\n'),
  'mudo.test': '_dmarc TXT "v=DMARC1; p=none"',
  'todos.test': '*._report._dmarc TXT "v=DMARC1;"',
} as const;

test('the organizational domain is found by the records above a name', async () => {
  await using dns = await openDns({ zones: ZONES, faults: { '_dmarc.mudo.test': 'timeout' }, resolver: SHORT });
  for (const [name, organizational] of [
    ['example.org', 'example.org'],
    ['a.b.example.org', 'example.org'],
    ['x.own.example.org', 'own.example.org'],
    ['a.b.registro.test', 'b.registro.test'],
    ['a.solo.test', 'a.solo.test'],
    ['1.2.3.4.5.6.7.8.9.example.org', 'example.org'],
    ['a.mudo.test', undefined],
  ] as const) {
    assert.equal(await findOrganizationalDomain(name, dns.resolver), organizational, name);
  }
});

test('[C25] an address elsewhere gets reports only where its domain agreed', async () => {
  await using dns = await openDns({ zones: ZONES, faults: { '_dmarc.mudo.test': 'timeout' }, resolver: SHORT });
  const found = async (domain: string, rua: string) =>
    (await findDestinations(domain, `v=DMARC1; p=none; rua=${rua}`, dns.resolver)).map((each) =>
      each.kind === 'agreed'
        ? `agreed ${formatAddrSpec(each.uri.address)} ${each.uri.mostOctets ?? '-'}`
        : `${each.kind} ${each.address}`,
    );
  assert.deepEqual(await found('example.org', 'mailto:a@example.org,mailto:b@in.example.org!9'), [
    'agreed a@example.org -',
    'agreed b@in.example.org 9',
  ]);
  assert.deepEqual(await found('sub.example.org', 'mailto:a@example.org,mailto:a@otro.example.org'), [
    'agreed a@example.org -',
    'agreed a@otro.example.org -',
  ]);
  assert.deepEqual(await found('example.org', 'mailto:a@example.net'), ['agreed a@example.net -']);
  assert.deepEqual(await found('otra.test', 'mailto:a@example.net!1m'), ['agreed mejor@example.net 1024']);
  assert.deepEqual(await found('desvio.test', 'mailto:a@example.net'), ['refused victima@victima.test']);
  assert.deepEqual(await found('texto.test', 'mailto:a@example.net'), ['refused a@example.net']);
  assert.deepEqual(await found('cualquiera.test', 'mailto:a@todos.test'), ['agreed a@todos.test -']);
  assert.deepEqual(await found('cualquiera.test', 'mailto:a@mudo.test'), ['unknown a@mudo.test']);
  assert.deepEqual(await found(`${'a'.repeat(60)}.`.repeat(4).concat('test'), 'mailto:a@example.net'), [
    'refused a@example.net',
  ]);
  const many = Array.from({ length: 9 }, (_, at) => `mailto:a${at}@example.org`).join(',');
  assert.equal((await found('example.org', many)).length, 4);
});
