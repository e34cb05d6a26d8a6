// Every trap that people fall into, each in a zone that is otherwise as it should be.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerFacts } from '#mail/domain-records/server-facts.ts';
import {
  type CheckedDomain,
  checkGiven,
  DOMAIN,
  KEYS,
  key,
  SERVER,
  wantedZone,
} from '../../../test/world/checked-domain.ts';
import { type Finding, isGreen, type Severity } from './finding.ts';

function troublesIn(findings: readonly Finding[]): string[] {
  const told: readonly Severity[] = ['failure', 'warning', 'unknown'];
  return findings.filter(({ severity }) => told.includes(severity)).map(({ rule, severity }) => `${severity} ${rule}`);
}

/** Without the lines that have this in them, and with others. */
function zoneWith(without: RegExp, ...lines: readonly string[]): string[] {
  const kept = wantedZone().filter((line) => !without.test(line));
  return [...kept, ...lines];
}

test('[C72] a zone with every record that the plan says is green, and only then', async () => {
  const findings = await checkGiven();
  assert.deepEqual(troublesIn(findings), []);
  assert.equal(isGreen(findings), true);
  const advice = findings.filter(({ severity }) => severity === 'advice').map(({ rule }) => rule);
  assert.deepEqual(advice, ['zone-unsigned', 'tlsa-unproven']);
});

test('[C72] what is not offered is not missed: without a web server, and with all mail through another server', async () => {
  const others: readonly Partial<ServerFacts>[] = [
    { webPort: undefined },
    { mtaSts: { ...SERVER.mtaSts, mode: 'none' } },
    { relayhost: '[smtp.example.org]' },
  ];
  for (const server of others) {
    const findings = await checkGiven({ server });
    assert.deepEqual(troublesIn(findings), [], JSON.stringify(server));
  }
});

test('[C72] without any one of the required records it is not green', async () => {
  const required = [/ IN MX /, /v=spf1 mx/, /v=DMARC1/, /202601\._domainkey/, /^mail\.valija\.test\. 300 IN A+ /];
  for (const record of required) {
    const findings = await checkGiven({ zone: zoneWith(record) });
    assert.equal(isGreen(findings), false, String(record));
    assert.ok(
      findings.some(({ severity, paste }) => severity === 'failure' && paste.length > 0),
      String(record),
    );
  }
});

type Trap = readonly [title: string, expected: string, given: CheckedDomain];

const MX = / IN MX /;
const SPF = /^valija\.test\..*v=spf1/;
const DMARC = /^_dmarc/;
const dmarc = (text: string): CheckedDomain => ({ zone: zoneWith(DMARC, `_dmarc TXT "${text}"`) });
const spf = (text: string, ...more: readonly string[]): CheckedDomain => ({
  zone: zoneWith(SPF, `@ TXT "${text}"`, ...more),
});
const mx = (...lines: readonly string[]): CheckedDomain => ({ zone: zoneWith(MX, ...lines) });
const ptr = (text: string): CheckedDomain => ({ otherZones: { '2.0.192.in-addr.arpa': text } });
const policy = (text: string): CheckedDomain => ({ policy: { kind: 'found', text } });

const TRAPS: readonly Trap[] = [
  ['[C7] no MX record', 'failure mx-missing', mx()],
  ['[C7] a null MX record', 'failure mx-null', mx('@ MX 0 .')],
  ['[C7] an MX record that names an address', 'failure mx-is-address', mx('@ MX 10 192.0.2.1.')],
  ['[C7] an MX record that names an alias', 'failure mx-is-alias', mx('@ MX 10 mx', 'mx CNAME mail')],
  ['[C7] an MX record whose host has no address', 'failure mx-host-missing', mx('@ MX 5 nobody', '@ MX 10 mail')],
  ['[C7] an MX record that leads to another server', 'failure mx-not-here', mx('@ MX 10 mx.example.org.')],
  ['[C7] another server before us', 'warning mx-others-first', mx('@ MX 5 mx.example.org.', '@ MX 10 mail')],
  ['[C8] no address of the mail host', 'failure host-missing', { zone: zoneWith(/^mail\..* IN A+ /) }],
  ['[C8] another address', 'failure host-elsewhere', { zone: zoneWith(/^mail\..* IN A+ /, 'mail A 203.0.113.9') }],
  [
    '[C8] an address more that is not ours',
    'warning host-partly-elsewhere',
    { zone: [...wantedZone(), 'mail A 203.0.113.9'] },
  ],
  [
    '[C8] behind a router that nobody told us of',
    'warning host-unverified',
    { server: { addresses: [] }, zone: wantedZone() },
  ],
  [
    '[C8] a name that is nobody else’s',
    'failure host-not-public',
    { server: { mailHost: 'localhost', heloName: 'localhost' }, zone: wantedZone() },
  ],
  ['[C10] no PTR record', 'failure ptr-missing', ptr('9 PTR x.valija.test.')],
  ['[C10] a PTR record that does not lead back', 'failure ptr-not-confirmed', ptr('1 PTR elsewhere.example.org.')],
  [
    '[C10] a PTR record other than the name in EHLO',
    'failure ptr-differs',
    { ...ptr('1 PTR other.valija.test.'), zone: [...wantedZone(), 'other A 192.0.2.1'] },
  ],
  [
    '[C12] a PTR record of a line at home',
    'warning ptr-dynamic',
    { ...ptr('1 PTR 192-0-2-1.dsl.valija.test.'), zone: [...wantedZone(), '192-0-2-1.dsl A 192.0.2.1'] },
  ],
  [
    '[C12] an address on a block list',
    'failure list-listed',
    { otherZones: { 'list.example.net': '1.2.0.192 A 127.0.0.2\n1.2.0.192 TXT "see list.example.net"' } },
  ],
  ['[C22] no SPF record', 'failure spf-missing', { zone: zoneWith(SPF) }],
  ['[C22] a record that is nearly one', 'failure spf-not-recognized', spf('v = spf1 mx -all')],
  ['[C22] a blank before the version', 'failure spf-not-recognized', spf(' v=spf1 mx -all')],
  ['[C22] a semicolon, as other records have it', 'failure spf-not-recognized', spf('v=spf1; mx -all')],
  ['[C22] two SPF records', 'failure spf-several', { zone: [...wantedZone(), '@ TXT "v=spf1 mx -all"'] }],
  ['[C22] a term that nobody knows', 'failure spf-malformed', spf('v=spf1 mx ipv4:192.0.2.1 -all')],
  ['[C22] an address that is not covered', 'failure spf-not-covered', spf('v=spf1 ip4:203.0.113.1 -all')],
  ['[C22] IPv6 forgotten', 'failure spf-not-covered', spf('v=spf1 ip4:192.0.2.1 -all')],
  ['[C22] more than ten look-ups', 'failure spf-lookups', spf(`v=spf1 ${'a:mail.valija.test '.repeat(11)}-all`)],
  [
    '[C22] more than two look-ups in vain',
    'failure spf-voids',
    spf('v=spf1 mx a:x1.valija.test a:x2.valija.test a:x3.valija.test -all'),
  ],
  [
    '[C22] an include without a record',
    'failure spf-include-missing',
    spf('v=spf1 mx include:nobody.example.org -all'),
  ],
  ['[C22] everybody may', 'failure spf-permits-all', spf('v=spf1 mx +all')],
  [
    '[C22] everybody may, behind a redirect',
    'failure spf-permits-all',
    spf('v=spf1 redirect=all.valija.test', 'all TXT "v=spf1 +all"'),
  ],
  [
    '[C22] everybody may, by an include',
    'failure spf-permits-all',
    spf('v=spf1 mx include:all.valija.test -all', 'all TXT "v=spf1 all"'),
  ],
  [
    '[C22] nothing is said of the others, behind a redirect',
    'warning spf-open-end',
    spf('v=spf1 redirect=all.valija.test', 'all TXT "v=spf1 mx:valija.test"'),
  ],
  ['[C22] nothing is said of the others', 'warning spf-open-end', spf('v=spf1 mx')],
  ['[C23] no DKIM record', 'failure dkim-missing', { zone: zoneWith(/202601\._domainkey/) }],
  [
    '[C23] the tutorials’ `_domain_key`',
    'failure dkim-misspelt',
    { zone: zoneWith(/202601\._domainkey/, '202601._domain_key TXT "v=DKIM1; p=AAAA"') },
  ],
  [
    '[C23] the domain twice',
    'failure dkim-doubled',
    { zone: zoneWith(/202601\._domainkey/, '202601._domainkey.valija.test TXT "v=DKIM1; p=AAAA"') },
  ],
  [
    '[C23] another key',
    'failure dkim-differs',
    { zone: zoneWith(/202601\._domainkey/, '202601._domainkey TXT "v=DKIM1; k=rsa; p=CCCC"') },
  ],
  [
    '[C23] a revoked key',
    'failure dkim-revoked',
    { zone: zoneWith(/202601\._domainkey/, '202601._domainkey TXT "v=DKIM1; p="') },
  ],
  ['[C23] no keys at all', 'failure dkim-no-keys', { keys: [] }],
  ['[C25] no DMARC record', 'failure dmarc-missing', { zone: zoneWith(DMARC) }],
  ['[C25] an empty mailto:', 'failure dmarc-empty-address', dmarc('v=DMARC1; p=none; rua=mailto:; ruf=mailto:')],
  [
    '[C25] an address without mailto:',
    'failure dmarc-bad-address',
    dmarc('v=DMARC1; p=none; rua=postmaster@valija.test'),
  ],
  ['[C25] no policy', 'failure dmarc-no-policy', dmarc('v=DMARC1; rua=mailto:postmaster@valija.test')],
  ['[C25] a policy that nobody knows', 'failure dmarc-bad-policy', dmarc('v=DMARC1; p=rejected')],
  ['[C25] a policy for names below that nobody knows', 'failure dmarc-bad-policy', dmarc('v=DMARC1; p=reject; sp=off')],
  ['[C25] a version that is nearly one', 'failure dmarc-not-recognized', dmarc('v=dmarc1; p=none')],
  ['[C25] a version without its semicolon', 'failure dmarc-not-recognized', dmarc('v=DMARC1 p=none')],
  ['[C25] two DMARC records', 'failure dmarc-several', { zone: [...wantedZone(), '_dmarc TXT "v=DMARC1; p=none"'] }],
  [
    '[C25] another domain that did not agree to take reports',
    'warning dmarc-no-consent',
    dmarc('v=DMARC1; p=none; rua=mailto:x@example.org'),
  ],
  [
    '[C70] the id of another policy',
    'failure mta-sts-old-id',
    { zone: zoneWith(/^_mta-sts/, '_mta-sts TXT "v=STSv1; id=1"') },
  ],
  [
    '[C70] a version without its semicolon, of MTA-STS',
    'warning mta-sts-not-recognized',
    { zone: zoneWith(/^_mta-sts/, '_mta-sts TXT "v=STSv1 id=1"') },
  ],
  [
    '[C70] an id with a dash',
    'failure mta-sts-malformed',
    { zone: zoneWith(/^_mta-sts/, '_mta-sts TXT "v=STSv1; id=2026-01-01"') },
  ],
  [
    '[C71] a policy on one line',
    'failure mta-sts-one-line',
    policy('version: STSv1 mode: enforce mx: mail.valija.test max_age: 604800'),
  ],
  [
    '[C71] a policy that names the domain and not its MX',
    'failure mta-sts-mx-differs',
    policy('version: STSv1\nmode: enforce\nmx: valija.test\nmax_age: 604800\n'),
  ],
  [
    '[C71] no policy is served',
    'failure mta-sts-not-served',
    { policy: { kind: 'failed', reason: 'certificate has expired' } },
  ],
  ['[C71] no host for the policy', 'failure mta-sts-host-missing', { zone: zoneWith(/^mta-sts/) }],
  [
    '[C12] port 25 is closed outward',
    'failure port-outward-blocked',
    {
      reach: (address) =>
        address === '198.51.100.1'
          ? { kind: 'unreachable', reason: 'timeout' }
          : { kind: 'greeted', greeting: '220 mail.valija.test ESMTP' },
    },
  ],
  [
    '[C7] port 25 does not answer',
    'warning port-inward-unreached',
    {
      reach: (address) =>
        address === '192.0.2.1' ? { kind: 'refused' } : { kind: 'greeted', greeting: '220 mail.valija.test' },
    },
  ],
  [
    'a resolver that still has the former record',
    'warning zone-stale',
    { resolverZone: zoneWith(MX, '@ MX 10 old.example.org.') },
  ],
  [
    'a TLSA record of another certificate',
    'failure tlsa-differs',
    { authenticated: true, zone: zoneWith(/TLSA/, `_25._tcp.mail TLSA 3 1 1 ${'cd'.repeat(32)}`) },
  ],
];

for (const [title, expected, given] of TRAPS) {
  test(title, async () => {
    const troubles = troublesIn(await checkGiven(given));
    assert.ok(troubles.includes(expected), `expected ${expected}, found ${troubles.join(', ') || 'nothing'}`);
  });
}

test('[C25] the DMARC record of the domain above covers one without, by its policy for names below', async () => {
  const cases: readonly (readonly [above: string, expected: string, pasted?: string])[] = [
    ['v=DMARC1; p=reject', 'advice dmarc-covered reject', 'reject'],
    ['v=DMARC1; p=reject; sp=none', 'advice dmarc-covered none', 'quarantine'],
    ['v=DMARC1; p=none; sp=reject', 'advice dmarc-covered reject', 'reject'],
    ['v=DMARC1; rua=mailto:x@example.org', 'failure dmarc-missing undefined', 'quarantine'],
    ['v=spf1 -all', 'failure dmarc-missing undefined', 'quarantine'],
    ['v=DMARC1; p=reject; psd=y', 'failure dmarc-missing undefined', 'quarantine'],
  ];
  for (const [above, expected, pasted] of cases) {
    const otherZones = { test: `_dmarc TXT "${above}"` };
    const findings = await checkGiven({ zone: zoneWith(DMARC), otherZones });
    const [told, ...more] = findings.filter(({ check }) => check === 'dmarc');
    assert.equal(`${told?.severity} ${told?.rule} ${told?.values['policy']}`, expected, above);
    assert.deepEqual(more, []);
    assert.match(told?.paste[0]?.data ?? '', new RegExp(`; p=${pasted};`), above);
    assert.equal(isGreen(findings), told?.severity === 'advice');
  }
  const silent = await checkGiven({ zone: zoneWith(DMARC), faults: { '_dmarc.test TXT': 'servfail' } });
  assert.deepEqual(troublesIn(silent), ['unknown dmarc-above-unanswered']);
});

test('[C25] what is to be pasted in place of a DMARC record is as strict, and keeps the addresses of others', async () => {
  const reject = 'v=DMARC1; p=reject; rua=mailto:,mailto:postmaster@example.org';
  const findings = await checkGiven(dmarc(reject));
  const told = findings.find(({ rule }) => rule === 'dmarc-empty-address');
  const both = 'rua=mailto:postmaster@valija.test,mailto:postmaster@example.org';
  assert.equal(told?.paste[0]?.data, `"v=DMARC1; p=reject; ${both}"`);
});

test('[C11] a wildcard CNAME beside the MX record is told, and harms nobody whose names are all there', async () => {
  const findings = await checkGiven({ zone: [...wantedZone(), '* CNAME mail'] });
  assert.equal(isGreen(findings), true);
  const told = findings.find(({ rule }) => rule === 'mx-wildcard-alias');
  assert.deepEqual([told?.subject, told?.values['target']], [`*.${DOMAIN}`, 'mail.valija.test']);
});

test('[C7] an MX record that leads here by another name is told, and mail comes in by it', async () => {
  const mended = await checkGiven(mx('@ MX 10 mx', 'mx A 192.0.2.1', 'mx AAAA 2001:db8::1'));
  const told = mended.filter(({ check }) => check === 'mx').map(({ rule, severity }) => `${severity} ${rule}`);
  assert.deepEqual(told, ['ok mx-ok', 'advice mx-other-name']);
  for (const address of ['mx A 203.0.113.9', 'mx A 192.0.2.1\nmx A 203.0.113.9'])
    assert.ok(troublesIn(await checkGiven(mx('@ MX 10 mx', address))).includes('failure mx-not-here'), address);
  const second = await checkGiven(mx('@ MX 10 mx', '@ MX 5 mx.example.org.', 'mx A 192.0.2.1'));
  assert.ok(troublesIn(second).includes('warning mx-others-first'));
});

test('[C22] the tutorial’s value parses, and is green where it covers us', async () => {
  const value = 'v=spf1 +mx +a +ip4:192.0.2.0/24 +include:example.org -all';
  assert.deepEqual(troublesIn(await checkGiven(spf(value, '@ A 192.0.2.1'))), []);
});

test('[C22] what could not be asked for is not known, and not said to be wrong', async () => {
  const cases: readonly CheckedDomain[] = [
    { ...spf('v=spf1 mx -all'), faults: { 'mail.valija.test A': 'servfail' } },
    { ...spf('v=spf1 redirect=elsewhere.valija.test'), faults: { 'elsewhere.valija.test TXT': 'servfail' } },
    spf('v=spf1 redirect=%{d}._spf.valija.test'),
  ];
  for (const given of cases) {
    const server = { egress: ['192.0.2.1'] };
    const findings = (await checkGiven({ ...given, server })).filter(({ check }) => check === 'spf');
    const rules = troublesIn(findings);
    assert.ok(rules.length > 0);
    assert.deepEqual(
      rules.filter((rule) => !rule.startsWith('unknown')),
      [],
    );
  }
});

test('[C22] what stands behind «all» nobody looks at', async () => {
  const behind = `${'a:mail.valija.test '.repeat(11)}include:nobody.example.org`;
  assert.deepEqual(troublesIn(await checkGiven(spf(`v=spf1 mx -all ${behind}`))), []);
});

test('a TLSA record of another key beside one that cannot be compared', async () => {
  const records = [`_25._tcp.mail TLSA 3 1 1 ${'cd'.repeat(32)}`, `_25._tcp.mail TLSA 2 1 1 ${'ef'.repeat(32)}`];
  const findings = await checkGiven({ authenticated: true, zone: zoneWith(/TLSA/, ...records) });
  assert.deepEqual(troublesIn(findings), []);
  assert.ok(findings.some(({ rule }) => rule === 'tlsa-other-form'));
});

test('[C7] a domain that is an alias can hold no MX record', async () => {
  const findings = await checkGiven({ parent: '@ NS ns\nns A 127.0.0.1\nvalija CNAME www.example.org.' });
  const told = findings.find(({ rule }) => rule === 'mx-owner-is-alias');
  assert.deepEqual([told?.severity, told?.values['target']], ['failure', 'www.example.org']);
});

test('[T9] name servers that fail, lie or say nothing make nothing green, and nobody throws', async () => {
  for (const fault of ['servfail', 'refuse', 'malformed', 'lame'] as const) {
    const faults = { [`${DOMAIN} MX`]: fault, [`${DOMAIN} TXT`]: fault, '1.2.0.192.in-addr.arpa': fault };
    const findings = await checkGiven({ faults, zone: wantedZone() });
    assert.equal(isGreen(findings), false, fault);
    const unknown = findings.filter(({ severity }) => severity === 'unknown').map(({ check }) => check);
    assert.deepEqual([...new Set(unknown)].sort(), ['mx', 'ptr', 'spf'], fault);
  }
});

test('[C70] of two MTA-STS records one is left: that of the policy that is given out, for all exchangers', async () => {
  const backup = ['@ MX 20 backup', 'backup A 192.0.2.7'];
  const findings = await checkGiven({ zone: [...wantedZone(), ...backup, '_mta-sts TXT "v=STSv1; id=1"'] });
  const [paste] = findings.find(({ rule }) => rule === 'mta-sts-several')?.paste ?? [];
  const mended = await checkGiven({ zone: zoneWith(/^_mta-sts/, ...backup, `_mta-sts TXT ${paste?.data}`) });
  const rules = mended.map(({ rule }) => rule);
  assert.equal(rules.includes('mta-sts-old-id'), false);
  assert.ok(rules.includes('mta-sts-mx-differs'), 'the policy was looked at');
});

test('[C12] an address that no list said anything about is not said to be on none', async () => {
  const silent = { '1.2.0.192.list.example.net A': 'servfail' } as const;
  const findings = (await checkGiven({ faults: silent })).filter(({ check }) => check === 'list');
  assert.deepEqual(
    findings.map(({ rule, subject }) => `${rule} ${subject}`),
    ['list-unanswered 192.0.2.1', 'list-ok 2001:db8::1'],
  );
});

test('a key that will sign one day may be missing', async () => {
  const keys = [...KEYS, key('202602', 'rsa-sha256', 'D'.repeat(392), 'next')];
  const findings = await checkGiven({ keys, zone: wantedZone() });
  assert.equal(isGreen(findings), true);
  assert.ok(findings.some(({ rule, severity }) => rule === 'dkim-missing' && severity === 'advice'));
});

test('behind a relay nothing is asked of our own addresses', async () => {
  const server = { relayhost: '[smtp.example.org]' };
  const findings = await checkGiven({
    server,
    otherZones: { 'list.example.net': '1.2.0.192 A 127.0.0.2' },
    zone: wantedZone(SERVER),
  });
  assert.equal(
    findings.some(({ check }) => check === 'list'),
    false,
  );
  assert.ok(findings.some(({ rule }) => rule === 'ptr-behind-relay'));
});
