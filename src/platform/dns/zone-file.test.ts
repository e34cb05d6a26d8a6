import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readZone } from '../../../test/world/dns.ts';
import { parseZone } from './zone-file.ts';
import { lookUpInZones } from './zone-lookup.ts';

const ZONE = `
$ORIGIN example.org.
$TTL 2h
@  IN SOA ns hostmaster ( 2026112201 ; serial
       1h 600 604800 300 )
   IN NS ns
   MX 10 mail            ; the owner is that of the line before
mail 300 IN A 192.0.2.1
     IN 300 AAAA 2001:db8::1
$ORIGIN sub.example.org.
host A 192.0.2.2
txt  TXT "a; b" plain "with \\"quotes\\"" "\\195\\177"
*    CNAME host
`;

test('a zone file reads as RFC 1035 writes it', () => {
  const zone = readZone('example.org', ZONE.replace('1h 600', '3600 600'));
  const data = (name: string, type: string) => zone.records.get(name)?.find((record) => record.type === type)?.data;
  assert.deepEqual(zone.soa.data, {
    mname: 'ns.example.org',
    rname: 'hostmaster.example.org',
    serial: 2_026_112_201,
    refresh: 3_600,
    retry: 600,
    expire: 604_800,
    minimum: 300,
  });
  assert.deepEqual(data('example.org', 'MX'), { preference: 10, exchange: 'mail.example.org' });
  assert.deepEqual(
    zone.records.get('mail.example.org')?.map(({ ttl }) => ttl),
    [300, 300],
  );
  assert.equal(zone.records.get('example.org')?.find(({ type }) => type === 'NS')?.ttl, 7_200);
  assert.equal(data('host.sub.example.org', 'A'), '192.0.2.2');
  assert.equal(data('*.sub.example.org', 'CNAME'), 'host.sub.example.org');
  assert.deepEqual((data('txt.sub.example.org', 'TXT') as Buffer[]).map(String).slice(0, 3), [
    'a; b',
    'plain',
    'with "quotes"',
  ]);
});

test('a long text is put into several strings', () => {
  const zone = readZone('example.org', `@ TXT "${'k'.repeat(600)}"`);
  const strings = zone.records.get('example.org')?.[0]?.data as Buffer[];
  assert.deepEqual(
    strings.map(({ length }) => length),
    [255, 255, 90],
  );
});

test('[C11] a wildcard CNAME leads every name below it to one host', () => {
  const zones = [readZone('g.org', '* CNAME macaco.g.org.\nmacaco A 192.0.2.1\ndonde TXT x')];
  const found = lookUpInZones(zones, 'alumno.G.org', 'A');
  assert.deepEqual(
    found.answers.map(({ name, type, data }) => [name, type, data]),
    [
      ['alumno.g.org', 'CNAME', 'macaco.g.org'],
      ['macaco.g.org', 'A', '192.0.2.1'],
    ],
  );
  assert.equal(lookUpInZones(zones, 'donde.g.org', 'A').kind, 'no-data');
  assert.equal(lookUpInZones(zones, 'g.org', 'A').kind, 'no-data');
  assert.equal(lookUpInZones(zones, 'example.org', 'A').kind, 'not-ours');
});

test('what is wrong is said with its line', () => {
  const complaints: Readonly<Record<string, RegExp>> = {
    '@ MX mail': /line 1: MX: the preference is a number/,
    '@ MX 10': /line 1: MX: the exchanger is missing/,
    '\n@ A 192.0.2.300': /line 2: A: "192\.0\.2\.300" is no such address/,
    '@ AAAA 192.0.2.1': /no such address/,
    '@ A 192.0.2.1 192.0.2.2': /one word too many/,
    '@ HINFO x y': /"HINFO" is no record type/,
    '@ TXT "open': /line 1: a quotation mark is not closed/,
    '@ SOA ns hostmaster ( 1 2 3': /line 1: the parenthesis is not closed/,
    ')': /a parenthesis too many/,
    'www CNAME a\nwww A 192.0.2.1': /line 2: www\.example\.org has a CNAME record/,
    'host.example.net. A 192.0.2.1': /host\.example\.net does not lie in this zone/,
    '$INCLUDE other.zone': /\$INCLUDE is not understood here/,
    '$TTL soon': /\$TTL soon/,
    '@ TLSA 3 1 1 0g': /hexadecimal/,
    'a..b A 192.0.2.1': /"a\.\.b" is no name/,
  };
  for (const [text, complaint] of Object.entries(complaints)) {
    const zone = parseZone({ origin: 'example.org', text });
    assert.match(zone.ok ? 'it was taken' : zone.error, complaint);
  }
  assert.equal(parseZone({ origin: 'a..b', text: '' }).ok, false);
});
