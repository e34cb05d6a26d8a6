// Drives one SASL mechanism: what it asks of the world goes to the attempt, what it says goes to the client.

import { unreachable } from '#base/unreachable.ts';
import type { Account } from '#mail/ports/directory.ts';
import type { LoginRejection } from '#protocols/sasl/login-outcome.ts';
import { decoyKeys } from '#protocols/sasl/scram-keys.ts';
import { MALFORMED, type SaslFailure, type SaslStep } from '#protocols/sasl/step.ts';
import type { TokenRefusal } from '#protocols/sasl/token-refusal.ts';
import type { LoginAttempt, TokenRejection } from './attempt.ts';
import type { LoginExchange, LoginStep } from './exchange.ts';

/** What an account that is not there looks like to SCRAM: as one that is. */
export interface ScramDecoy {
  readonly secret: Buffer;
  readonly saltOctets: number;
  readonly iterations: number;
}

export class SaslExchange implements LoginExchange {
  readonly #attempt: LoginAttempt;
  readonly #decoy: ScramDecoy;
  #step: SaslStep;
  #begun = false;
  #account: Account | undefined;
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
        const keys = await this.#attempt.findScramKeys(step.login);
        if (!keys.ok) return keys.error;
        this.#account = keys.value?.account;
        return this.#advance(step.answer(keys.value ?? decoyKeys(this.#decoy.secret, step.login, this.#decoy)));
      }
      case 'ask-token': {
        const checked = await this.#attempt.checkToken(step.login, step.token);
        if (!checked.ok) return this.#explain(checked.error, step.explain);
        this.#account = checked.value;
        return this.#advance(step.proceed());
      }
      case 'success':
        if (this.#account === undefined) return this.#attempt.refuseProof('unknown-account');
        return this.#attempt.accept(this.#account, step.authzid, step.data);
      case 'failure':
        return this.#fail(step.reason);
      default:
        return unreachable(step);
    }
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
        return this.#attempt.refuseProof(this.#account === undefined ? 'unknown-account' : 'wrong-proof');
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
