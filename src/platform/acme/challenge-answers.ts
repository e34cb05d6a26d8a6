// What authorities ask to prove that a name leads here, and find answered: by HTTP, by TLS, or in the DNS. Each answer stands
// only while its order lasts. RFC 8555 §8, RFC 8737 §3.

import type { SecureContext } from 'node:tls';
import type { AcmeChallenges } from '#mail/ports/acme-challenges.ts';

/** An order has at most a hundred names or so; more at a time nobody answers for. */
const MOST_ANSWERS = 1_000;

export class ChallengeAnswers implements AcmeChallenges {
  readonly #byToken = new Map<string, string>();
  readonly #byName = new Map<string, SecureContext>();

  findKeyAuthorization(token: string): string | undefined {
    return this.#byToken.get(token);
  }

  /** For a client that names this host and speaks `acme-tls/1` only. */
  findContext(serverName: string): SecureContext | undefined {
    return this.#byName.get(serverName.toLowerCase());
  }

  /** Whether anybody could ask by TLS now: else no port looks at what its clients say first. */
  get awaitsTls(): boolean {
    return this.#byName.size > 0;
  }

  answerHttp(token: string, keyAuthorization: string): AsyncDisposable {
    return this.#keep(this.#byToken, token, keyAuthorization);
  }

  answerTls(name: string, context: SecureContext): AsyncDisposable {
    return this.#keep(this.#byName, name.toLowerCase(), context);
  }

  #keep<Value>(answers: Map<string, Value>, key: string, value: Value): AsyncDisposable {
    if (answers.size >= MOST_ANSWERS) throw new RangeError(`more than ${MOST_ANSWERS} challenges at a time`);
    answers.set(key, value);
    return {
      async [Symbol.asyncDispose]() {
        if (answers.get(key) === value) answers.delete(key);
      },
    };
  }
}
