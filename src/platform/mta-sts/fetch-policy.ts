// Fetches a domain's policy: over HTTPS from the one place where it may stand, with a certificate that is valid for it. A
// redirect is no policy, nor is what comes too slowly, too long, or as something else than text. RFC 8461 §3.3.

import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { createSecureContext } from 'node:tls';
import { err, ok, type Result } from '#base/result.ts';
import { parseStsPolicy, type StsPolicy } from '#mail/mta-sts/policy.ts';
import type { StsFailure } from '#mail/ports/sts-policies.ts';
import { type FindAddresses, fixedLookup } from '../sockets/known-addresses.ts';

export interface FetchFailure {
  readonly failure: StsFailure;
  readonly text: string;
}

export interface FetchSettings {
  /** 443; another in a lab. */
  readonly port: number;
  /** PEM certificates of the authorities that may vouch for policy hosts. */
  readonly authorities: readonly string[];
  /** For all of it: `mta_sts_fetch_timeout`. */
  readonly timeoutMs: number;
  /** `mta_sts_policy_size_limit` */
  readonly policySizeLimit: number;
}

export async function fetchStsPolicy(
  settings: FetchSettings,
  findAddresses: FindAddresses,
  domain: string,
  ending?: AbortSignal,
): Promise<Result<StsPolicy, FetchFailure>> {
  const host = `mta-sts.${domain}`;
  const addresses = await findAddresses(host);
  if (!addresses.ok) return err({ failure: 'sts-policy-fetch-error', text: addresses.error });
  const text = await fetchText(settings, host, addresses.value, ending);
  if (!text.ok) return text;
  const policy = parseStsPolicy(text.value);
  return policy.ok ? policy : err({ failure: 'sts-policy-invalid', text: policy.error });
}

export function fetchText(
  { port, authorities, timeoutMs, policySizeLimit }: FetchSettings,
  host: string,
  addresses: readonly string[],
  ending?: AbortSignal,
): Promise<Result<string, FetchFailure>> {
  return new Promise((resolve) => {
    const late = AbortSignal.timeout(timeoutMs);
    const signal = ending === undefined ? late : AbortSignal.any([late, ending]);
    const fail = (error: Error) => resolve(err(late.aborted ? fetchError('it took too long') : explain(error)));
    const asked = request(
      {
        host,
        port,
        path: '/.well-known/mta-sts.txt',
        servername: host,
        headers: { host, accept: 'text/plain', 'user-agent': 'Valija' },
        lookup: fixedLookup(addresses),
        agent: agentOf(authorities),
        signal,
      },
      (answer) => {
        readAnswer(answer, policySizeLimit).then(resolve, fail);
      },
    );
    asked.on('error', fail);
    asked.end();
  });
}

/** To read all that we trust takes milliseconds: once for each list. */
const AGENTS = new WeakMap<readonly string[], Agent>();

function agentOf(authorities: readonly string[]): Agent {
  const known = AGENTS.get(authorities);
  if (known !== undefined) return known;
  const secureContext = createSecureContext({ ca: [...authorities], minVersion: 'TLSv1.2' });
  const agent = new Agent({ secureContext, keepAlive: false, maxCachedSessions: 0 });
  AGENTS.set(authorities, agent);
  return agent;
}

async function readAnswer(answer: IncomingMessage, limit: number): Promise<Result<string, FetchFailure>> {
  try {
    if (answer.statusCode !== 200) return err(fetchError(`the answer is ${answer.statusCode}`));
    const type = (answer.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
    if (type !== 'text/plain') return err(fetchError(`the policy is ${type || 'of no type'}, not text/plain`));
    const pieces: Buffer[] = [];
    let octets = 0;
    for await (const piece of answer as AsyncIterable<Buffer>) {
      octets += piece.length;
      if (octets > limit) return err(fetchError(`the policy is longer than ${limit} octets`));
      pieces.push(piece);
    }
    return ok(Buffer.concat(pieces).toString('utf8'));
  } finally {
    answer.destroy();
  }
}

function explain(error: Error & { readonly code?: string }): FetchFailure {
  const isOfCertificate = CERTIFICATE_ERROR.test(error.code ?? '');
  return isOfCertificate ? { failure: 'sts-webpki-invalid', text: error.message } : fetchError(error.message);
}

/** OpenSSL's names for what is wrong with a chain, and Node's for what is wrong with its names. */
const CERTIFICATE_ERROR =
  /^(?:ERR_TLS_CERT|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE)/;

function fetchError(text: string): FetchFailure {
  return { failure: 'sts-policy-fetch-error', text };
}
