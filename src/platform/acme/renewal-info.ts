// Asks an authority when it wants certificates to be renewed. RFC 9773 §4. Whose certificate it is nobody has noted: one
// authority after the other is asked, and who knows it answers. No account is needed for it, nor the library that orders need.

import type { IncomingMessage } from 'node:http';
import { Agent, get } from 'node:https';
import { rootCertificates } from 'node:tls';
import { advicePauseMs, parseRenewalInfo, type RenewalAdvice } from '#mail/certificates/renewal-advice.ts';
import type { Clock } from '#mail/ports/clock.ts';
import { readCertificateFields } from '../tls/certificate-fields.ts';
import { readRetryAfter } from './acme-problem.ts';
import type { Authority } from './authority-client.ts';

export interface RenewalInfoSettings {
  readonly requestTimeoutMs: number;
  /** The end of all requests. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Of directories and windows alike: they have some hundred. */
const LONGEST_ANSWER_OCTETS = 65_536;

/** Of `certificates` (PEM) by what they are called here, `hear` hears of those that the authority knows. Throws where it fails. */
export async function askRenewalInfo(
  { directory, trusted }: Pick<Authority, 'directory' | 'trusted'>,
  certificates: ReadonlyMap<string, string>,
  settings: RenewalInfoSettings,
  hear: (id: string, advice: RenewalAdvice) => void,
): Promise<void> {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 1,
    ...(trusted !== undefined && { ca: [...rootCertificates, trusted] }),
  });
  try {
    const { renewalInfo } = Object((await ask(directory, agent, settings)).body) as { readonly renewalInfo?: unknown };
    if (typeof renewalInfo !== 'string' || !URL.canParse(renewalInfo)) return;
    for (const [id, certificate] of certificates) {
      const renewalId = formatRenewalId(certificate);
      if (renewalId === undefined) continue;
      const { body, retryAfter } = await ask(`${renewalInfo.replace(/\/$/, '')}/${renewalId}`, agent, settings);
      const info = parseRenewalInfo(body);
      const nowMs = settings.clock.nowMs();
      const askAgainMs = nowMs + advicePauseMs(readRetryAfter(retryAfter, nowMs));
      if (info.ok) hear(id, { ...info.value, authority: directory, renewalId, askAgainMs });
    }
  } finally {
    agent.destroy();
  }
}

/** What it is called: whose key signed it, and its number. RFC 9773 §4.1; none where it does not tell whose. */
export function formatRenewalId(certificate: string): string | undefined {
  const { authorityKeyId, serialNumber } = readCertificateFields(certificate);
  if (authorityKeyId === undefined) return undefined;
  return `${authorityKeyId.toString('base64url')}.${serialNumber.toString('base64url')}`;
}

interface Answer {
  /** `undefined` where there is none, or no JSON. */
  readonly body: unknown;
  readonly retryAfter: string | undefined;
}

async function ask(url: string, agent: Agent, { requestTimeoutMs, signal }: RenewalInfoSettings): Promise<Answer> {
  const late = AbortSignal.timeout(requestTimeoutMs);
  try {
    const options = { agent, headers: { 'user-agent': 'Valija' }, signal: AbortSignal.any([late, signal]) };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      get(url, options, resolve).once('error', reject);
    });
    const text = await readText(answer);
    return { body: answer.statusCode === 200 ? readJson(text) : undefined, retryAfter: answer.headers['retry-after'] };
  } catch (error) {
    throw late.aborted ? new Error('it did not answer in time', { cause: error }) : error;
  }
}

async function readText(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let octets = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    octets += piece.length;
    if (octets > LONGEST_ANSWER_OCTETS) throw new Error(`it answers with more than ${LONGEST_ANSWER_OCTETS} octets`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
