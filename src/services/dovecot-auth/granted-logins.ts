// Logins that a Dovecot beside us has made for its own people and that are not begun yet: its login process asks for them at one
// socket, and the process that then serves the mail asks at the other whose they are. Each is told once, to whoever names it as
// the first did, and not for long.

import type { Clock } from '#mail/ports/clock.ts';
import type { LoginReference } from '#protocols/dovecot-auth/user-lookup.ts';

/** As long as Dovecot itself keeps them. */
const LIFETIME_MS = 60_000;
/** Of people who went away in between; the oldest makes room. */
const MOST_GRANTED = 10_000;

interface Granted {
  readonly user: string;
  readonly untilMs: number;
}

export class GrantedLogins {
  readonly #clock: Clock;
  readonly #granted = new Map<string, Granted>();

  /** `clock`: one that no administrator sets. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  grant(reference: LoginReference, user: string): void {
    const nowMs = this.#clock.nowMs();
    for (const [name, { untilMs }] of this.#granted) {
      // In the order of their time.
      if (untilMs > nowMs && this.#granted.size < MOST_GRANTED) break;
      this.#granted.delete(name);
    }
    this.#granted.set(nameOf(reference), { user, untilMs: nowMs + LIFETIME_MS });
  }

  take(reference: LoginReference): string | undefined {
    const name = nameOf(reference);
    const granted = this.#granted.get(name);
    this.#granted.delete(name);
    return granted !== undefined && granted.untilMs > this.#clock.nowMs() ? granted.user : undefined;
  }
}

function nameOf({ clientProcessId, requestId, cookie }: LoginReference): string {
  return `${clientProcessId} ${requestId} ${cookie}`;
}
