// What would be published where, by what the zone's own servers have.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planDomain } from '#mail/domain-records/plan-domain.ts';
import type { Publication } from '#mail/ports/domain-advisor.ts';
import type { ZoneFault } from '#platform/dns/zone-fault.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { DOMAIN, KEYS, SERVER } from '../../../test/world/checked-domain.ts';
import { openDns } from '../../../test/world/dns.ts';
import { openDomainAdvisor } from './domain-advisor.ts';

const SERVED = '@ NS ns\nns A 127.0.0.1';

async function wouldPublish(
  zones: Readonly<Record<string, string>>,
  faults: Readonly<Record<string, ZoneFault>> = {},
): Promise<Publication> {
  await using dns = await openDns({ zones, faults });
  const { resolver, server } = dns;
  const advisor = openDomainAdvisor({
    ...{ clock: systemClock, randomness: systemRandomness },
    findServer: async () => SERVER,
    listKeys: async () => KEYS,
    openDns: () => ({
      resolve: (name, type) => resolver.resolve(name, type),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    settings: () => ({
      ...{ blockLists: [], peer: '', smtpPort: 25, nameServerPort: server.port },
      policies: { port: 443, authorities: [], timeoutMs: 1_000, policySizeLimit: 1_000 },
      updates: { server: server.address, open: () => assert.fail('a dry run changes nothing') },
    }),
  });
  const publication = await advisor.publish(DOMAIN, { dryRun: true });
  assert.ok(publication.ok);
  return publication.value;
}

test('[C70] in place of the null MX comes ours, with the policy that names it', async () => {
  const { add, remove } = await wouldPublish({ [DOMAIN]: `${SERVED}\n@ MX 0 .` });
  assert.deepEqual(remove, [{ name: DOMAIN, type: 'MX', ttlSeconds: 0, data: '0 .' }]);
  const policy = planDomain(DOMAIN, KEYS, SERVER).records.find(({ purpose }) => purpose === 'mta-sts');
  assert.deepEqual(
    add.filter(({ name }) => name === policy?.name).map(({ data }) => data),
    [policy?.data],
  );
});

test('[C25] a stricter DMARC record stays as strict, its own or that of the domain above', async () => {
  const above = { test: '_dmarc TXT "v=DMARC1; p=none; sp=reject"' };
  const policyOf = ({ add, kept }: Publication) => ({
    policy: add.find(({ name }) => name === `_dmarc.${DOMAIN}`)?.data,
    kept: kept.map(({ name, tags }) => `${name} ${tags.join('; ')}`),
  });
  const policy = '"v=DMARC1; p=reject; rua=mailto:postmaster@valija.test"';
  assert.deepEqual(policyOf(await wouldPublish({ [DOMAIN]: SERVED, ...above })), {
    policy,
    kept: ['_dmarc.test p=reject'],
  });
  assert.deepEqual(policyOf(await wouldPublish({ [DOMAIN]: `${SERVED}\n_dmarc TXT "v=DMARC1; p=reject"` })), {
    policy,
    kept: [`_dmarc.${DOMAIN} p=reject`],
  });
});

test('addresses that a wildcard answers with stand in the way of no alias, and are not taken away', async () => {
  const { add, remove, conflicts } = await wouldPublish({
    [DOMAIN]: `${SERVED}\n* A 203.0.113.9\n* TXT "v=spf1 -all"`,
  });
  assert.deepEqual([remove, conflicts], [[], []]);
  const names = add.map(({ name, type }) => `${name} ${type}`);
  for (const name of ['autoconfig', 'mta-sts']) assert.ok(names.includes(`${name}.${DOMAIN} CNAME`), name);
});

test('what a wildcard answers rightly is published all the same where the name gets other records', async () => {
  const addresses = SERVER.addresses.map((each) => `* ${each.includes(':') ? 'AAAA' : 'A'} ${each}`);
  const { add } = await wouldPublish({ [DOMAIN]: [SERVED, ...addresses].join('\n') });
  const own = add.filter(({ name }) => name === SERVER.mailHost).map(({ type }) => type);
  assert.deepEqual(own, ['A', 'AAAA', 'TXT']);
});

test('an alias of its own that says what the wildcard says is there', async () => {
  const policy = '_dmarc CNAME policy.example.org.';
  const { conflicts } = await wouldPublish({ [DOMAIN]: `${SERVED}\n* CNAME policy.example.org.\n${policy}` });
  assert.deepEqual(
    conflicts.map(({ name }) => name),
    [`_dmarc.${DOMAIN}`],
  );
});

test('what lies in a zone of its own below is not written into the one above, and told where it is missing', async () => {
  const { zone, add, elsewhere } = await wouldPublish({ [DOMAIN]: SERVED, [`mail.${DOMAIN}`]: SERVED });
  assert.equal(zone, DOMAIN);
  assert.deepEqual(
    add.filter(({ name }) => name.endsWith(`mail.${DOMAIN}`)),
    [],
  );
  const missing = elsewhere.map(({ name, type, data }) => `${name} ${type} ${data}`);
  assert.deepEqual(missing, [
    ...['mail.valija.test A 192.0.2.1', 'mail.valija.test AAAA 2001:db8::1'],
    'mail.valija.test TXT "v=spf1 a -all"',
  ]);
  assert.ok(add.some(({ type }) => type === 'MX'));
  const mail = `${SERVED}\n@ A 192.0.2.1\n@ AAAA 2001:db8::1\n@ TXT "v=spf1 a -all"`;
  assert.deepEqual((await wouldPublish({ [DOMAIN]: SERVED, [`mail.${DOMAIN}`]: mail })).elsewhere, []);
});

test('zones that do not answer keep no record from another one', async () => {
  const faults = { 'mail.valija.test A': 'servfail' } as const;
  const { add, elsewhere } = await wouldPublish({ [DOMAIN]: SERVED, [`mail.${DOMAIN}`]: SERVED }, faults);
  assert.ok(add.some(({ type }) => type === 'MX'));
  assert.deepEqual(
    elsewhere.map(({ type }) => type),
    ['A', 'AAAA', 'TXT'],
  );
});
