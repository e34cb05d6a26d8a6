// Several servers with the same contents: the first that answers is asked. One that did not is left alone for a moment, and
// stands behind the others for a while.

/** Thrown by a client whose server does not answer, or not in time: another one may. */
export class OutOfReach extends Error {}

export interface FailoverLimits {
  /** It is not asked at all: a server that is down costs each question nothing. */
  readonly restMs: number;
  /** It is asked when no other answers. */
  readonly demotedMs: number;
}

const DEFAULT_FAILOVER_LIMITS: FailoverLimits = { restMs: 1_000, demotedMs: 60_000 };

interface Server<Client> {
  readonly client: Client;
  failedAtMs: number;
  failure: OutOfReach;
}

export class Failover<Client extends AsyncDisposable> implements AsyncDisposable {
  readonly #servers: readonly Server<Client>[];
  readonly #nowMs: () => number;
  readonly #limits: FailoverLimits;

  /** At least one client. */
  constructor(clients: readonly Client[], nowMs: () => number, limits = DEFAULT_FAILOVER_LIMITS) {
    const never = new OutOfReach('no server was asked yet');
    this.#servers = clients.map((client) => ({ client, failedAtMs: Number.NEGATIVE_INFINITY, failure: never }));
    this.#nowMs = nowMs;
    this.#limits = limits;
  }

  /** Throws what `work` throws; OutOfReach when it was so with all of them. */
  async ask<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const failures: OutOfReach[] = [];
    for (const server of this.#inOrder()) {
      if (this.#nowMs() - server.failedAtMs < this.#limits.restMs) failures.push(server.failure);
      else {
        try {
          const answer = await work(server.client);
          server.failedAtMs = Number.NEGATIVE_INFINITY;
          return answer;
        } catch (error) {
          if (!(error instanceof OutOfReach)) throw error;
          server.failedAtMs = this.#nowMs();
          server.failure = error;
          failures.push(error);
        }
      }
    }
    throw new OutOfReach(failures.map(({ message }) => message).join('; '));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map(({ client }) => client[Symbol.asyncDispose]()));
  }

  #inOrder(): Server<Client>[] {
    const nowMs = this.#nowMs();
    const isDemoted = ({ failedAtMs }: Server<Client>) => nowMs - failedAtMs < this.#limits.demotedMs;
    const demoted = this.#servers.filter(isDemoted).sort((one, other) => one.failedAtMs - other.failedAtMs);
    return [...this.#servers.filter((server) => !isDemoted(server)), ...demoted];
  }
}
