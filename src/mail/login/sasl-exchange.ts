// Drives one SASL mechanism: what it asks of the world goes to the attempt, what it says goes to the client.

import { ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { LoginRejection } from '#protocols/sasl/login-outcome.ts';
import { makeDecoyKeys, type ScramShape } from '#protocols/sasl/scram-keys.ts';
import { MALFORMED, type SaslFailure, type SaslStep, type ScramVerifier } from '#protocols/sasl/step.ts';
import type { TokenRefusal } from '#protocols/sasl/token-refusal.ts';
import type { LoginAttempt, TokenRejection } from './attempt.ts';
import type { LoginExchange, LoginStep } from './exchange.ts';

/** What an account that is not there looks like to SCRAM: as one that is. */
export interface ScramDecoy extends ScramShape {
  readonly secret: Buffer;
}

type AskKeys = Extract<SaslStep, { kind: 'ask-keys' }>;

export class SaslExchange implements LoginExchange {
  readonly #attempt: LoginAttempt;
  readonly #decoy: ScramDecoy;
  #step: SaslStep;
  #begun = false;
  #account: Account | undefined;
  /** Why there is none. */
  #absence: 'unknown-account' | 'no-keys' = 'unknown-account';
  /** A refusal that was explained; whatever comes next, it is said. */
  #rejection: LoginRejection | undefined;

  constructor(first: SaslStep, attempt: LoginAttempt, decoy: ScramDecoy) {
    this.#step = first;
    this.#attempt = attempt;
    this.#decoy = decoy;
  }

  async next(response: Buffer | undefined | 'cancel'): Promise<LoginStep> {
    const step = this.#step;
    const first = !this.#begun;
    this.#begun = true;
    this.#step = MALFORMED;
    if (this.#rejection !== undefined) return this.#rejection;
    if (response === 'cancel') return this.#attempt.refuse('cancelled');
    if (response === undefined) return first ? this.#advance(step) : this.#attempt.refuse('malformed');
    return step.kind === 'challenge' ? this.#advance(step.respond(response)) : this.#attempt.refuse('malformed');
  }

  async #advance(step: SaslStep): Promise<LoginStep> {
    switch (step.kind) {
      case 'challenge':
        this.#step = step;
        return { kind: 'challenge', data: step.data };
      case 'ask-password': {
        const checked = await this.#attempt.checkPassword(step.login, step.password);
        if (!checked.ok) return checked.error;
        this.#account = checked.value;
        return this.#advance(step.proceed());
      }
      case 'ask-keys': {
        const keys = await this.#findKeys(step);
        return keys.ok ? this.#advance(step.answer(keys.value)) : keys.error;
      }
      case 'ask-token': {
        const checked = await this.#attempt.checkToken(step.login, step.token);
        if (!checked.ok) return this.#explain(checked.error, step.explain);
        this.#account = checked.value;
        return this.#advance(step.proceed());
      }
      case 'success':
        if (this.#account === undefined) return this.#attempt.refuseProof(this.#absence);
        return this.#attempt.accept(this.#account, step.authzid, step.data);
      case 'failure':
        return this.#fail(step.reason);
      default:
        return unreachable(step);
    }
  }

  async #findKeys({ login, hash }: AskKeys): Promise<Result<ScramVerifier, LoginRejection>> {
    const { secret, ...usual } = this.#decoy;
    const found = await this.#attempt.findScramKeys(login, hash, {
      keysOf: (name) => makeDecoyKeys(secret, name, hash),
      usual,
    });
    if (!found.ok) return found;
    const { answer, decoy } = found.value;
    if (answer.kind === 'keys') {
      this.#account = answer.account;
      return ok(answer.keys);
    }
    this.#absence = answer.reason;
    return ok(decoy(answer.like ?? usual));
  }

  /** A token that will not do is explained to the client before it is refused. */
  #explain({ rejection, status }: TokenRejection, explain: (refusal: TokenRefusal) => Buffer): LoginStep {
    if (status === undefined) return rejection;
    this.#rejection = rejection;
    return { kind: 'challenge', data: explain(status) };
  }

  #fail(reason: SaslFailure): Promise<LoginStep> {
    switch (reason) {
      case 'invalid-credentials':
        return this.#attempt.refuseProof(this.#account === undefined ? this.#absence : 'wrong-proof');
      case 'malformed':
        return this.#attempt.refuse('malformed');
      case 'channel-binding-unsupported':
        return this.#attempt.refuse('mechanism-unknown', reason);
      case 'channel-binding-downgraded':
      case 'channel-binding-mismatch':
        return this.#attempt.refuse('invalid-credentials', reason);
      default:
        return unreachable(reason);
    }
  }
}
