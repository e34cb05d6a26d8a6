// How safe a delivery was, in both languages.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JourneyEvent } from './event.ts';
import { tellStory } from './story.ts';

const RELAYED: Extract<JourneyEvent, { kind: 'relayed' }> = {
  kind: 'relayed',
  recipient: 'ana@example.org',
  relay: 'mx1.example.org[192.0.2.1]:25',
  reply: '250 2.0.0 Ok',
  tls: 'TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)',
  delayMs: 100,
};

function detailsOf(event: JourneyEvent, language: 'en' | 'es'): string[] {
  const { steps } = tellStory([{ key: 'Q1', atMs: 0, event }], language);
  return steps[0]?.details.map(({ text }) => text) ?? [];
}

test('[C71] who decided, and what the server proved to be', () => {
  const security = { basis: 'mta-sts', demand: 'certificate', sts: 'enforce A1', trust: 'Verified' } as const;
  assert.deepEqual(detailsOf({ ...RELAYED, security }, 'en'), [
    'The MTA-STS policy of its domain demands a server that it names, with a valid certificate (MTA-STS policy: enforce A1); the server proved to be who it must be (Verified).',
  ]);
  assert.deepEqual(detailsOf({ ...RELAYED, security }, 'es'), [
    'La política MTA-STS de su dominio exige un servidor que ella nombra, con un certificado válido (política MTA-STS: enforce A1); el servidor probó ser quien debe ser (Verified).',
  ]);
});

test('what a policy in testing would have refused is said; what was recorded before says nothing', () => {
  const complaint = 'Server certificate not trusted (CERT_HAS_EXPIRED)';
  const security = { basis: 'smtp_tls_security_level', demand: 'may', trust: 'Untrusted', complaint } as const;
  assert.match(detailsOf({ ...RELAYED, security }, 'en')[1] ?? '', /in testing.*CERT_HAS_EXPIRED/);
  assert.match(detailsOf({ ...RELAYED, security }, 'es')[1] ?? '', /a prueba.*CERT_HAS_EXPIRED/);
  assert.deepEqual(detailsOf(RELAYED, 'en'), []);
});
