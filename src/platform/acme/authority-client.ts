// The connection to one authority, for the time of one order. The library keeps its settings for all requests in one place,
// so that orders go one after the other: `withAuthority` is called by one at a time.

import { Agent } from 'node:https';
import { rootCertificates } from 'node:tls';
import { axios, Client } from 'acme-client';
import type { Clock } from '#mail/ports/clock.ts';
import { readProblem } from './acme-problem.ts';

export interface Authority {
  /** Its directory, RFC 8555 §7.1.1. */
  readonly directory: string;
  /** PEM certificates that are trusted besides the usual ones. */
  readonly trusted: string | undefined;
  /** An account that exists there already. RFC 8555 §7.3.4. */
  readonly external: { readonly kid: string; readonly hmacKey: string } | undefined;
}

export interface ConnectionSettings {
  /** PEM. */
  readonly accountKey: string;
  readonly requestTimeoutMs: number;
  /** The end of all requests of the order. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Chains have some ten kilobytes. */
const LONGEST_RESPONSE_OCTETS = 1_048_576;
/** The library's five are few where a busy authority forgets its nonces. RFC 8555 §6.5. */
const MOST_BAD_NONCES = 20;

const BAD_NONCE = 'badNonce';

// The library tries again for minutes what an authority that is down does not answer; there may be another one.
axios.interceptors.request.clear();
axios.interceptors.response.clear();

export async function withAuthority<T>(
  { directory, trusted, external }: Authority,
  { accountKey, requestTimeoutMs, signal, clock }: ConnectionSettings,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const httpsAgent = new Agent({ ca: trusted === undefined ? [...rootCertificates] : [...rootCertificates, trusted] });
  const refusals = axios.interceptors.response.use((response) => {
    const problem =
      response.status < 400 ? undefined : readProblem(response.data, response.headers['retry-after'], clock.nowMs());
    if (problem !== undefined && problem.kind !== BAD_NONCE) throw problem;
    return response;
  });
  Object.assign(axios.defaults, {
    httpsAgent,
    signal,
    timeout: requestTimeoutMs,
    maxContentLength: LONGEST_RESPONSE_OCTETS,
    maxRedirects: 0,
  });
  try {
    const client = new Client({
      directoryUrl: directory,
      accountKey,
      ...(external === undefined ? {} : { externalAccountBinding: external }),
    });
    allowBadNonces(client);
    return await work(client);
  } finally {
    axios.interceptors.response.eject(refusals);
    httpsAgent.destroy();
  }
}

/** A number that the library has in no option. */
function allowBadNonces(client: Client): void {
  const { http } = client as unknown as { readonly http: { maxBadNonceRetries: number } };
  http.maxBadNonceRetries = MOST_BAD_NONCES;
}
