// An issuer that is asked about each token, because only it can read them (RFC 7662): what it says of an active one is judged
// as the claims of a token that we could read. RFC 7662 §2.2: what it leaves out does not limit the token.

import { WorldError } from '#base/world-error.ts';
import type { TokenVerdict } from '#mail/ports/bearer-token-verifier.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import { type FetchLimits, fetchJson } from './fetch-json.ts';
import { type Claims, type IssuerSettings, judgeClaims, refused, words } from './token-claims.ts';

export interface IntrospectionSettings {
  readonly uri: string;
  /** Who we are to the issuer. */
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface IntrospectionWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly fetches: FetchLimits;
}

export class IntrospectingIssuer {
  readonly settings: IssuerSettings;
  readonly #introspection: IntrospectionSettings;
  readonly #world: IntrospectionWorld;

  constructor(settings: IssuerSettings, introspection: IntrospectionSettings, world: IntrospectionWorld) {
    this.settings = settings;
    this.#introspection = introspection;
    this.#world = world;
  }

  async judge(token: string): Promise<TokenVerdict> {
    try {
      const claims = await this.#ask(token);
      return claims['active'] === true ? this.#judgeActive(claims) : refused('token-inactive');
    } catch (failure) {
      if (!(failure instanceof WorldError)) throw failure;
      this.#world.log.write('warn', 'oauth', `introspection by ${this.settings.issuer}: ${failure.message}`);
      return { kind: 'unavailable' };
    }
  }

  #judgeActive(claims: Claims): TokenVerdict {
    const { issuer, audience, clockSkewMs } = this.settings;
    const { iss, aud, exp, nbf } = claims;
    const nowMs = this.#world.clock.nowMs();
    if (iss !== undefined && iss !== issuer) return refused('token-of-unknown-issuer');
    if (aud !== undefined && !words(aud).some((one) => audience.includes(one))) return refused('token-for-others');
    if (typeof exp === 'number' && exp * 1000 + clockSkewMs <= nowMs) return refused('token-expired', true);
    if (typeof nbf === 'number' && nbf * 1000 - clockSkewMs > nowMs) return refused('token-not-yet-valid', true);
    return judgeClaims(claims, this.settings);
  }

  /** The token goes into the body, which no server keeps in its log. RFC 7662 §2.1 */
  async #ask(token: string): Promise<Claims> {
    const { uri, clientId, clientSecret } = this.#introspection;
    const credentials = [clientId, clientSecret].map((text) => encodeURIComponent(text)).join(':');
    const answer = await fetchJson(uri, this.#world.fetches, {
      method: 'POST',
      body: new URLSearchParams({ token, token_type_hint: 'access_token' }),
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
    });
    if (typeof answer === 'object' && answer !== null && 'active' in answer) return answer as Claims;
    throw new WorldError(`ask ${uri}`, { transient: true, cause: new Error('the answer says nothing of the token') });
  }
}
