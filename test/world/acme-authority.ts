// A certificate authority that speaks ACME as far as a test says: on loopback, under TLS, believing everything. RFC 8555 §6.

import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';

const HOUR_MS = 3_600_000;

export interface AuthorityRequest {
  readonly path: string;
  /** Of everything that is not public: who signed it, and what was asked, as JSON; else empty. */
  readonly header: string;
  readonly payload: string;
  /** What its addresses begin with. */
  readonly origin: string;
}

export interface AuthorityAnswer {
  /** 200 where nothing is said. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it stands, everything else as JSON. */
  readonly body: string | object;
}

export interface AcmeAuthority {
  /** Where its directory is. */
  readonly directory: string;
  /** The certificate that proves it. */
  readonly trusted: string;
}

/** Until the test ends. `never`: no answer comes. */
export async function openAcmeAuthority(
  t: TestContext,
  answer: (request: AuthorityRequest) => AuthorityAnswer | 'never',
): Promise<AcmeAuthority> {
  const nowMs = Date.now();
  const own = await makeSelfSigned('localhost', nowMs - HOUR_MS, nowMs + HOUR_MS);
  let origin = '';
  const server = createServer({ cert: own.certificate, key: own.secretKey }, async (request, response) => {
    const answered = answer({ path: request.url ?? '', origin, ...readSigned(await text(request)) });
    if (answered === 'never') return;
    const { status = 200, headers, body } = answered;
    const isText = typeof body === 'string';
    const usual = { 'replay-nonce': 'n', 'content-type': isText ? 'text/plain' : 'application/json' };
    response.writeHead(status, { ...usual, ...headers });
    response.end(request.method === 'HEAD' ? undefined : isText ? body : JSON.stringify(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { directory: `${origin}/dir`, trusted: own.certificate };
}

/** A flattened JSON Web Signature, which nobody checks. */
function readSigned(body: string): Pick<AuthorityRequest, 'header' | 'payload'> {
  if (body === '') return { header: '', payload: '' };
  const { protected: header, payload } = JSON.parse(body) as { readonly protected: string; readonly payload: string };
  return { header: decode(header), payload: decode(payload) };
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString();
}
