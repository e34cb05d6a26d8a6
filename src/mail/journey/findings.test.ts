import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuthenticationFindings } from '#mail/ports/sender-authentication.ts';
import { tellStory } from './story.ts';

const FINDINGS: AuthenticationFindings = {
  spf: {
    result: 'softfail',
    identity: 'mailfrom',
    domain: 'example.org',
    mechanism: '~all',
    explanation: undefined,
    reason: undefined,
    lookups: 1,
    voidLookups: 0,
  },
  dkim: [
    {
      result: 'pass',
      domain: 'lists.example.net',
      selector: 's1',
      algorithm: 'rsa-sha256',
      identity: '@lists.example.net',
      signature: 'abcdefgh',
      aligned: false,
      unsignedOctets: 0,
      reason: undefined,
    },
  ],
  unverifiedSignatures: 3,
  dmarc: {
    result: 'fail',
    domain: 'sub.example.org',
    policyDomain: 'example.org',
    policy: 'reject',
    record: 'v=DMARC1; p=reject',
    alignedSpf: undefined,
    alignedDkim: undefined,
    reason: undefined,
  },
  arc: {
    result: 'pass',
    sets: [{ sealer: 'lists.example.net', dmarc: 'pass', author: 'example.org' }],
    reason: undefined,
  },
  answers: [
    { name: 'example.org', type: 'TXT', kind: 'found', records: ['v=spf1 mx ~all'], ttlSeconds: 300 },
    { name: '_dmarc.sub.example.org', type: 'TXT', kind: 'no-such-name', records: [], ttlSeconds: undefined },
    { name: 'example.org', type: 'MX', kind: 'failed', records: ['timeout'], ttlSeconds: undefined },
  ],
};

const told = (language: 'en' | 'es') =>
  tellStory([{ key: '4ZxQ0', atMs: 0, event: { kind: 'sender-checked', findings: FINDINGS } }], language).steps.flatMap(
    ({ text, details }) => [text, ...details.map((detail) => detail.text)],
  );

test('[C31] what was found out of a sender is told, with the answers of the DNS that it rests on', () => {
  assert.deepEqual(told('en'), [
    'Is the sender who it says? We asked the DNS, and read the signatures:',
    'SPF: softfail: example.org says that this client should not be sending in its name (~all).',
    'DKIM: pass: a signature of lists.example.net (s1, rsa-sha256), which is not the author’s domain.',
    'DKIM: 3 further signatures were not looked at.',
    'DMARC: fail: mail that nothing proves to be of sub.example.org should be met with «reject»; the record at example.org: v=DMARC1; p=reject.',
    'ARC: pass: sealed by lists.example.net.',
    'DNS: example.org TXT: v=spf1 mx ~all (for 300 s)',
    'DNS: _dmarc.sub.example.org TXT: there is no such name',
    'DNS: example.org MX: no answer (timeout)',
  ]);
});

test('[C31] the same in Spanish', () => {
  const lines = told('es');
  assert.equal(lines.length, 9);
  assert.equal(
    lines[2],
    'DKIM: pass: una firma de lists.example.net (s1, rsa-sha256), que no es el dominio del autor.',
  );
});
