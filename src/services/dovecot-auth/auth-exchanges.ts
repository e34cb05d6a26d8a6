// The exchanges of one connection: each has its number, and they do not wait for one another. An exchange that failed for
// want of a directory ends the connection where the client would take every refusal for a wrong password.

import { parseIpAddress } from '#base/ip-network.ts';
import type { Login, LoginContext, LoginExchange, LoginStep } from '#mail/login/exchange.ts';
import type { ConnectionFacts, TlsFacts } from '#mail/ports/connection.ts';
import type { AuthRequest } from '#protocols/dovecot-auth/client-line.ts';
import type { AuthReply } from '#protocols/dovecot-auth/server-line.ts';
import type { LoginRefusal } from '#protocols/sasl/login-outcome.ts';
import type { AuthSocketLimits } from './limits.ts';

/** Postfix knows two answers, yes and no; what it takes for «later» (454) is that nobody answers. */
const HEARS_ONLY_YES_AND_NO = 'smtp';

/** TLS ends at the program that asks; it says only that there is some. */
const TLS_ELSEWHERE: TlsFacts = { version: 'unknown', cipher: 'unknown', bits: 0, serverName: undefined };

const LOOPBACK = '127.0.0.1';

type Failure = Omit<Extract<AuthReply, { kind: 'fail' }>, 'kind' | 'id'>;

const FAILURES: Readonly<Record<LoginRefusal, Failure>> = {
  'invalid-credentials': {},
  disabled: { code: 'user_disabled' },
  throttled: { code: 'temp_fail', reason: 'Too many failed logins, try again later' },
  unavailable: { code: 'temp_fail' },
  malformed: { reason: 'The response does not fit the mechanism' },
  cancelled: { reason: 'Authentication cancelled' },
  'mechanism-unknown': { reason: 'Mechanism not offered, or not without TLS' },
};

interface Begun {
  readonly exchange: LoginExchange;
  readonly request: AuthRequest;
  /** It waits for the client, who has been told something. */
  isWaiting: boolean;
  /** The last word went out as a challenge; the next response is empty, and then it is done. */
  accepted: string | undefined;
}

export interface AuthExchangesOptions {
  readonly login: Login;
  readonly facts: ConnectionFacts;
  readonly limits: AuthSocketLimits;
  readonly say: (reply: AuthReply) => Promise<void>;
  readonly hangUp: () => void;
  /** Who serves the mail of this login will ask whose it was. */
  readonly grant: (id: number, user: string) => void;
}

export class AuthExchanges {
  readonly #options: AuthExchangesOptions;
  readonly #begun = new Map<number, Begun>();

  constructor(options: AuthExchangesOptions) {
    this.#options = options;
  }

  /** A number that is in use cannot begin another exchange: a client that tries has lost count. */
  has(id: number): boolean {
    return this.#begun.has(id);
  }

  async begin(request: AuthRequest): Promise<void> {
    this.#makeRoom();
    if (this.#begun.size >= this.#options.limits.requestsAtOnce) {
      return this.#options.say({ kind: 'fail', id: request.id, code: 'temp_fail' });
    }
    const exchange = this.#options.login.begin(request.mechanism, this.#contextOf(request));
    const begun: Begun = { exchange, request, isWaiting: false, accepted: undefined };
    this.#begun.set(request.id, begun);
    await this.#advance(begun, request.initialResponse);
  }

  async go(id: number, response: Buffer): Promise<void> {
    const begun = this.#begun.get(id);
    if (begun === undefined || !begun.isWaiting) return this.#options.say({ kind: 'fail', id });
    if (begun.accepted === undefined) return this.#advance(begun, response);
    this.#begun.delete(id);
    const { accepted: user } = begun;
    if (response.length > 0) return this.#options.say({ kind: 'fail', id });
    if (begun.request.isToBegin) this.#options.grant(id, user);
    await this.#options.say({ kind: 'ok', id, user });
  }

  /** Of an exchange that runs, the answer comes to nobody. */
  async cancel(id: number): Promise<void> {
    const begun = this.#begun.get(id);
    if (begun?.isWaiting && begun.accepted === undefined) await begun.exchange.next('cancel');
    this.#begun.delete(id);
  }

  async #advance(begun: Begun, response: Buffer | undefined): Promise<void> {
    begun.isWaiting = false;
    const step = await begun.exchange.next(response);
    if (this.#begun.get(begun.request.id) === begun) await this.#tell(begun, step);
  }

  async #tell(begun: Begun, step: LoginStep): Promise<void> {
    const { id, service, takesFinalResponse, isToBegin } = begun.request;
    switch (step.kind) {
      case 'challenge':
        begun.isWaiting = true;
        return this.#options.say({ kind: 'continue', id, data: step.data });
      case 'accepted': {
        const user = step.account.id;
        if (step.data !== undefined && !takesFinalResponse) {
          Object.assign(begun, { isWaiting: true, accepted: user });
          return this.#options.say({ kind: 'continue', id, data: step.data });
        }
        this.#begun.delete(id);
        if (isToBegin) this.#options.grant(id, user);
        const last = step.data === undefined ? {} : { finalResponse: step.data };
        return this.#options.say({ kind: 'ok', id, user, ...last });
      }
      default:
        this.#begun.delete(id);
        if (step.reason === 'unavailable' && service === HEARS_ONLY_YES_AND_NO && !this.#isBusy()) {
          return this.#options.hangUp();
        }
        return this.#options.say({ kind: 'fail', id, ...FAILURES[step.reason] });
    }
  }

  /** Exchanges that wait are those of people who went away: a Postfix process serves one at a time. */
  #isBusy(): boolean {
    return [...this.#begun.values()].some(({ isWaiting }) => !isWaiting);
  }

  /** Clients do not tell of people who went away in the midst of an exchange: the one that waits longest makes room. */
  #makeRoom(): void {
    if (this.#begun.size < this.#options.limits.requestsAtOnce) return;
    for (const [id, { isWaiting }] of this.#begun) {
      if (!isWaiting) continue;
      this.#begun.delete(id);
      return;
    }
  }

  /** Who asks without naming a person's address is a program of this machine, such as `doveadm auth test`. */
  #contextOf(request: AuthRequest): LoginContext {
    const { id, remoteAddress, remotePort, localAddress, localPort, secured } = request;
    const connection = {
      connectionId: `${this.#options.facts.connectionId}.${id}`,
      clientAddress: knownAddress(remoteAddress),
      clientPort: remotePort ?? 0,
      serverAddress: knownAddress(localAddress),
      serverPort: localPort ?? 0,
    };
    const isSecure = secured || remoteAddress === undefined;
    return { service: 'auth', connection, tls: isSecure ? TLS_ELSEWHERE : undefined };
  }
}

/** Postfix says `unknown` of whom it did not meet on a network. */
function knownAddress(text: string | undefined): string {
  return text !== undefined && parseIpAddress(text) !== undefined ? text : LOOPBACK;
}
