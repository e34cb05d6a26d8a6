// Authorities that lie, stall, or send too much: made up here, for no real one does so on request.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '#platform/machine/clock.ts';
import { openAcmeAuthority } from '../../../test/world/acme-authority.ts';
import { makeSelfSigned } from '../tls/self-signed.ts';
import { ChallengeAnswers } from './challenge-answers.ts';
import { type Obtained, obtainCertificate } from './obtain-certificate.ts';

const NAME = 'mail.valija.test';
const HOUR_MS = 3_600_000;
const nowMs = Date.now();

type Body = string | object | 'never';

interface Falsehood {
  /** Instead of what is usual there. */
  readonly [path: string]: {
    readonly status?: number;
    readonly body: Body;
    readonly retryAfter?: string;
    /** Only for a request in which this text stands. */
    readonly to?: string;
  };
}

interface OrderSettings {
  readonly orderTimeoutMs?: number;
  readonly replaced?: string;
  /** Of the certificate before. */
  readonly secretKey?: string;
  /** What certificates were asked for with, one text for each request. */
  readonly requests?: string[];
  /** What is asked for, one text for each request for an order. */
  readonly orders?: string[];
}

/** Believes everything, checks nothing, and issues what `falsehood` has. */
async function obtainFrom(t: TestContext, falsehood: Falsehood, settings: OrderSettings = {}): Promise<Obtained> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-false-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const usual = (path: string, origin: string): object => {
    const order = {
      status: 'valid',
      authorizations: [`${origin}/authz`],
      finalize: `${origin}/finalize`,
      certificate: `${origin}/cert`,
    };
    const authorization = { status: 'valid', identifier: { type: 'dns', value: NAME }, challenges: [] };
    const directory = { newNonce: `${origin}/nonce`, newAccount: `${origin}/account`, newOrder: `${origin}/order` };
    return (
      { '/dir': directory, '/order': order, '/placed': order, '/finalize': order, '/authz': authorization }[path] ?? {}
    );
  };
  const { directory, trusted } = await openAcmeAuthority(t, ({ path, origin, payload: asked }) => {
    if (path === '/order') settings.orders?.push(asked);
    if (path === '/finalize') settings.requests?.push(asked);
    const lie = falsehood[path];
    const given = lie !== undefined && asked.includes(lie.to ?? '') ? lie : undefined;
    const { status = path === '/order' ? 201 : 200, body = usual(path, origin), retryAfter } = given ?? {};
    const headers = { location: `${origin}/placed`, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) };
    return body === 'never' ? body : { status, headers, body };
  });
  return await obtainCertificate([NAME], {
    clock: systemClock,
    secretKey: settings.secretKey,
    replaced: settings.replaced === undefined ? undefined : { authority: directory, renewalId: settings.replaced },
    contact: undefined,
    requestTimeoutMs: 10_000,
    orderTimeoutMs: settings.orderTimeoutMs ?? 20_000,
    stopped: new AbortController().signal,
    authorities: [{ directory, trusted, external: undefined }],
    challengeTypes: ['http-01'],
    proving: { answers: new ChallengeAnswers(), textRecords: undefined, dnsWaitMs: 0 },
    accountFolder: join(folder, 'accounts'),
    report: () => undefined,
  });
}

function reasonOf(obtained: Obtained): string {
  return obtained.kind === 'failed' ? obtained.reason : 'it was believed';
}

test('[C51] a certificate for another key, and what is none at all, are refused', async (t) => {
  const other = await makeSelfSigned(NAME, nowMs - HOUR_MS, nowMs + HOUR_MS);
  const lie = reasonOf(await obtainFrom(t, { '/cert': { body: other.certificate } }));
  assert.match(lie, /what it issued is not what was asked for: the key does not belong to the certificate/);
  for (const body of ['', 'no certificate', other.certificate.slice(0, 300)]) {
    assert.match(reasonOf(await obtainFrom(t, { '/cert': { body } })), /there is no whole certificate in it/);
  }
});

test('[C51] one that never answers, or never finishes, is left in time', async (t) => {
  for (const path of ['/dir', '/order', '/cert']) {
    assert.match(
      reasonOf(await obtainFrom(t, { [path]: { body: 'never' } }, { orderTimeoutMs: 500 })),
      /did not finish within/,
    );
  }
  const processing = { status: 'processing', authorizations: [], finalize: '', certificate: '' };
  assert.match(
    reasonOf(
      await obtainFrom(
        t,
        { '/finalize': { body: processing }, '/placed': { body: processing } },
        { orderTimeoutMs: 1_500 },
      ),
    ),
    /did not finish/,
  );
});

test('[C51] megabytes, and rubbish, are refused', async (t) => {
  assert.match(reasonOf(await obtainFrom(t, { '/cert': { body: 'x'.repeat(2_000_000) } })), /maxContentLength/);
  for (const body of ['', '<html>', { newNonce: 5 }]) {
    assert.notEqual(reasonOf(await obtainFrom(t, { '/dir': { body } })), 'it was believed');
  }
});

test('[C51] its own words say why, its names which, and its pause is kept', async (t) => {
  const problem = (type: string, more: object = {}) => ({
    type: `urn:ietf:params:acme:error:${type}`,
    detail: 'no\r\nway',
    ...more,
  });
  const limited = await obtainFrom(t, { '/order': { status: 429, body: problem('rateLimited'), retryAfter: '7200' } });
  assert.ok(limited.kind === 'failed');
  assert.match(limited.reason, /no way \(rateLimited\)/);
  assert.equal(limited.retryAfterMs, 7_200_000);
  const subproblems = [{ ...problem('caa'), identifier: { type: 'dns', value: NAME } }];
  const refused = await obtainFrom(t, {
    '/order': { status: 403, body: problem('rejectedIdentifier', { subproblems }) },
  });
  assert.match(reasonOf(refused), /mail\.valija\.test: no way \(caa\)/);
});

test('[C51] an order says which certificate it replaces, and is placed without that where the authority minds', async (t) => {
  const problem = { type: 'urn:ietf:params:acme:error:alreadyReplaced', detail: 'no' };
  const other = await makeSelfSigned(NAME, nowMs - HOUR_MS, nowMs + HOUR_MS);
  const lies = { '/order': { status: 409, body: problem, to: '"replaces"' }, '/cert': { body: other.certificate } };
  const orders: string[] = [];
  const reason = reasonOf(await obtainFrom(t, lies, { replaced: 'key.1', orders }));
  assert.match(reason, /the key does not belong to the certificate/, 'it went on to the end');
  assert.deepEqual(
    orders.map((order) => (JSON.parse(order) as { readonly replaces?: string }).replaces),
    ['key.1', undefined],
  );
});

test('[C51] a key that the authority takes no longer, as one that was compromised, gives way to a new one', async (t) => {
  const { certificate, secretKey } = await makeSelfSigned(NAME, nowMs - HOUR_MS, nowMs + HOUR_MS);
  const refusal = (type: string) => ({
    '/finalize': { status: 400, body: { type: `urn:ietf:params:acme:error:${type}`, detail: 'no' } },
    '/cert': { body: certificate },
  });
  for (const [type, count] of [
    ['badCSR', 2],
    ['badPublicKey', 2],
    ['rateLimited', 1],
  ] as const) {
    const requests: string[] = [];
    const reason = reasonOf(await obtainFrom(t, refusal(type), { secretKey, requests }));
    assert.match(reason, new RegExp(`no \\(${type}\\)`));
    assert.equal(new Set(requests).size, count, type);
  }
  const first: string[] = [];
  await obtainFrom(t, refusal('badCSR'), { requests: first });
  assert.equal(first.length, 1, 'a new key was refused already');
});
