import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationFacts } from '#mail/policy/authentication.ts';
import type { AuthenticationFindings, DmarcFinding } from '#mail/ports/sender-authentication.ts';
import { type Decision, observeMessage } from './observe-message.ts';

const RECORD = 'v=DMARC1; p=reject; rua=mailto:dmarc@example.org';

const DMARC: DmarcFinding = {
  result: 'fail',
  domain: 'example.org',
  policyDomain: 'example.org',
  policy: 'reject',
  record: RECORD,
  alignedSpf: undefined,
  alignedDkim: undefined,
  reason: undefined,
};

function facts(
  dmarc: Partial<DmarcFinding> = {},
  findings: Partial<AuthenticationFindings> = {},
  policy: Partial<AuthenticationFacts['policy']> = {},
): AuthenticationFacts {
  return {
    queueId: 'Q',
    clientAddress: '192.0.2.7',
    findings: {
      spf: {
        ...{
          result: 'softfail',
          identity: 'mailfrom',
          domain: 'example.org',
          mechanism: '~all',
          explanation: undefined,
        },
        ...{ reason: undefined, lookups: 1, voidLookups: 0 },
      },
      dkim: [],
      unverifiedSignatures: 0,
      dmarc: { ...DMARC, ...dmarc },
      arc: { result: 'none', sets: [], reason: undefined },
      answers: [],
      ...findings,
    },
    policy: {
      ...{ spf_fail_action: 'accept', dmarc_policy_enforcement: true, authentication_temporary_error: 'accept' },
      trusted_arc_sealers: [],
      ...policy,
    },
  };
}

const REJECTED: Decision = { outcome: 'reject', rule: 'dmarc_reject' };
const PERMITTED: Decision = { outcome: 'permit', rule: 'permit' };
const JUNK: Decision = { outcome: 'permit', rule: 'dmarc_quarantine', mailbox: 'Junk' };

test('[C25] what was refused for its policy is told so, with all that was found', () => {
  const observed = observeMessage(facts(), REJECTED);
  assert.deepEqual(observed, {
    policyDomain: 'example.org',
    record: RECORD,
    row: {
      sourceAddress: '192.0.2.7',
      disposition: 'reject',
      dkim: 'fail',
      spf: 'fail',
      reasons: [],
      headerFrom: 'example.org',
      envelopeFrom: 'example.org',
      dkimResults: [],
      spfResults: [{ domain: 'example.org', result: 'softfail' }],
    },
  });
});

test('[C25] nothing is summed for who does not ask, and for what will come again', () => {
  assert.equal(observeMessage(facts({ record: undefined, policyDomain: undefined }), PERMITTED), undefined);
  assert.equal(observeMessage(facts({ record: 'v=DMARC1; p=none' }), PERMITTED), undefined);
  assert.equal(observeMessage(facts({ record: 'v=DMARC1; p=none; rua=mailto:' }), PERMITTED), undefined);
  assert.equal(observeMessage(facts({ record: 'v=DMARC1; p=none; rua=https://example.org' }), PERMITTED), undefined);
  assert.equal(observeMessage(facts(), { outcome: 'defer', rule: 'authentication_temporary_error' }), undefined);
  assert.equal(observeMessage(facts({ domain: undefined }), PERMITTED), undefined);
  assert.equal(observeMessage(facts({ policyDomain: 'a"\r\nBcc: x.example' }), PERMITTED), undefined);
});

/** The disposition, and why it is not what was asked for. */
function treatment(given: AuthenticationFacts, decision: Decision): unknown[] {
  const row = observeMessage(given, decision)?.row;
  return [row?.disposition, ...(row?.reasons.map(({ type, comment }) => `${type} ${comment ?? ''}`.trim()) ?? [])];
}

test('[C25] what was done, and why it is not what the domain asks for', () => {
  const passing = { result: 'pass', alignedDkim: 'example.org' } as const;
  assert.deepEqual(treatment(facts(passing), PERMITTED), ['pass']);
  const quiet = { policy: 'none', record: 'v=DMARC1; p=none; rua=mailto:a@example.org' } as const;
  assert.deepEqual(treatment(facts({ ...passing, ...quiet }), PERMITTED), ['none']);
  assert.deepEqual(treatment(facts(quiet), PERMITTED), ['none']);
  const careful = { policy: 'quarantine', record: RECORD.replace('reject', 'quarantine') } as const;
  assert.deepEqual(treatment(facts(careful), JUNK), ['quarantine']);
  const testing = { policy: 'quarantine', record: `${RECORD}; t=y` } as const;
  assert.deepEqual(treatment(facts(testing), JUNK), ['quarantine', 'policy_test_mode']);
  assert.deepEqual(treatment(facts({ ...testing, record: `${RECORD}; pct=0` }), JUNK), [
    'quarantine',
    'policy_test_mode',
  ]);
  const lax = { dmarc_policy_enforcement: false };
  assert.deepEqual(treatment(facts({}, {}, lax), PERMITTED), ['none', 'local_policy policies are not applied here']);
  assert.deepEqual(treatment(facts({ result: 'temperror' }), PERMITTED), [
    'none',
    'other SPF or DKIM could not be checked',
  ]);
  const arc = {
    result: 'pass',
    sets: [{ sealer: 'lista.example', dmarc: 'pass', author: 'example.org' }],
    reason: undefined,
  } as const;
  assert.deepEqual(
    treatment(facts({}, { arc }, { trusted_arc_sealers: ['lista.example'] }), {
      ...PERMITTED,
      rule: 'trusted_arc_sealer',
    }),
    ['none', 'local_policy arc=pass lista.example'],
  );
  const below = { domain: 'a.example.org', policy: 'none', record: `${RECORD}; sp=none` } as const;
  assert.deepEqual(treatment(facts(below), PERMITTED), ['none']);
  assert.deepEqual(treatment(facts(quiet), { outcome: 'reject', rule: 'spf_fail' }), ['none']);
});

test('[C25] signatures that prove most come first; a null reverse-path is told as such', () => {
  const signature = (domain: string, result: 'pass' | 'fail', aligned: boolean) => ({
    ...{ domain, result, aligned, selector: 's', algorithm: 'rsa-sha256', identity: `@${domain}` },
    ...{ signature: 'abcdefgh', unsignedOctets: 0, reason: undefined },
  });
  const dkim = [
    signature('a.example', 'fail', false),
    signature('b.example', 'pass', false),
    signature('example.org', 'pass', true),
  ];
  const spf = { ...facts().findings.spf, identity: 'helo', domain: 'mail.example.org' } as const;
  const row = observeMessage(facts({ result: 'pass', alignedDkim: 'example.org' }, { dkim, spf }), PERMITTED)?.row;
  assert.deepEqual(
    row?.dkimResults.map(({ domain }) => domain),
    ['example.org', 'b.example', 'a.example'],
  );
  assert.deepEqual([row?.dkim, row?.spf, row?.envelopeFrom], ['pass', 'fail', '']);
});
