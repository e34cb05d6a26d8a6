import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MxRecord } from '#mail/ports/resolver.ts';
import { openDns } from '../../../test/world/dns.ts';
import { composeOwnPolicy, createOwnPolicies, type OwnPolicySettings } from './own-policy.ts';
import { parseStsPolicy } from './policy.ts';
import { findStsId } from './record.ts';

const SETTINGS: OwnPolicySettings = {
  mode: 'testing',
  maxAgeSeconds: 604_800,
  ownNames: new Set(['mail.valija.test']),
};
const mx = (exchange: string, preference = 10): MxRecord => ({ exchange, preference });
const OURS = mx('mail.valija.test');

function idOf(records: readonly MxRecord[], settings: Partial<OwnPolicySettings> = {}): string {
  const policy = composeOwnPolicy('valija.test', records, { ...SETTINGS, ...settings });
  assert.ok(policy.ok);
  return policy.value.id;
}

test('[C71] our policy names the real exchangers, one field a line', () => {
  const policy = composeOwnPolicy('valija.test', [mx('Backup.example.net', 20), OURS], SETTINGS);
  assert.ok(policy.ok);
  assert.equal(
    policy.value.text,
    'version: STSv1\r\nmode: testing\r\nmx: backup.example.net\r\nmx: mail.valija.test\r\nmax_age: 604800\r\n',
  );
  assert.ok(parseStsPolicy(policy.value.text).ok);
  assert.equal(findStsId([policy.value.record]), policy.value.id);
});

test('[C70] the id changes with the policy, and only with it', () => {
  const id = idOf([OURS, mx('backup.example.net', 20)]);
  assert.equal(idOf([mx('BACKUP.example.net', 5), mx('mail.valija.test', 99)]), id);
  assert.notEqual(idOf([OURS]), id);
  assert.notEqual(idOf([OURS, mx('backup.example.net')], { mode: 'enforce' }), id);
  assert.notEqual(idOf([OURS, mx('backup.example.net')], { maxAgeSeconds: 86_400 }), id);
});

test('[C71] a policy that would keep mail away is not given out, with the reason', async () => {
  await using dns = await openDns({
    zones: {
      'valija.test':
        '@ MX 10 mail\nelsewhere MX 10 example.org.\nnull MX 0 .\nnone TXT "nothing"\nodd MX 10 192.0.2.1.\n',
    },
    faults: { 'broken.valija.test': 'servfail' },
    resolver: { tryTimeoutMs: 100, rounds: 1 },
  });
  const isOurs = (domain: string) => domain.endsWith('valija.test');
  const policies = createOwnPolicies({ resolver: dns.resolver, isOurs, settings: SETTINGS });
  for (const [domain, reason] of [
    [
      'elsewhere.valija.test',
      'the MX records of elsewhere.valija.test lead to example.org and not to this server (mail.valija.test)',
    ],
    ['null.valija.test', 'null.valija.test says by its MX record that it takes no mail'],
    ['none.valija.test', 'none.valija.test has no MX record: publish one before a policy that names it'],
    ['odd.valija.test', 'the MX record of odd.valija.test names 192.0.2.1, which is no name of a host'],
    ['broken.valija.test', 'the MX records of broken.valija.test cannot be looked up at the moment (servfail)'],
    ['example.org', 'example.org is no domain that this server takes mail for'],
    ['../etc', '../etc is no domain that this server takes mail for'],
  ] as const) {
    assert.deepEqual(await policies.describe(domain), { ok: false, error: reason });
    assert.equal(await policies.ownPolicy(domain), undefined);
  }
  assert.match((await policies.ownPolicy('Valija.Test')) ?? '', /^mx: mail\.valija\.test\r$/m);
});
