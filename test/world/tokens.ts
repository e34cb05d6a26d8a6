// Tokens in memory: `of.NAME` is genuine, `expired.…` was once, `narrow.…` is good for less, everything else is forged.

import type { BearerTokenVerifier, TokenVerdict } from '#mail/ports/bearer-token-verifier.ts';
import type { TokenHints } from '#protocols/sasl/token-refusal.ts';

export interface MemoryTokens {
  readonly verifier: BearerTokenVerifier;
  readonly hints: TokenHints;
  /** Set it, and nothing is known of any token. */
  outOfReach: boolean;
}

export function memoryTokens(): MemoryTokens {
  const tokens: MemoryTokens = {
    outOfReach: false,
    hints: { scope: 'mail', openidConfiguration: 'https://id.valija.test/.well-known/openid-configuration' },
    verifier: { verify: async (token) => (tokens.outOfReach ? { kind: 'unavailable' } : judge(token)) },
  };
  return tokens;
}

function judge(token: string): TokenVerdict {
  const [kind, name = ''] = token.split('.');
  if (kind === 'of') return { kind: 'genuine', login: name };
  const refused = { kind: 'refused', status: 'invalid_token', outdated: false } as const;
  if (kind === 'expired') return { ...refused, reason: 'token-expired', outdated: true };
  if (kind === 'narrow') return { ...refused, reason: 'token-without-scope', status: 'insufficient_scope' };
  return { ...refused, reason: 'token-bad-signature' };
}
