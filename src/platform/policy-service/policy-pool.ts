// The connections to one policy service: used again while they are fresh, opened when all are busy, up to a limit; behind it
// questions wait their turn. Postfix has one a process (attr_clnt); we are one process with many sessions.

import { err, type Result } from '#base/result.ts';
import type { PolicyServiceSettings } from '#protocols/policy/service-spec.ts';
import { PolicyConnection, type PolicyFailure, type PolicyStream } from './policy-connection.ts';

export interface PoolSettings extends PolicyServiceSettings {
  readonly connectionLimit: number;
}

export interface PoolWorld {
  /** The error is what the system says of it: `Connection refused`. */
  readonly open: (timeoutMs: number) => Promise<Result<PolicyStream, string>>;
  readonly delay: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly warn: (text: string) => void;
}

interface Idle {
  readonly connection: PolicyConnection;
  readonly expiry: NodeJS.Timeout;
}

export class PolicyPool implements Disposable {
  readonly #settings: PoolSettings;
  readonly #world: PoolWorld;
  #idle: Idle[] = [];
  #busy = 0;
  readonly #waiting = new Set<() => void>();
  #isClosed = false;

  constructor(settings: PoolSettings, world: PoolWorld) {
    this.#settings = settings;
    this.#world = world;
  }

  /** `undefined` when it could not be asked; the log says why. */
  async ask(request: string, withinMs: number): Promise<string | undefined> {
    const untilMs = this.#world.nowMs() + withinMs;
    for (let attempt = 1; attempt <= this.#settings.tryLimit; attempt++) {
      if (attempt > 1) await this.#world.delay(this.#settings.retryDelayMs);
      const timeoutMs = Math.min(this.#settings.timeoutMs, untilMs - this.#world.nowMs());
      const answer = await this.#tryOnce(request, timeoutMs);
      if (answer.ok) return answer.value;
      this.#world.warn(answer.error.text);
      // Who did not answer in time would make the client wait as long again.
      if (answer.error.reason === 'timed-out') return undefined;
    }
    return undefined;
  }

  /** Questions under way are answered. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    for (const { connection, expiry } of this.#idle.splice(0)) {
      clearTimeout(expiry);
      connection.destroy();
    }
  }

  async #tryOnce(request: string, timeoutMs: number): Promise<Result<string, PolicyFailure>> {
    const untilMs = this.#world.nowMs() + timeoutMs;
    if (!(await this.#enter(timeoutMs))) return failure('timed-out', 'all connections are busy');
    try {
      for (let kept = this.#takeIdle(); kept !== undefined; kept = this.#takeIdle()) {
        const answer = await this.#askOn(kept, request, untilMs);
        // It went away while nobody looked: another one is as good as new.
        if (answer.ok || answer.error.reason !== 'closed') return answer;
      }
      const opened = await this.#world.open(Math.max(1, untilMs - this.#world.nowMs()));
      if (!opened.ok) return failure('closed', opened.error);
      return await this.#askOn(new PolicyConnection(opened.value, this.#world.nowMs), request, untilMs);
    } finally {
      this.#leave();
    }
  }

  async #askOn(connection: PolicyConnection, request: string, untilMs: number) {
    const answer = await connection.ask(request, untilMs - this.#world.nowMs());
    if (answer.ok) this.#keep(connection);
    else connection.destroy();
    return answer;
  }

  #keep(connection: PolicyConnection): void {
    const { maxIdleMs, maxTtlMs, requestLimit } = this.#settings;
    const isWornOut = requestLimit > 0 && connection.questions >= requestLimit;
    const isOld = this.#world.nowMs() - connection.openedMs >= maxTtlMs;
    if (isWornOut || isOld || this.#isClosed || !connection.isUsable) {
      connection.destroy();
      return;
    }
    const expiry = setTimeout(() => {
      this.#idle = this.#idle.filter((each) => each.connection !== connection);
      connection.destroy();
    }, maxIdleMs).unref();
    this.#idle.push({ connection, expiry });
  }

  #takeIdle(): PolicyConnection | undefined {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      clearTimeout(idle.expiry);
      const isFresh = this.#world.nowMs() - idle.connection.openedMs < this.#settings.maxTtlMs;
      if (isFresh && idle.connection.isUsable) return idle.connection;
      idle.connection.destroy();
    }
    return undefined;
  }

  /** False when no place came free in time. */
  async #enter(timeoutMs: number): Promise<boolean> {
    if (this.#busy < this.#settings.connectionLimit) {
      this.#busy += 1;
      return true;
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const called = () => resolve(true);
    const giveUp = setTimeout(() => resolve(!this.#waiting.delete(called)), Math.max(0, timeoutMs));
    this.#waiting.add(called);
    return await promise.finally(() => clearTimeout(giveUp));
  }

  /** The place is handed over to whoever waits longest. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) this.#busy -= 1;
    else {
      this.#waiting.delete(next);
      next();
    }
  }
}

function failure(reason: PolicyFailure['reason'], text: string): Result<never, PolicyFailure> {
  return err({ reason, text });
}
