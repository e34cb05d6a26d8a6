// Logging in, the same for every door: which mechanisms are offered, what an attempt may cost, how it ends. RFC 4422,
// RFC 8314 §3.

import type { IpNetwork } from '#base/ip-network.ts';
import { DEFAULT_LOGIN_LIMITS, type LoginLimits, offersLogin } from '#mail/policy/login.ts';
import type { Authenticator } from '#mail/ports/authenticator.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { LimitStatus } from '#mail/ports/status-source.ts';
import { isIdentity, isPassword } from '#protocols/sasl/identity.ts';
import {
  findSaslMechanism,
  isNamed,
  type MechanismName,
  SASL_MECHANISMS,
  type SaslMechanism,
  USUAL_MECHANISMS,
} from '#protocols/sasl/mechanisms.ts';
import { NO_TOKEN_HINTS } from '#protocols/sasl/token-refusal.ts';
import { LoginAttempt, type TokenLogin } from './attempt.ts';
import type { Login, LoginContext, LoginExchange, LoginStep } from './exchange.ts';
import { SaslExchange } from './sasl-exchange.ts';
import { LoginThrottle } from './throttle.ts';

const NONCE_OCTETS = 18;
const MARK_KEY_OCTETS = 32;
const SALT_OCTETS = 16;
/** IMAP LOGIN and USER/PASS are PLAIN in other clothes; Dovecot calls them so too. */
const PASSWORD_COMMAND = 'PLAIN';

export interface LoginDependencies {
  readonly authenticator: Authenticator;
  /** Where issuers of tokens are known. */
  readonly tokens?: TokenLogin;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly journeys: JourneyLog;
  /** Waits; refusals are held back by it. */
  readonly delay: (ms: number) => Promise<void>;
  readonly scram: {
    /** Lives as long as the accounts do: the keys of accounts that are not there must not change at a restart. */
    readonly decoySecret: Buffer;
    /** As many as real keys have. */
    readonly iterations: number;
  };
  readonly limits?: LoginLimits;
  /** Those of the settings, which may change; where nothing is said, the usual ones. */
  readonly mechanisms?: () => readonly MechanismName[];
  /** Networks that are never slowed down as a whole: this server itself, and those of its own people. */
  readonly exceptions?: readonly IpNetwork[];
}

/** For whoever runs the server. */
export interface ObservedLogin extends Login {
  /** Who has to wait now, after failures. */
  limited(): readonly LimitStatus[];
}

export function createLogin(dependencies: LoginDependencies): ObservedLogin {
  const { clock, randomness, scram, limits = DEFAULT_LOGIN_LIMITS, exceptions = [] } = dependencies;
  const { tokens, mechanisms = () => USUAL_MECHANISMS } = dependencies;
  const throttle = new LoginThrottle({ clock, limits, exceptions, markKey: randomness.bytes(MARK_KEY_OCTETS) });
  const attempts = { ...dependencies, throttle, refusalDelayMs: limits.refusalDelayMs };
  const decoy = { secret: scram.decoySecret, saltOctets: SALT_OCTETS, iterations: scram.iterations };
  const freshNonce = () => randomness.bytes(NONCE_OCTETS).toString('base64');

  /** A login can be bound only to a connection that ends here. */
  const offeredTo = (context: LoginContext): readonly SaslMechanism[] => {
    if (!offersLogin(context)) return [];
    const names = mechanisms();
    return SASL_MECHANISMS.filter((mechanism) => {
      const { proof } = mechanism;
      if (!isNamed(names, mechanism)) return false;
      if (proof === 'channel') return context.channelBinding !== undefined;
      return proof !== 'token' || tokens?.hints !== undefined;
    });
  };

  return {
    limited: () => throttle.limited(),

    mechanisms: (context) => offeredTo(context).map(({ name }) => name),

    begin(name: string, context: LoginContext): LoginExchange {
      const offered = offeredTo(context);
      const known = findSaslMechanism(name);
      const mechanism = known && offered.includes(known) ? known : undefined;
      const attempt = new LoginAttempt(attempts, context, mechanism?.name ?? name.toUpperCase());
      if (mechanism === undefined) return { next: () => attempt.refuse('mechanism-unknown') };
      const channelBinding = offered.some(({ proof }) => proof === 'channel') ? context.channelBinding : undefined;
      const first = mechanism.start({ freshNonce, channelBinding, tokenHints: tokens?.hints ?? NO_TOKEN_HINTS });
      return new SaslExchange(first, attempt, decoy);
    },

    async password(login: string, password: string, context: LoginContext): Promise<LoginStep> {
      const attempt = new LoginAttempt(attempts, context, PASSWORD_COMMAND);
      if (!offersLogin(context) || !mechanisms().includes(PASSWORD_COMMAND)) return attempt.refuse('mechanism-unknown');
      if (!isIdentity(login) || !isPassword(password)) return attempt.refuse('malformed');
      const checked = await attempt.checkPassword(login, password);
      return checked.ok ? attempt.accept(checked.value, '', undefined) : checked.error;
    },
  };
}
