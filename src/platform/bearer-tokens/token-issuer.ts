// One issuer whose tokens are believed: signed by a key of its set with an algorithm that the settings allow, for us, of now.
// RFC 7519 §4.1, RFC 8725 §3.1 (the algorithm is ours to choose, never the token's), §3.8 and §3.9 (issuer and audience).

import { WorldError } from '#base/world-error.ts';
import type { TokenVerdict } from '#mail/ports/bearer-token-verifier.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { FindKey, KeySet } from './key-set.ts';
import { type IssuerSettings, judgeClaims, type Refused, refused } from './token-claims.ts';

/** jose's codes, in our words. */
const REASONS: Readonly<Record<string, string>> = {
  ERR_JWS_SIGNATURE_VERIFICATION_FAILED: 'token-bad-signature',
  ERR_JOSE_ALG_NOT_ALLOWED: 'token-algorithm-refused',
  ERR_JWKS_NO_MATCHING_KEY: 'token-key-unknown',
  ERR_JWKS_MULTIPLE_MATCHING_KEYS: 'token-names-no-key',
};

/** What only time has done, or will mend: the signature was right. */
const CLAIM_REASONS: Readonly<Record<string, string>> = {
  aud: 'token-for-others',
  exp: 'token-without-end',
  nbf: 'token-not-yet-valid',
};

export class TokenIssuer {
  readonly settings: IssuerSettings;
  readonly #keys: KeySet;
  readonly #clock: Clock;

  constructor(settings: IssuerSettings, keys: KeySet, clock: Clock) {
    this.settings = settings;
    this.#keys = keys;
    this.#clock = clock;
  }

  async judge(token: string): Promise<TokenVerdict> {
    try {
      const find = await this.#keys.current();
      const verdict = await this.#judgeWith(find, token);
      if (verdict.kind !== 'refused' || verdict.reason !== 'token-key-unknown') return verdict;
      const newer = await this.#keys.newer(find);
      return newer === undefined ? verdict : await this.#judgeWith(newer, token);
    } catch (failure) {
      if (failure instanceof WorldError) return { kind: 'unavailable' };
      throw failure;
    }
  }

  async #judgeWith(find: FindKey, token: string): Promise<TokenVerdict> {
    const { issuer, audience, algorithms, clockSkewMs } = this.settings;
    const { jwtVerify } = await import('jose');
    try {
      const { payload } = await jwtVerify(token, find, {
        ...{ issuer, audience: [...audience], algorithms: [...algorithms], requiredClaims: ['exp'] },
        clockTolerance: clockSkewMs / 1000,
        currentDate: new Date(this.#clock.nowMs()),
      });
      return judgeClaims(payload, this.settings);
    } catch (failure) {
      return judgeFailure(failure);
    }
  }
}

/** Whatever a key or a token does to the library is the token's fault. */
function judgeFailure(failure: unknown): Refused {
  const { code, claim } = describe(failure);
  if (code === 'ERR_JWT_EXPIRED') return refused('token-expired', true);
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED') {
    return refused(CLAIM_REASONS[claim] ?? 'token-claims-wrong', claim === 'nbf');
  }
  return refused(REASONS[code] ?? 'token-malformed');
}

function describe(failure: unknown): { code: string; claim: string } {
  const { code, claim } = Object(failure) as { code?: unknown; claim?: unknown };
  return { code: String(code), claim: String(claim) };
}
