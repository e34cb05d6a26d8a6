// Tokens that other servers issued, and whose word is believed here: the settings name each issuer, and where its public keys
// lie. Which of them a token is of, it says itself; nothing else that it says is believed before its signature is.

import { readFile } from 'node:fs/promises';
import { WorldError } from '#base/world-error.ts';
import type { BearerTokenVerifier, TokenVerdict } from '#mail/ports/bearer-token-verifier.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { TokenHints } from '#protocols/sasl/token-refusal.ts';
import { type FetchLimits, fetchJson } from './fetch-json.ts';
import { IntrospectingIssuer, type IntrospectionSettings } from './introspecting-issuer.ts';
import { KeySet, type KeySetLimits } from './key-set.ts';
import { type IssuerSettings, refused } from './token-claims.ts';
import { TokenIssuer } from './token-issuer.ts';

export interface IssuerSource extends IssuerSettings {
  /** Where its public keys are, an address or a file; or who is asked about each token. */
  readonly proof:
    | { readonly keysUri: string }
    | { readonly keysFile: string }
    | { readonly introspection: IntrospectionSettings };
}

export interface BearerTokenSettings {
  readonly issuers: readonly IssuerSource[];
  readonly keySets: KeySetLimits;
  readonly fetches: FetchLimits;
}

export interface BearerTokens extends BearerTokenVerifier {
  /** `undefined` where no issuer is known. */
  readonly hints: TokenHints | undefined;
  /** Keys of issuers that stay as they were are not fetched again, and are believed as long as before. */
  change(settings: BearerTokenSettings): void;
}

export interface BearerTokenWorld {
  /** Tokens say when they hold. */
  readonly clock: Clock;
  /** Never set: how old keys are. */
  readonly steadyClock: Clock;
  readonly log: Log;
}

export function openBearerTokens(settings: BearerTokenSettings, world: BearerTokenWorld): BearerTokens {
  const opened = new OpenTokens(world);
  opened.change(settings);
  return opened;
}

interface OpenIssuer {
  /** All that the settings say of it. */
  readonly written: string;
  readonly issuer: TokenIssuer | IntrospectingIssuer;
}

class OpenTokens implements BearerTokens {
  readonly #world: BearerTokenWorld;
  #issuers: ReadonlyMap<string, OpenIssuer> = new Map();
  hints: TokenHints | undefined;

  constructor(world: BearerTokenWorld) {
    this.#world = world;
  }

  change(settings: BearerTokenSettings): void {
    const { issuers, ...limits } = settings;
    const opened = issuers.map((source): [string, OpenIssuer] => {
      const written = JSON.stringify([source, limits]);
      const known = this.#issuers.get(source.issuer);
      const isKept = known?.written === written;
      return [source.issuer, isKept ? known : { written, issuer: this.#open(source, settings) }];
    });
    this.#issuers = new Map(opened);
    this.hints = issuers[0] && hintsOf(issuers[0]);
  }

  async verify(token: string) {
    const named = await issuerOf(token);
    const issuer = named === undefined ? undefined : this.#issuers.get(named)?.issuer;
    if (issuer !== undefined) return await issuer.judge(token);
    return named === undefined ? await this.#judgeOpaque(token) : refused('token-of-unknown-issuer');
  }

  /** Only those can tell whose it is who can read it: the first that knows it decides. */
  async #judgeOpaque(token: string): Promise<TokenVerdict> {
    let verdict: TokenVerdict = refused('token-malformed');
    for (const { issuer } of this.#issuers.values()) {
      if (!(issuer instanceof IntrospectingIssuer)) continue;
      verdict = await issuer.judge(token);
      if (verdict.kind !== 'refused' || verdict.reason !== 'token-inactive') return verdict;
    }
    return verdict;
  }

  #open(source: IssuerSource, { keySets, fetches }: BearerTokenSettings): TokenIssuer | IntrospectingIssuer {
    const { clock, steadyClock, log } = this.#world;
    const { proof } = source;
    if ('introspection' in proof) return new IntrospectingIssuer(source, proof.introspection, { clock, log, fetches });
    const keySet = new KeySet(keySets, {
      clock: steadyClock,
      fetchKeys: () =>
        'keysUri' in proof ? fetchJson(proof.keysUri, fetches) : readKeys(proof.keysFile, fetches.mostOctets),
      reportFailure: (failure) => log.write('warn', 'oauth', `keys of ${source.issuer}: ${failure.message}`),
    });
    return new TokenIssuer(source, keySet, clock);
  }
}

/** Not believed yet; `undefined` where it is no JSON Web Token, or names none. */
async function issuerOf(token: string): Promise<string | undefined> {
  const { decodeJwt } = await import('jose');
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

/** OpenID Connect Discovery 1.0 §4: below the issuer's own address. */
function hintsOf({ issuer, scope }: IssuerSource): TokenHints {
  const openidConfiguration = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  return { openidConfiguration, ...(scope !== '' && { scope }) };
}

async function readKeys(file: string, mostOctets: number): Promise<unknown> {
  try {
    const text = await readFile(file, 'utf8');
    if (Buffer.byteLength(text) > mostOctets) throw new Error(`the file has more than ${mostOctets} octets`);
    return JSON.parse(text);
  } catch (cause) {
    throw new WorldError(`read ${file}`, { transient: true, cause });
  }
}
