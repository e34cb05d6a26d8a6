import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TlsaRecord } from '#mail/ports/resolver.ts';
import { createAuthority, type TestCertificate } from '../../../test/world/certificate-authority.ts';
import { openDns } from '../../../test/world/dns.ts';
import { alwaysHolds } from '../../../test/world/generated-inputs.ts';
import { formatTlsa, matchTlsa, usableTlsaRecords } from './dane.ts';
import { findTlsa } from './tlsa-lookup.ts';

const root = await createAuthority('Root');
const below = await root.authorize('Below');
const stranger = await createAuthority('Root');
const own = await below.sign(['mx.example.org']);
const expired = await below.sign(['mx.example.org'], { days: -1 });
const other = await stranger.sign(['mx.example.org']);

const WHOLE = { 0: (octets: Buffer) => octets, 1: digest('sha256'), 2: digest('sha512') } as const;

function digest(name: string) {
  return (octets: Buffer) => createHash(name).update(octets).digest();
}

type Numbers = readonly [usage: number, selector: 0 | 1, matchingType: 0 | 1 | 2];

function tlsa([usage, selector, matchingType]: Numbers, { octets, keyOctets }: TestCertificate): TlsaRecord {
  return { usage, selector, matchingType, data: WHOLE[matchingType](selector === 0 ? octets : keyOctets) };
}

const NOW = Date.now();
const chainOf = (...certificates: TestCertificate[]) => certificates.map(({ octets }) => octets);
const CHAIN = chainOf(own, below, root);

function match(records: readonly TlsaRecord[], chain = CHAIN, isNamed = true): string {
  return matchTlsa(records, chain, () => isNamed, NOW).kind;
}

test('[T33] DANE-EE: the key is enough, whatever name and time the certificate bears', () => {
  for (const selector of [0, 1] as const) {
    for (const matchingType of [0, 1, 2] as const) {
      const numbers: Numbers = [3, selector, matchingType];
      assert.equal(match([tlsa(numbers, own)], CHAIN, false), 'server', formatTlsa(tlsa(numbers, own)));
      assert.equal(match([tlsa(numbers, expired)], chainOf(expired), false), 'server');
      assert.equal(match([tlsa(numbers, other)]), 'mismatch');
    }
  }
});

test('[T33] DANE-TA: an authority of the chain that a record names, and a name that is wanted', () => {
  for (const authority of [below, root]) {
    for (const selector of [0, 1] as const) {
      for (const matchingType of [0, 1, 2] as const) {
        const record = tlsa([2, selector, matchingType], authority);
        assert.equal(match([record]), 'authority', formatTlsa(record));
        assert.equal(match([record], CHAIN, false), 'wrong-name');
        assert.equal(match([record], chainOf(expired, below, root)), 'expired');
        assert.equal(match([record], chainOf(other, below, root)), 'mismatch');
        assert.equal(match([record], chainOf(other, stranger)), 'mismatch');
      }
    }
  }
});

test('DANE-TA: the authority need not be shown where the record is it, or its key; a digest of it is of no use then', () => {
  for (const selector of [0, 1] as const) {
    assert.equal(match([tlsa([2, selector, 0], root)], chainOf(own, below)), 'authority');
    assert.equal(match([tlsa([2, selector, 0], below)], chainOf(own)), 'authority');
    assert.equal(match([tlsa([2, selector, 1], root)], chainOf(own, below)), 'mismatch');
    assert.equal(match([tlsa([2, selector, 0], stranger)], chainOf(own, below)), 'mismatch');
  }
});

test('a certificate of a server signs nothing, whatever a record says of it', () => {
  const forged = tlsa([2, 1, 1], own);
  assert.equal(match([forged], chainOf(other, own)), 'mismatch');
});

test('one record that matches is enough, and no chain is none', () => {
  assert.equal(match([tlsa([3, 1, 1], other), tlsa([3, 1, 1], own)]), 'server');
  assert.equal(match([tlsa([3, 1, 1], own)], []), 'mismatch');
  assert.equal(match([tlsa([3, 1, 1], own)], [Buffer.from('nonsense')]), 'mismatch');
});

test('[T9] records that cannot be matched are of no use: PKIX usages, unknown numbers, digests of a wrong length', () => {
  const good = tlsa([3, 1, 1], own);
  for (const record of [
    { ...good, usage: 0 },
    { ...good, usage: 1 },
    { ...good, usage: 255 },
    { ...good, selector: 2 },
    { ...good, matchingType: 3 },
    { ...good, data: Buffer.alloc(0) },
    { ...good, data: good.data.subarray(1) },
    { ...good, matchingType: 2 },
    { ...good, matchingType: 0 },
    { ...good, matchingType: 0, selector: 0 },
  ]) {
    assert.deepEqual(usableTlsaRecords([record]), [], formatTlsa(record));
    assert.deepEqual(usableTlsaRecords([record, good]), [good]);
  }
});

test('[T9] whatever records and certificates say, they match or they do not', (context) => {
  const octets = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(own.octets, own.keyOctets, root.octets, own.octets.subarray(0, 100), digest('sha256')(own.octets)),
  );
  const small = fc.nat(4);
  const record = fc.record(
    { usage: small, selector: small, matchingType: small, data: octets },
    { noNullPrototype: true },
  );
  alwaysHolds(
    context,
    fc.property(fc.array(record, { maxLength: 6 }), fc.array(octets, { maxLength: 4 }), (records, chain) => {
      const usable = usableTlsaRecords(records);
      assert.ok(usable.every((each) => records.includes(each)));
      assert.equal(typeof match(usable, chain), 'string');
    }),
  );
});

test('of several digests of one thing the strongest counts; what is whole counts beside them', () => {
  const weak = tlsa([3, 1, 1], own);
  const strong = tlsa([3, 1, 2], other);
  assert.deepEqual(usableTlsaRecords([weak, strong]), [strong]);
  for (const beside of [tlsa([3, 0, 1], own), tlsa([2, 1, 1], root), tlsa([3, 1, 0], own)]) {
    assert.deepEqual(usableTlsaRecords([beside, strong]), [beside, strong]);
  }
});

const DIGEST = 'ab'.repeat(32);

test('[T9] TLSA records are asked for where the way is proven, at the alias’s end first', async () => {
  await using dns = await openDns({
    zones: {
      'example.org': [
        `_25._tcp.mx TLSA 3 1 1 ${DIGEST}`,
        `_25._tcp.old TLSA 1 1 1 ${DIGEST}`,
        `_25._tcp.away TLSA 3 1 1 ${DIGEST}`,
        'away CNAME mx.example.net.',
        'away-bare CNAME mx.example.net.',
        'mx A 192.0.2.1',
      ].join('\n'),
      'example.net': `_25._tcp.mx TLSA 3 1 1 ${DIGEST}\nalias CNAME mx\nmx A 192.0.2.2\n`,
    },
    authenticated: ['example.org'],
    faults: {
      'gone.example.org': 'servfail',
      '_25._tcp.bogus.example.org': 'servfail',
      '_25._tcp.broken.example.org': 'malformed',
    },
    resolver: { tryTimeoutMs: 100, rounds: 1 },
  });
  const find = async (name: string, canonicalName = name, hasProvenAddress = true) => {
    const found = await findTlsa(dns.resolver, { name, canonicalName, port: 25, hasProvenAddress });
    return `${found.kind} ${'base' in found ? found.base : 'why' in found ? found.why : found.text}`;
  };
  assert.equal(await find('mx.example.org'), 'usable mx.example.org');
  assert.equal(await find('mx.example.org', 'mx.example.org', false), 'absent non DNSSEC destination');
  assert.equal(await find('alias.example.org', 'mx.example.org'), 'usable mx.example.org');
  assert.equal(await find('mx.example.org', 'elsewhere.example.org'), 'usable mx.example.org');
  assert.equal(await find('old.example.org'), 'unusable old.example.org');
  // A proven alias that leads into an unsigned zone: its own name, and never the other's, may have records.
  assert.equal(await find('away.example.org', 'mx.example.net', false), 'usable away.example.org');
  assert.equal(await find('away-bare.example.org', 'mx.example.net', false), 'absent no TLSA records found');
  assert.equal(await find('alias.example.net', 'mx.example.net', false), 'absent non DNSSEC destination');
  assert.equal(
    await find('gone.example.org', 'mx.example.net', false),
    'failed DNSSEC status lookup error for gone.example.org (servfail)',
  );
  assert.equal(await find('none.example.org'), 'absent no TLSA records found');
  // Not proven: anybody could have said so.
  assert.equal(await find('mx.example.net'), 'absent no TLSA records found');
  assert.equal(await find('bogus.example.org'), 'failed TLSA lookup error for bogus.example.org:25 (servfail)');
  assert.equal(await find('broken.example.org'), 'failed TLSA lookup error for broken.example.org:25 (malformed)');
});
