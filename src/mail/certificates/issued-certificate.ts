// Whether what an authority issued is what was asked for. One that lies, errs, or was replaced by somebody on the way is
// not believed: the certificate in use stays.

import type { CertificateFacts } from './certificate-facts.ts';
import { coversHost } from './host-name.ts';

/** A clock that is a little late must not refuse a certificate of this minute. */
const CLOCK_TOLERANCE_MS = 3_600_000;

/** What is wrong with it; none where it is good. That the key belongs to it is checked before. */
export function findIssueMistake(
  { names, fromMs, untilMs }: CertificateFacts,
  wanted: readonly string[],
  nowMs: number,
): string | undefined {
  const missing = wanted.filter((name) => !coversHost(names, name));
  if (missing.length > 0) return `it is not for ${missing.join(', ')}`;
  const foreign = names.filter((name) => !wanted.includes(name));
  if (foreign.length > 0) return `it is for names that nobody asked for: ${foreign.join(', ')}`;
  if (untilMs <= nowMs) return 'it has expired already';
  if (fromMs > nowMs + CLOCK_TOLERANCE_MS) return 'it is not valid yet; is the clock of this machine right?';
  return undefined;
}
