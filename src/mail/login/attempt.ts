// One try to log in, whatever the door and the mechanism: asks the policy, then the authenticator, and tells the log,
// the journey and the throttle how it ended. No password leaves it.

import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { LoginVerdict } from '#mail/policy/login.ts';
import type { Authenticator, PasswordCheck, ScramAnswer } from '#mail/ports/authenticator.ts';
import type { BearerTokenVerifier, TokenVerdict } from '#mail/ports/bearer-token-verifier.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { LoginRefusal, LoginRejection } from '#protocols/sasl/login-outcome.ts';
import type { DecoyKeys, ScramShape } from '#protocols/sasl/scram-keys.ts';
import type { ScramHash } from '#protocols/sasl/step.ts';
import type { TokenHints, TokenRefusal } from '#protocols/sasl/token-refusal.ts';
import type { LoginContext, LoginStep } from './exchange.ts';
import { formatRefusal, formatSuccess, type LoginOccasion } from './log-lines.ts';
import type { LoginSubject, LoginThrottle } from './throttle.ts';

/** Whose tokens are believed, and who has an account here. */
export interface TokenLogin {
  readonly verifier: BearerTokenVerifier;
  readonly findAccount: (login: string) => Promise<Account | undefined>;
  /** `undefined` where no issuer is known: then no token is asked for. */
  readonly hints: TokenHints | undefined;
}

export interface TokenRejection {
  readonly rejection: LoginRejection;
  /** What the client is told of its token; absent where that is not the matter. */
  readonly status?: TokenRefusal;
}

/** What accounts that are not there look like to SCRAM. */
export interface Decoys {
  readonly keysOf: (name: string) => DecoyKeys;
  readonly usual: ScramShape;
}

export interface FoundKeys {
  readonly answer: ScramAnswer;
  readonly decoy: DecoyKeys;
}

export interface AttemptDependencies {
  readonly authenticator: Authenticator;
  readonly tokens?: TokenLogin;
  readonly throttle: LoginThrottle;
  readonly clock: Clock;
  readonly log: Log;
  readonly journeys: JourneyLog;
  /** Waits; the refusal of a guess is held back by it. */
  readonly delay: (ms: number) => Promise<void>;
  readonly refusalDelayMs: number;
}

type Accepted = Extract<LoginStep, { kind: 'accepted' }>;

/** What a refusal does beside being said. */
const CONSEQUENCES: Readonly<Record<LoginRefusal, { readonly heldBack: boolean; readonly logged: boolean }>> = {
  'invalid-credentials': { heldBack: true, logged: true },
  throttled: { heldBack: true, logged: true },
  disabled: { heldBack: true, logged: true },
  unavailable: { heldBack: false, logged: true },
  malformed: { heldBack: false, logged: true },
  cancelled: { heldBack: false, logged: false },
  'mechanism-unknown': { heldBack: false, logged: true },
};

export class LoginAttempt {
  readonly #dependencies: AttemptDependencies;
  readonly #context: LoginContext;
  readonly #mechanism: string;
  readonly #startedMs: number;
  #login: string | undefined;

  constructor(dependencies: AttemptDependencies, context: LoginContext, mechanism: string) {
    this.#dependencies = dependencies;
    this.#context = context;
    this.#mechanism = mechanism;
    this.#startedMs = dependencies.clock.nowMs();
  }

  async checkPassword(login: string, password: string): Promise<Result<Account, LoginRejection>> {
    this.#login = login;
    const verdict = this.#judge();
    if (verdict.outcome === 'defer') return err(await this.refuse('throttled', verdict.rule));
    const check = await this.#askAuthenticator(login, password);
    switch (check.kind) {
      case 'accepted':
        return ok(check.account);
      case 'rejected':
        this.#dependencies.throttle.noteFailure(this.#subject(), password);
        return err(await this.refuse(check.reason === 'disabled' ? 'disabled' : 'invalid-credentials', check.reason));
      case 'unavailable':
        return err(await this.refuse('unavailable'));
      default:
        return unreachable(check);
    }
  }

  /** `login`: whom the client says it is, maybe nobody; who it is the token says. */
  async checkToken(login: string, token: string): Promise<Result<Account, TokenRejection>> {
    this.#login = login === '' ? undefined : login;
    const verdict = this.#judge();
    if (verdict.outcome === 'defer') return err({ rejection: await this.refuse('throttled', verdict.rule) });
    if (token === '') return this.#refuseToken('no-token', 'invalid_request');
    const check = await this.#askVerifier(token);
    switch (check.kind) {
      case 'genuine':
        return this.#admit(check.login);
      case 'refused':
        if (!check.outdated) this.#dependencies.throttle.noteFailure(this.#subject(), token);
        return this.#refuseToken(check.reason, check.status);
      case 'unavailable':
        return err({ rejection: await this.refuse('unavailable') });
      default:
        return unreachable(check);
    }
  }

  /**
   * Where there are none, the client must not notice: there are decoys, of the one name that all ways to write a login
   * have. Keys that are made of a secret cost what a password costs.
   */
  async findScramKeys(login: string, hash: ScramHash, decoys: Decoys): Promise<Result<FoundKeys, LoginRejection>> {
    this.#login = login;
    const verdict = this.#judge();
    if (verdict.outcome === 'defer') return err(await this.refuse('throttled', verdict.rule));
    using _check = this.#dependencies.throttle.beginCheck(this.#subject());
    try {
      const { authenticator } = this.#dependencies;
      const decoy = decoys.keysOf(await authenticator.nameOf(login));
      const { salt, iterations } = decoy(decoys.usual);
      return ok({ answer: await authenticator.findScramKeys({ login, hash, salt, iterations }), decoy });
    } catch (error) {
      this.#noteOutOfReach(error);
      return err(await this.refuse('unavailable'));
    }
  }

  /** Judged once more: many exchanges begun at once are no way round the throttle. */
  async accept(account: Account, authzid: string, data: Buffer | undefined): Promise<Accepted | LoginRejection> {
    const verdict = this.#judge();
    if (verdict.outcome === 'defer') return this.refuse('throttled', verdict.rule);
    if (!mayActAs(account, authzid, this.#login)) return this.refuse('invalid-credentials', 'not-that-identity');
    const { throttle, log, journeys } = this.#dependencies;
    const { connectionId } = this.#context.connection;
    throttle.noteSuccess(this.#subject());
    const line = formatSuccess(this.#occasion(account.id));
    log.write(line.level, line.area, line.text, { session: connectionId });
    journeys.record(connectionId, { kind: 'authenticated', account: account.id, mechanism: this.#mechanism });
    return { kind: 'accepted', account, mechanism: this.#mechanism, data };
  }

  /** The mechanism itself found the client's proof wrong. */
  async refuseProof(detail: string): Promise<LoginRejection> {
    const verdict = this.#judge();
    if (verdict.outcome === 'defer') return this.refuse('throttled', verdict.rule);
    this.#dependencies.throttle.noteFailure(this.#subject(), undefined);
    return this.refuse('invalid-credentials', detail);
  }

  /** `detail` is for the log and the journey; the peer hears `reason` alone. */
  async refuse(reason: LoginRefusal, detail: string = reason): Promise<LoginRejection> {
    const { log, journeys, delay, refusalDelayMs } = this.#dependencies;
    const { service, connection } = this.#context;
    const { connectionId, clientAddress } = connection;
    const { heldBack, logged } = CONSEQUENCES[reason];
    if (logged) {
      const line = formatRefusal(this.#occasion(this.#login), reason);
      const told = reason === 'throttled' ? { rule: detail } : { reason: detail };
      log.write(line.level, line.area, line.text, { ...told, session: connectionId });
    }
    const failed = { login: this.#login, mechanism: this.#mechanism, reason: detail, service, clientAddress };
    journeys.record(connectionId, { kind: 'authentication-failed', ...failed });
    if (heldBack) await delay(refusalDelayMs);
    return { kind: 'rejected', reason };
  }

  async #askAuthenticator(login: string, password: string): Promise<PasswordCheck> {
    const { authenticator, throttle } = this.#dependencies;
    using _check = throttle.beginCheck(this.#subject());
    try {
      return await authenticator.checkPassword(login, password);
    } catch (error) {
      this.#noteOutOfReach(error);
      return { kind: 'unavailable' };
    }
  }

  async #askVerifier(token: string): Promise<TokenVerdict> {
    const { tokens, throttle } = this.#dependencies;
    if (tokens === undefined) return { kind: 'unavailable' };
    using _check = throttle.beginCheck(this.#subject());
    try {
      return await tokens.verifier.verify(token);
    } catch (error) {
      this.#noteOutOfReach(error);
      return { kind: 'unavailable' };
    }
  }

  /** From here on the client is whom its token names, whatever it called itself. */
  async #admit(login: string): Promise<Result<Account, TokenRejection>> {
    this.#login = login;
    try {
      const account = await this.#dependencies.tokens?.findAccount(login);
      if (account === undefined) return this.#refuseToken('unknown-account', 'invalid_token');
      return account.disabled ? err({ rejection: await this.refuse('disabled') }) : ok(account);
    } catch (error) {
      this.#noteOutOfReach(error);
      return err({ rejection: await this.refuse('unavailable') });
    }
  }

  async #refuseToken(reason: string, status: TokenRefusal): Promise<Result<never, TokenRejection>> {
    return err({ rejection: await this.refuse('invalid-credentials', reason), status });
  }

  /** A failing world is told to the log; a bug goes on. */
  #noteOutOfReach(failure: unknown): void {
    if (!(failure instanceof WorldError)) throw failure;
    const { connectionId } = this.#context.connection;
    this.#dependencies.log.write('error', 'login', failure.message, { session: connectionId });
  }

  /** Nothing may be awaited between the verdict and what it permits, or attempts in step would all pass. */
  #judge(): LoginVerdict {
    return this.#dependencies.throttle.judge(this.#subject());
  }

  #subject(): LoginSubject {
    return { login: this.#login ?? '', clientAddress: this.#context.connection.clientAddress };
  }

  #occasion(login: string | undefined): LoginOccasion {
    const durationMs = this.#dependencies.clock.nowMs() - this.#startedMs;
    return { context: this.#context, mechanism: this.#mechanism, login, durationMs };
  }
}

/** RFC 4422 §3.4.1: an authorization identity is one of the account's own, or none. */
function mayActAs(account: Account, authzid: string, login: string | undefined): boolean {
  if (authzid === '') return true;
  const wanted = authzid.normalize('NFKC').toLowerCase();
  return wanted === login?.normalize('NFKC').toLowerCase() || account.addresses.includes(wanted);
}
