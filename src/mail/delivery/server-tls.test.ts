import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import type { StsMode } from '#mail/mta-sts/policy.ts';
import type { ServerIdentity } from '#mail/ports/dialer.ts';
import type { StsFinding } from '#mail/ports/sts-policies.ts';
import type { TlsWish } from '#mail/queue/queued-message.ts';
import { createAuthority } from '../../../test/world/certificate-authority.ts';
import { judgeCertificate } from './certificate-judgement.ts';
import { type DestinationTls, decideServerTls } from './server-tls.ts';
import { defaultTlsPolicy, type TlsLevel } from './tls-policy.ts';
import type { TlsaFinding } from './tlsa-lookup.ts';

const MX = 'mx1.example.org';
const authority = await createAuthority();
const certificate = await authority.sign([MX]);
const tls = { version: 'TLSv1.3', cipher: 'x', bits: 256, serverName: undefined };
const chain = [certificate.octets, authority.octets];
const GOOD: ServerIdentity = { tls, distrust: undefined, names: [MX], chain };
const SELF_SIGNED: ServerIdentity = { ...GOOD, distrust: 'DEPTH_ZERO_SELF_SIGNED_CERT' };
const WRONG_NAME: ServerIdentity = { ...GOOD, names: ['example.net'] };
const EXPIRED: ServerIdentity = { ...GOOD, distrust: 'CERT_HAS_EXPIRED' };

const digest = (octets: Buffer) => createHash('sha256').update(octets).digest();
const record = (octets: Buffer) => ({ usage: 3, selector: 1, matchingType: 1, data: digest(octets) });
const TLSA: Readonly<Record<'ok' | 'bad' | 'bogus' | 'absent' | 'unusable', TlsaFinding>> = {
  ok: { kind: 'usable', base: MX, records: [record(certificate.keyOctets)] },
  bad: { kind: 'usable', base: MX, records: [record(authority.keyOctets)] },
  bogus: { kind: 'failed', text: `TLSA lookup error for ${MX}:25 (servfail)` },
  absent: { kind: 'absent', why: 'no TLSA records found' },
  unusable: { kind: 'unusable', base: MX, records: [] },
};

function sts(mode: StsMode, mx: readonly string[] = [MX]): StsFinding {
  return { kind: 'policy', id: 'A1', policy: { mode, maxAgeSeconds: 86_400, mx } };
}

interface Case {
  readonly level?: TlsLevel;
  readonly source?: 'smtp_tls_security_level' | 'smtp_tls_policy_maps';
  readonly sts?: StsFinding;
  readonly wish?: TlsWish;
  readonly tlsa?: TlsaFinding;
  readonly isProven?: boolean;
  readonly identity?: ServerIdentity;
}

function decide({ level = 'dane', source = 'smtp_tls_security_level', wish, ...given }: Case) {
  const destination: DestinationTls = {
    destination: 'example.org',
    domain: 'example.org',
    policy: { ...defaultTlsPolicy(level), source },
    sts: given.sts ?? { kind: 'none' },
    wish,
  };
  return decideServerTls(destination, { name: MX, isProven: given.isProven ?? false, tlsa: given.tlsa ?? TLSA.absent });
}

/** What becomes of a message, by whose word: `delivered mta-sts Verified`, `deferred dane`. */
function outcome(given: Case): string {
  const decision = decide(given);
  if (!decision.ok) return `${decision.error.kind} ${decision.error.basis} ${decision.error.failure}`;
  const { demand, basis, onFailure } = decision.value;
  const judged = judgeCertificate(demand, given.identity ?? GOOD, Date.now());
  return judged.kind === 'good' ? `delivered ${basis} ${judged.trust}` : `${onFailure} ${basis} ${judged.failure}`;
}

const LEVEL = 'smtp_tls_security_level';
const MATRIX: readonly (readonly [mode: StsMode, good: boolean, dane: keyof typeof TLSA, outcome: string])[] = [
  ['none', true, 'absent', `delivered ${LEVEL} Trusted`],
  ['none', false, 'absent', `delivered ${LEVEL} Untrusted`],
  ['none', true, 'ok', 'delivered dane Verified'],
  ['none', false, 'ok', 'delivered dane Verified'],
  ['none', true, 'bad', 'deferred dane certificate-not-trusted'],
  ['none', true, 'bogus', 'deferred dane dnssec-invalid'],
  ['none', false, 'bogus', 'deferred dane dnssec-invalid'],
  ['testing', true, 'absent', `delivered ${LEVEL} Trusted`],
  ['testing', false, 'absent', `delivered ${LEVEL} Untrusted`],
  ['testing', true, 'ok', 'delivered dane Verified'],
  ['testing', false, 'ok', 'delivered dane Verified'],
  ['testing', true, 'bad', 'deferred dane certificate-not-trusted'],
  ['testing', true, 'bogus', 'deferred dane dnssec-invalid'],
  ['testing', false, 'bogus', 'deferred dane dnssec-invalid'],
  ['enforce', true, 'absent', 'delivered mta-sts Verified'],
  ['enforce', false, 'absent', 'deferred mta-sts certificate-not-trusted'],
  ['enforce', true, 'ok', 'delivered dane Verified'],
  ['enforce', false, 'ok', 'delivered dane Verified'],
  ['enforce', true, 'bad', 'deferred dane certificate-not-trusted'],
  ['enforce', true, 'bogus', 'deferred dane dnssec-invalid'],
  ['enforce', false, 'bogus', 'deferred dane dnssec-invalid'],
  ['enforce', true, 'unusable', 'delivered mta-sts Verified'],
  ['enforce', false, 'unusable', 'deferred mta-sts certificate-not-trusted'],
];

for (const [mode, isGood, dane, expected] of MATRIX) {
  test(`[T33] MTA-STS ${mode}, certificate ${isGood ? 'good' : 'bad'}, DANE ${dane}: ${expected}`, () => {
    const identity = isGood ? GOOD : SELF_SIGNED;
    assert.equal(outcome({ sts: sts(mode), tlsa: TLSA[dane], identity }), expected);
  });
}

test('[C71] an enforced policy wants a name that it allows, and a certificate for it, of today', () => {
  const enforce = sts('enforce');
  assert.equal(outcome({ sts: enforce, identity: WRONG_NAME }), 'deferred mta-sts certificate-host-mismatch');
  assert.equal(outcome({ sts: enforce, identity: EXPIRED }), 'deferred mta-sts certificate-expired');
  assert.equal(outcome({ sts: sts('enforce', ['*.example.org']) }), 'delivered mta-sts Verified');
  const elsewhere = decide({ sts: sts('enforce', ['mx2.example.org']) });
  assert.ok(!elsewhere.ok);
  const { kind, status, text, failure } = elsewhere.error;
  assert.deepEqual([kind, status, failure], ['deferred', '4.7.5', 'validation-failure']);
  assert.equal(text, 'MTA-STS policy of example.org does not allow the mail server mx1.example.org');
});

test('[T33] a policy in testing refuses nothing, and says what it would have refused', () => {
  const named = decide({ sts: sts('testing') });
  assert.ok(named.ok && named.value.trial?.kind === 'demand' && named.value.demand.kind === 'may');
  const trial = judgeCertificate(named.value.trial.demand, SELF_SIGNED, Date.now());
  assert.equal(trial.kind === 'bad' && trial.failure, 'certificate-not-trusted');
  const unnamed = decide({ sts: sts('testing', ['mx2.example.org']) });
  assert.ok(unnamed.ok && unnamed.value.trial?.kind === 'not-allowed');
});

test('what an administrator wrote of a destination is not changed by what its domain publishes', () => {
  const source = 'smtp_tls_policy_maps';
  assert.equal(outcome({ level: 'encrypt', source, identity: SELF_SIGNED }), `delivered ${source} Untrusted`);
  assert.equal(
    outcome({ level: 'secure', source, identity: WRONG_NAME }),
    `deferred ${source} certificate-host-mismatch`,
  );
  assert.equal(outcome({ level: 'verify', source }), `delivered ${source} Verified`);
});

test('dane-only: by TLSA records, or not at all', () => {
  const level = 'dane-only';
  assert.equal(outcome({ level, tlsa: TLSA.ok }), 'delivered dane Verified');
  assert.equal(outcome({ level, tlsa: TLSA.absent }), `deferred ${LEVEL} dane-required`);
  assert.equal(outcome({ level, tlsa: TLSA.unusable }), `deferred ${LEVEL} tlsa-invalid`);
  assert.equal(outcome({ level, tlsa: TLSA.bogus }), 'deferred dane dnssec-invalid');
});

test('TLSA records that are of no use ask for TLS all the same, verified by nobody', () => {
  const decision = decide({ tlsa: TLSA.unusable });
  assert.equal(decision.ok && decision.value.demand.kind, 'encrypt');
});

test('REQUIRETLS wants a proven server with a verified certificate, and does not wait for one', () => {
  const wish = 'required';
  assert.equal(outcome({ wish, isProven: true }), 'delivered requiretls Verified');
  assert.equal(outcome({ wish, sts: sts('testing') }), 'delivered requiretls Verified');
  assert.equal(outcome({ wish, tlsa: TLSA.ok }), 'delivered dane Verified');
  assert.equal(outcome({ wish, sts: sts('enforce') }), 'delivered mta-sts Verified');
  assert.equal(outcome({ wish, isProven: true, identity: SELF_SIGNED }), 'failed requiretls certificate-not-trusted');
  assert.equal(outcome({ wish, sts: sts('enforce'), identity: EXPIRED }), 'failed mta-sts certificate-expired');
  const unproven = decide({ wish });
  assert.ok(!unproven.ok);
  assert.deepEqual([unproven.error.kind, unproven.error.status], ['failed', '5.7.10']);
});

test('SNI names the TLSA base domain, or the server', () => {
  const base = 'mail.example.net';
  const aliased = decide({ tlsa: { ...TLSA.ok, base } as TlsaFinding });
  assert.equal(aliased.ok && aliased.value.serverName, base);
  const enforced = decide({ sts: sts('enforce') });
  assert.equal(enforced.ok && enforced.value.serverName, MX);
});

test('the report is told which policy was applied', () => {
  const applied = (given: Case) => {
    const decision = decide(given);
    return decision.ok ? decision.value.applied : decision.error.applied;
  };
  const lines = ['version: STSv1', 'mode: enforce', `mx: ${MX}`, 'max_age: 86400'];
  assert.deepEqual(applied({ sts: sts('enforce') }), { type: 'sts', domain: 'example.org', lines, mxHosts: [MX] });
  assert.equal(applied({ tlsa: TLSA.ok, sts: sts('enforce') }).type, 'tlsa');
  assert.match(applied({ tlsa: TLSA.ok }).lines[0] ?? '', /^3 1 1 [0-9a-f]{64}$/);
  assert.deepEqual(applied({}), { type: 'no-policy-found', domain: 'example.org', lines: [], mxHosts: [] });
});
