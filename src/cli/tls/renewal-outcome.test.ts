import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CertificateListing, CertificateRecord } from '#mail/ports/certificate-admin.ts';
import type { CommandContext } from '../command-context.ts';
import { openSay } from '../texts/say.ts';
import { formatRenewal, judgeRenewals } from './renewal-outcome.ts';

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 21, 15);
const ID = 'mail.valija.test';

function record(fingerprint: string | undefined, given: Partial<CertificateRecord> = {}): CertificateRecord {
  // As Sectigo and ZeroSSL have it: valid since midnight.
  const fromMs = NOW_MS - (NOW_MS % DAY_MS);
  const served = fingerprint && {
    issuer: 'CA',
    keyType: 'EC P-256',
    fingerprint,
    fromMs,
    untilMs: fromMs + 90 * DAY_MS,
  };
  return {
    ...{ id: ID, source: 'acme', place: 'acme.example.org', isDefault: true, names: [ID], served: served || undefined },
    ...{ nextMs: NOW_MS + DAY_MS, isOrdering: false, failure: undefined, ...given },
  };
}

const listing = (...certificates: CertificateRecord[]): CertificateListing => {
  return { nowMs: NOW_MS, myhostname: ID, certificates, skipped: [] };
};

function tell(before: CertificateListing, after: CertificateListing, language: 'en' | 'es' = 'en'): string {
  const context = { say: openSay(language), paint: (_: string, text: string) => text } as unknown as CommandContext;
  return judgeRenewals([ID], before, after)
    .flatMap((one) => formatRenewal(context, one))
    .join('\n');
}

const ownSelfSigned = record('own', { source: 'self-signed' });
const failure = { atMs: NOW_MS + 1, text: 'acme.example.org: no (connection)', failures: 1 };

test('[C51] a certificate that is another one than before was issued, whenever its authority dates it', () => {
  assert.match(tell(listing(record('one')), listing(record('two'))), /^mail\.valija\.test: issued by CA, valid until /);
  assert.match(tell(listing(ownSelfSigned), listing(record('one'))), /^mail\.valija\.test: issued by CA/);
});

test('[C51] a refusal is told once, and nothing of the self-signed certificate that is called the same', () => {
  const after = listing(record(undefined, { failure }), ownSelfSigned);
  assert.match(
    tell(listing(ownSelfSigned), after),
    /^mail\.valija\.test: .* no \(connection\)\n {2}The authority could not.*$/,
  );
  const older = { ...failure, atMs: NOW_MS - 1 };
  const unchanged = listing(record('one', { failure: older }));
  assert.match(tell(unchanged, unchanged), /^mail\.valija\.test: nothing came of it; .*valija log tail$/);
});

test('[C51] where no name leads here that is told, whether there was a certificate or not', () => {
  const nowhere = record('one', { nextMs: undefined });
  assert.match(tell(listing(nowhere), listing(nowhere)), /none of its names leads here/);
  assert.match(tell(listing(), listing(ownSelfSigned)), /none of its names leads here/);
  assert.match(tell(listing(), listing(), 'es'), /ninguno de sus nombres lleva aquí/);
});
