// One ARC set, by which a server that passes mail on says what it has found out of it: the results, a signature over the message
// as it leaves, and a seal over the results and signatures of all sets. RFC 8617 §4.1.

import type { SigningAlgorithm } from './algorithm.ts';
import { foldTags } from './signature-field.ts';

export interface ArcSetTags {
  /** `i=`; the first is 1. */
  readonly instance: number;
  readonly algorithm: SigningAlgorithm;
  readonly domain: string;
  readonly selector: string;
  readonly sealedAtSeconds: number;
}

/** With an empty `b=` and without the last line end, as `completeField` wants it. RFC 8617 §4.1.2. */
export function formatUnsignedArcSignature(
  { instance, ...tags }: ArcSetTags,
  { signedNames, bodyHash }: { readonly signedNames: readonly string[]; readonly bodyHash: Buffer },
): string {
  return foldTags([
    `ARC-Message-Signature: i=${instance}; `,
    `a=${tags.algorithm}; `,
    'c=relaxed/relaxed; ',
    ...signerTags(tags),
    'h=',
    ...signedNames.map((name, at) => `${name}${at < signedNames.length - 1 ? ':' : '; '}`),
    `bh=${bodyHash.toString('base64')};`,
  ]);
}

/** `chain`: what the sets that were there are worth. RFC 8617 §4.1.3. */
export function formatUnsignedArcSeal({ instance, ...tags }: ArcSetTags, chain: 'none' | 'pass'): string {
  const own = [`ARC-Seal: i=${instance}; `, `a=${tags.algorithm}; `, `cv=${chain}; `];
  return foldTags([...own, ...signerTags(tags)]);
}

function signerTags({ domain, selector, sealedAtSeconds }: Omit<ArcSetTags, 'instance'>): readonly string[] {
  return [`d=${domain}; `, `s=${selector}; `, `t=${sealedAtSeconds}; `];
}
