import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { openAcmeAuthority } from '../../../test/world/acme-authority.ts';
import { createAuthority } from '../../../test/world/certificate-authority.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { askRenewalInfo, formatRenewalId } from './renewal-info.ts';

const HOUR_MS = 3_600_000;
const INFO = { suggestedWindow: { start: '2026-11-25T00:00:00Z', end: '2026-11-27T00:00:00Z' } };

/** The example of RFC 9773 §4.1. */
const EXAMPLE = `-----BEGIN CERTIFICATE-----
MIIBQzCB66ADAgECAgUAh2VDITAKBggqhkjOPQQDAjAVMRMwEQYDVQQDEwpFeGFt
cGxlIENBMCIYDzAwMDEwMTAxMDAwMDAwWhgPMDAwMTAxMDEwMDAwMDBaMBYxFDAS
BgNVBAMTC2V4YW1wbGUuY29tMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEeBZu
7cbpAYNXZLbbh8rNIzuOoqOOtmxA1v7cRm//AwyMwWxyHz4zfwmBhcSrf47NUAFf
qzLQ2PPQxdTXREYEnKMjMCEwHwYDVR0jBBgwFoAUaYhba4dGQEHhs3uEe6CuLN4B
yNQwCgYIKoZIzj0EAwIDRwAwRAIge09+S5TZAlw5tgtiVvuERV6cT4mfutXIlwTb
+FYN/8oCIClDsqBklhB9KAelFiYt9+6FDj3z4KGVelYM5MdsO3pK
-----END CERTIFICATE-----
`;
const EXAMPLE_ID = 'aYhba4dGQEHhs3uEe6CuLN4ByNQ.AIdlQyE';

interface Misbehaviour {
  readonly offers: boolean;
  readonly stalls: boolean;
  /** Instead of the window. */
  readonly body: string;
}

/** Offers renewal information, unless told otherwise; knows the example alone. */
async function openAuthority(t: TestContext, given: Partial<Misbehaviour> = {}) {
  const asked: string[] = [];
  const headers = { 'retry-after': '21600' };
  const authority = await openAcmeAuthority(t, ({ path, origin }) => {
    asked.push(path);
    if (path === '/dir') return { headers, body: given.offers === false ? {} : { renewalInfo: `${origin}/info` } };
    if (given.stalls) return 'never';
    if (path === `/info/${EXAMPLE_ID}`) return { headers, body: given.body ?? INFO };
    return { status: 404, body: { type: 'urn:ietf:params:acme:error:malformed', detail: 'not ours' } };
  });
  const ask = async (certificates: ReadonlyMap<string, string>, requestTimeoutMs = 30_000) => {
    const known = new Map<string, RenewalAdvice>();
    const signal = new AbortController().signal;
    const settings = { requestTimeoutMs, signal, clock: systemClock };
    await askRenewalInfo(authority, certificates, settings, (id, advice) => known.set(id, advice));
    return known;
  };
  return { asked, ask, directory: authority.directory };
}

test('[C51] a certificate is called as in the example of RFC 9773; one that does not say whose it is has no name', async () => {
  assert.equal(formatRenewalId(EXAMPLE), EXAMPLE_ID);
  const own = await makeSelfSigned('localhost', Date.now() - HOUR_MS, Date.now() + HOUR_MS);
  assert.equal(formatRenewalId(own.certificate), undefined);
});

test('[C51] an authority is asked for its window; what is not its own it does not know', async (t) => {
  const { ask, asked, directory } = await openAuthority(t);
  const foreign = await (await createAuthority()).sign(['mail.example.org']);
  const nowMs = Date.now();
  const known = await ask(
    new Map([
      ['example.com', EXAMPLE],
      ['example.org', foreign.pem],
    ]),
  );
  assert.deepEqual([...known.keys()], ['example.com']);
  const { askAgainMs = 0, ...advice } = known.get('example.com') ?? {};
  assert.deepEqual(advice, {
    authority: directory,
    renewalId: EXAMPLE_ID,
    window: { startMs: Date.UTC(2026, 10, 25), endMs: Date.UTC(2026, 10, 27) },
    explanation: undefined,
  });
  assert.ok(askAgainMs >= nowMs + 6 * HOUR_MS);
  assert.equal(asked[0], '/dir');
});

test('[C51] one without renewal information is not asked further; one that stalls is left in time', async (t) => {
  const without = await openAuthority(t, { offers: false });
  assert.equal((await without.ask(new Map([['example.com', EXAMPLE]]))).size, 0);
  assert.deepEqual(without.asked, ['/dir']);
  const stalling = await openAuthority(t, { stalls: true });
  await assert.rejects(stalling.ask(new Map([['example.com', EXAMPLE]]), 500), /did not answer in time/);
});

test('[C51] megabytes are not read, and what is no window is none', async (t) => {
  const certificates = new Map([['example.com', EXAMPLE]]);
  const endless = await openAuthority(t, { body: 'x'.repeat(2_000_000) });
  await assert.rejects(endless.ask(certificates), /more than 65536 octets/);
  for (const body of ['', '<html>', '[]', '{"suggestedWindow": {}}']) {
    assert.equal((await (await openAuthority(t, { body })).ask(certificates)).size, 0, body);
  }
});
