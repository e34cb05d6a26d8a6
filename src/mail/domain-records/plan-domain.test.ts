import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseZone } from '#platform/dns/zone-file.ts';
import { KEYS, key, SERVER } from '../../../test/world/checked-domain.ts';
import { planDomain } from './plan-domain.ts';
import type { ServerFacts } from './server-facts.ts';
import { formatZone } from './zone-text.ts';

const DOMAIN = 'example.org';

function planned(facts: Partial<ServerFacts> = {}, keys = KEYS, domain = DOMAIN) {
  return planDomain(domain, keys, { ...SERVER, ...facts });
}

function dataOf(facts: Partial<ServerFacts>, name: string): string[] {
  return planned(facts)
    .records.filter((record) => record.name === name)
    .map(({ data }) => data);
}

test('[C72] every kind of record is there once, with its weight', () => {
  const purposes = planned().records.map(({ purpose }) => purpose);
  const kinds = [...new Set(purposes)];
  assert.deepEqual(kinds, [
    ...['mx', 'host', 'spf', 'helo-spf', 'dkim', 'dmarc', 'mta-sts', 'mta-sts-host', 'tls-rpt', 'tlsa'],
    ...['autoconfig', 'autodiscover', 'client', 'caa'],
  ]);
  const names = planned().records.map(({ name, type, data }) => `${name} ${type} ${data}`);
  assert.equal(new Set(names).size, names.length);
});

test('[C72] the zone file can be read, with long keys in strings of at most 255 octets', () => {
  const plan = planned();
  const text = formatZone(plan, ({ purpose }) => `why: ${purpose}`);
  const zone = parseZone({ origin: DOMAIN, text });
  assert.ok(zone.ok, zone.ok ? '' : zone.error);
  const inZone = plan.records.filter(({ name }) => name === DOMAIN || name.endsWith(`.${DOMAIN}`));
  assert.equal([...zone.value.records.values()].flat().length, inZone.length);
  const strings = [...text.matchAll(/"([^"]*)"/g)].map((found) => found[1]?.length ?? 0);
  assert.ok(Math.max(...strings) <= 255);
  assert.equal(text.split('\n').filter((line) => line.startsWith('; mail.valija.test.')).length, 3);
});

test('[C22] SPF names the exchangers and the addresses that mail leaves from', () => {
  assert.deepEqual(dataOf({}, DOMAIN)[1], '"v=spf1 mx ip4:192.0.2.1 ip6:2001:db8::1 -all"');
  assert.deepEqual(dataOf({ egress: [] }, DOMAIN)[1], '"v=spf1 mx -all"');
});

test('[C22] the name in EHLO has an SPF record of its own, which covers what mail leaves from', () => {
  assert.deepEqual(dataOf({}, 'mail.valija.test').slice(-1), ['"v=spf1 a -all"']);
  assert.deepEqual(dataOf({ egress: ['192.0.2.9'] }, 'mail.valija.test').slice(-1), ['"v=spf1 a ip4:192.0.2.9 -all"']);
  const out = { heloName: 'out.valija.test', egress: ['192.0.2.1'] };
  assert.deepEqual(dataOf(out, 'out.valija.test'), ['"v=spf1 a ip4:192.0.2.1 -all"']);
  assert.equal(
    planned({ heloName: '[192.0.2.1]' }).records.some(({ purpose }) => purpose === 'helo-spf'),
    false,
  );
});

test('[C25] DMARC reports go to an address that exists; elsewhere, with its consent', () => {
  assert.deepEqual(dataOf({}, `_dmarc.${DOMAIN}`), ['"v=DMARC1; p=quarantine; rua=mailto:postmaster@example.org"']);
  const settings = { ...SERVER.settings, reportAddress: 'a,b!c@valija.test' };
  assert.deepEqual(dataOf({ settings }, `_dmarc.${DOMAIN}`), [
    '"v=DMARC1; p=quarantine; rua=mailto:a%2Cb%21c@valija.test"',
  ]);
  assert.deepEqual(dataOf({ settings }, `${DOMAIN}._report._dmarc.valija.test`), ['"v=DMARC1;"']);
});

test('[C70] the id of the MTA-STS record is that of the policy, and changes with it only', () => {
  const id = (facts: Partial<ServerFacts>) => dataOf(facts, `_mta-sts.${DOMAIN}`)[0];
  assert.equal(id({}), id({ addresses: [], tlsaData: undefined }));
  assert.notEqual(id({}), id({ mtaSts: { ...SERVER.mtaSts, mode: 'testing' } }));
  const withBackup = planDomain(DOMAIN, KEYS, SERVER, [{ preference: 20, exchange: 'backup.example.net' }]);
  assert.notEqual(id({}), withBackup.records.find(({ purpose }) => purpose === 'mta-sts')?.data);
});

test('what is not known is said, and not made up', () => {
  const bare = { addresses: [], egress: [], tlsaData: undefined, webPort: undefined, relayhost: 'smtp.example.net' };
  const { gaps, records } = planned(bare, []);
  assert.deepEqual(gaps, ['unknown-addresses', 'behind-relay', 'no-keys', 'no-certificate']);
  const left = [...new Set(records.map(({ purpose }) => purpose))];
  assert.deepEqual(left, ['mx', 'spf', 'helo-spf', 'dmarc', 'tls-rpt', 'client', 'caa']);
  for (const mailHost of ['localhost', 'mail.local', '192.0.2.1'])
    assert.deepEqual(planned({ mailHost, heloName: mailHost }).gaps, ['no-public-name']);
  assert.equal(
    planned({ mailHost: 'localhost' }).records.some(({ type }) => type === 'MX'),
    false,
  );
});

test('keys that are revoked or cannot be read are not published', () => {
  const keys = [key('old', 'rsa-sha256', 'A', 'revoked'), { ...key('broken', 'rsa-sha256', ''), fault: 'x' }];
  assert.equal(
    planned({}, keys).records.some(({ purpose }) => purpose === 'dkim'),
    false,
  );
});

test('a domain that is the mail host itself has one SPF record', () => {
  const { records } = planned({ mailHost: DOMAIN, heloName: DOMAIN });
  assert.equal(records.filter(({ data }) => data.includes('v=spf1')).length, 1);
});
