import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '#platform/machine/clock.ts';
import { openAcmeAuthority } from '../../../test/world/acme-authority.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import type { Authority } from './authority-client.ts';
import { revokeCertificate } from './revoke-certificate.ts';

const HOUR_MS = 3_600_000;
const nowMs = Date.now();
const pair = await makeSelfSigned('mail.valija.test', nowMs - HOUR_MS, nowMs + HOUR_MS);

/** What it says to a revocation: a kind of refusal, nothing at all, or yes. */
type Answer = 'yes' | 'never' | 'alreadyRevoked' | 'unauthorized';

interface Revocation {
  /** Who signed: an account, or a key that is named itself. */
  readonly by: 'account' | 'key';
  readonly reason: number;
}

async function openAuthority(t: TestContext, answer: Answer): Promise<Authority & { readonly asked: Revocation[] }> {
  const asked: Revocation[] = [];
  const authority = await openAcmeAuthority(t, ({ path, origin, header, payload }) => {
    const headers = { location: `${origin}/account/1` };
    const names = { newNonce: `${origin}/nonce`, newAccount: `${origin}/account`, revokeCert: `${origin}/revoke` };
    if (path !== '/revoke') return { headers, body: names };
    asked.push({ by: 'kid' in JSON.parse(header) ? 'account' : 'key', reason: JSON.parse(payload).reason });
    if (answer === 'never') return 'never';
    if (answer === 'yes') return { body: {} };
    return { status: 403, body: { type: `urn:ietf:params:acme:error:${answer}`, detail: 'no' } };
  });
  return { ...authority, external: undefined, asked };
}

function openWorld(t: TestContext, authorities: readonly Authority[], endMs = 30_000) {
  const accountFolder = mkdtempSync(join(tmpdir(), 'valija-revoke-'));
  t.after(() => rmSync(accountFolder, { recursive: true }));
  const signal = AbortSignal.timeout(endMs);
  return { authorities, accountFolder, clock: systemClock, requestTimeoutMs: 30_000, signal };
}

test('[C51] each authority is asked until one agrees: by our account, and of a compromised key by the key itself', async (t) => {
  const stranger = await openAuthority(t, 'unauthorized');
  const issuer = await openAuthority(t, 'yes');
  const world = openWorld(t, [stranger, issuer]);
  for (const reason of ['cessationofoperation', 'keycompromise'] as const) {
    assert.deepEqual(await revokeCertificate(pair, reason, world), { kind: 'revoked', authority: '127.0.0.1' });
  }
  const asked = [
    { by: 'account', reason: 5 },
    { by: 'key', reason: 1 },
  ];
  assert.deepEqual([stranger.asked, issuer.asked], [asked, asked]);
});

test('[C51] what is revoked already is done; who refuses, or says nothing in time, says why', async (t) => {
  const done = await openAuthority(t, 'alreadyRevoked');
  const [again, refused] = await Promise.all(
    [done, await openAuthority(t, 'unauthorized')].map((authority) => openWorld(t, [authority])),
  );
  assert.ok(again && refused);
  assert.equal((await revokeCertificate(pair, 'superseded', again)).kind, 'revoked');
  assert.deepEqual(await revokeCertificate(pair, 'superseded', refused), {
    kind: 'failed',
    reason: '127.0.0.1: no (unauthorized)',
  });
  const silent = openWorld(t, [await openAuthority(t, 'never')], 1_000);
  assert.deepEqual(await revokeCertificate(pair, 'superseded', silent), {
    kind: 'failed',
    reason: '127.0.0.1: it did not answer in time',
  });
});
