// The DKIM signatures of a message and its ARC chain: read octet for octet as they come, in bounded memory. RFC 6376,
// RFC 8301, RFC 8463, RFC 8617. What a signature leaves unsigned (`l=`) anybody may have written, so that such a one
// proves nothing.

import { arc } from 'mailauth/lib/arc/index.js';
import {
  type ArcChainEntry,
  type ArcData,
  DkimVerifier,
  type SignatureHeader,
  type SignatureResult,
} from 'mailauth/lib/dkim/dkim-verifier.js';
import type { ArcFinding, ArcSet, DkimFinding, DkimResult } from '#mail/ports/sender-authentication.ts';
import type { DnsQuestions } from './dns-questions.ts';

export interface SignatureLimits {
  /** Signatures that are verified; further ones are counted. */
  readonly signatures: number;
  /** RSA keys below prove nothing. RFC 8301 §3.2. */
  readonly keyBits: number;
}

export interface SignatureFindings {
  /** Alignment is found out later, with the author's policy. */
  readonly dkim: readonly Omit<DkimFinding, 'aligned'>[];
  readonly unverifiedSignatures: number;
  readonly arc: ArcFinding;
  /** The addresses of all From fields. */
  readonly authors: readonly string[];
  readonly fromFields: number;
}

const BEYOND_LIMIT = 'beyond the limit of signatures';

export async function checkSignatures(
  octets: AsyncIterable<Uint8Array>,
  dns: Pick<DnsQuestions, 'resolve'>,
  limits: SignatureLimits,
): Promise<SignatureFindings> {
  const verifier = new BoundedVerifier(dns, limits);
  for await (const chunk of octets) {
    await new Promise<void>((resolve, reject) => {
      verifier.write(chunk, (error) => (error ? reject(error) : resolve()));
    });
    // Without a signature nobody asks what the body says.
    if (verifier.headers !== false && verifier.bodyHashes.size === 0) break;
  }
  await new Promise<void>((resolve, reject) => {
    verifier.once('error', reject).end(resolve);
  });
  const sets = verifier.arc.chain === false ? [] : verifier.arc.chain.map(readSet);
  return {
    dkim: verifier.results.filter(isVerified).map(readSignature),
    unverifiedSignatures: verifier.results.filter(({ status }) => status.comment === BEYOND_LIMIT).length,
    arc: await checkChain(verifier.arc, sets, dns, limits),
    authors: verifier.headerFrom,
    fromFields: verifier.fromFields,
  };
}

class BoundedVerifier extends DkimVerifier {
  readonly #limit: number;
  #seen = 0;

  constructor(dns: Pick<DnsQuestions, 'resolve'>, { signatures, keyBits }: SignatureLimits) {
    super({ resolver: dns.resolve, minBitLength: keyBits, strict: true, sender: 'unused@invalid' });
    this.#limit = signatures;
  }

  override prepareSignature(signature: SignatureHeader): void {
    if (signature.type === 'DKIM' && ++this.#seen > this.#limit) signature.skip = BEYOND_LIMIT;
    else super.prepareSignature(signature);
  }
}

/** mailauth has a result for the message without signatures, too. */
function isVerified({ status }: SignatureResult): boolean {
  return status.result !== 'none' && status.comment !== BEYOND_LIMIT;
}

const RESULTS: ReadonlySet<string> = new Set<DkimResult>(['pass', 'fail', 'policy', 'neutral', 'temperror']);

function readSignature({ signingDomain, selector, algo, status }: SignatureResult): Omit<DkimFinding, 'aligned'> {
  const { header, policy, underSized = 0 } = status;
  const result = RESULTS.has(status.result) ? (status.result as DkimResult) : 'neutral';
  const comment = status.comment || policy?.['dkim-rules'];
  const partial = result === 'pass' && underSized > 0;
  return {
    result: partial ? 'policy' : result,
    domain: (signingDomain ?? '').toLowerCase(),
    selector: selector ?? '',
    algorithm: algo ?? '',
    identity: header?.i || `@${signingDomain ?? ''}`,
    signature: header?.b || '',
    unsignedOctets: underSized,
    reason: partial ? `l= leaves ${underSized} octets unsigned` : comment,
  };
}

async function checkChain(
  data: ArcData,
  sets: readonly ArcSet[],
  dns: Pick<DnsQuestions, 'resolve'>,
  { keyBits }: SignatureLimits,
): Promise<ArcFinding> {
  const { status } = await arc(data, { resolver: dns.resolve, minBitLength: keyBits, strict: true });
  const result = status.result === 'pass' || status.result === 'none' ? status.result : 'fail';
  return { result, sets, reason: result === 'fail' ? status.comment : undefined };
}

/** Read before the chain is verified, which rewrites what it reads. */
function readSet(entry: ArcChainEntry): ArcSet {
  const dmarc = entry['arc-authentication-results']?.parsed?.dmarc;
  return {
    sealer: textOf(entry['arc-seal']?.parsed?.d?.value)?.toLowerCase() ?? '',
    dmarc: textOf(dmarc?.value),
    author: textOf(dmarc?.header?.from)?.toLowerCase(),
  };
}

/** What a stranger wrote may have been parsed into anything. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
