// Logging in, put together: whose passwords, keys and tokens are believed, and what each try may cost.

import { setTimeout as delay } from 'node:timers/promises';
import type { IpNetwork } from '#base/ip-network.ts';
import { createLogin, type ObservedLogin } from '#mail/login/login.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import {
  type BearerTokenSettings,
  type IssuerSource,
  openBearerTokens,
} from '#platform/bearer-tokens/open-bearer-tokens.ts';
import type { Config } from '#platform/config/schema.ts';
import { keptSecret } from '#platform/files/kept-secret.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { SCRAM_ITERATIONS } from '#platform/passwords/scram-sha-256.ts';
import type { People } from './people.ts';

export interface LoginSurroundings {
  readonly people: People;
  readonly log: Log;
  readonly journeyLog: JourneyLog;
  readonly exceptions: readonly IpNetwork[];
  /** Made when missing. */
  readonly secretFile: string;
}

export interface Logins {
  readonly login: ObservedLogin;
  /** Mechanisms and issuers of tokens, and nothing else. */
  change(config: Config): void;
}

export function openLogins(config: Config, surroundings: LoginSurroundings): Logins {
  const { people, log, journeyLog, exceptions, secretFile } = surroundings;
  let mechanisms = config.auth_mechanisms;
  const tokens = openBearerTokens(tokenSettings(config), { clock: systemClock, steadyClock, log });
  const login = createLogin({
    authenticator: people.authenticator,
    tokens: {
      verifier: tokens,
      findAccount: (name) => people.directory.findAccount(name),
      get hints() {
        return tokens.hints;
      },
    },
    mechanisms: () => mechanisms,
    clock: steadyClock,
    randomness: systemRandomness,
    log,
    journeys: journeyLog,
    delay: (ms) => delay(ms),
    exceptions,
    scram: { decoySecret: keptSecret(secretFile), iterations: SCRAM_ITERATIONS },
  });
  const change = (after: Config) => {
    mechanisms = after.auth_mechanisms;
    tokens.change(tokenSettings(after));
  };
  return { login, change };
}

function tokenSettings(config: Config): BearerTokenSettings {
  return {
    issuers: config.oauth_issuer.map((entry) => ({
      issuer: entry.issuer,
      audience: entry.audience,
      algorithms: entry.algorithms,
      usernameClaim: entry.username_claim,
      scope: entry.scope,
      clockSkewMs: config.oauth_clock_skew,
      proof: proofOf(entry),
    })),
    keySets: {
      refreshMs: config.oauth_keys_refresh_interval,
      believedMs: config.oauth_keys_lifetime,
      pauseMs: config.oauth_keys_retry_delay,
      mostKeys: config.oauth_key_limit,
    },
    fetches: { timeoutMs: config.oauth_fetch_timeout, mostOctets: config.oauth_fetch_size_limit },
  };
}

/** One of the three is there: the settings are refused otherwise. */
function proofOf(entry: Config['oauth_issuer'][number]): IssuerSource['proof'] {
  const { jwks_uri, jwks_file = '', introspection_uri, introspection_client_id, introspection_client_secret } = entry;
  if (jwks_uri !== undefined) return { keysUri: jwks_uri };
  if (introspection_uri === undefined) return { keysFile: jwks_file };
  const [clientId, clientSecret] = [introspection_client_id ?? '', introspection_client_secret ?? ''];
  return { introspection: { uri: introspection_uri, clientId, clientSecret } };
}
