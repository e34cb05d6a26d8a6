// Gathers the facts that `mail/policy/login.ts` judges, and remembers how logins ended. In memory: a restart forgives.

import { createHmac } from 'node:crypto';
import { type IpNetwork, isInAnyNetwork } from '#base/ip-network.ts';
import { type BackOff, decideLogin, type LoginLimits, type LoginVerdict, pausedUntilMs } from '#mail/policy/login.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { LimitStatus } from '#mail/ports/status-source.ts';
import { networkOf } from '#mail/visitors/network.ts';
import { HistoryTable } from './history-table.ts';

/** Who tries, and from where. */
export interface LoginSubject {
  readonly login: string;
  readonly clientAddress: string;
}

export class LoginThrottle {
  readonly #accounts: HistoryTable;
  readonly #networks: HistoryTable;
  readonly #checks = new Map<string, number>();
  readonly #clock: Clock;
  readonly #limits: LoginLimits;
  readonly #markKey: Buffer;
  readonly #exceptions: readonly IpNetwork[];

  /** `markKey`: random, so that the marks of wrong passwords mean nothing outside this run. */
  constructor(options: { clock: Clock; limits: LoginLimits; markKey: Buffer; exceptions?: readonly IpNetwork[] }) {
    const { clock, limits, markKey, exceptions = [] } = options;
    const table = { maxEntries: limits.maxRemembered, forgetFailuresAfterMs: limits.forgetFailuresAfterMs };
    this.#accounts = new HistoryTable(table);
    this.#networks = new HistoryTable(table);
    this.#clock = clock;
    this.#limits = limits;
    this.#markKey = markKey;
    this.#exceptions = exceptions;
  }

  judge(subject: LoginSubject): LoginVerdict {
    const key = accountKey(subject);
    const excepted = isInAnyNetwork(subject.clientAddress, this.#exceptions);
    const facts = {
      nowMs: this.#clock.nowMs(),
      account: this.#accounts.find(key),
      network: excepted ? undefined : this.#networks.find(networkOf(subject.clientAddress)),
      checksAtOnce: this.#checks.get(key) ?? 0,
    };
    return decideLogin(facts, this.#limits);
  }

  /** Held while a password is examined. */
  beginCheck(subject: LoginSubject): Disposable {
    const key = accountKey(subject);
    this.#checks.set(key, (this.#checks.get(key) ?? 0) + 1);
    return {
      [Symbol.dispose]: () => {
        const left = (this.#checks.get(key) ?? 1) - 1;
        if (left === 0) this.#checks.delete(key);
        else this.#checks.set(key, left);
      },
    };
  }

  /** `password`: the wrong one, where it is known; only a keyed hash of it stays. */
  noteFailure(subject: LoginSubject, password: string | undefined): void {
    const key = accountKey(subject);
    const nowMs = this.#clock.nowMs();
    const mark = password === undefined ? undefined : this.#markOf(key, password);
    if (!this.#accounts.noteFailure(key, nowMs, mark)) return;
    if (isInAnyNetwork(subject.clientAddress, this.#exceptions)) return;
    this.#networks.noteFailure(networkOf(subject.clientAddress), nowMs, undefined);
  }

  noteSuccess(subject: LoginSubject): void {
    this.#accounts.noteSuccess(accountKey(subject), this.#clock.nowMs());
  }

  /** Who has to wait now; networks first, since they stand for many. */
  limited(): LimitStatus[] {
    return [
      ...this.#pausedOf(this.#networks, this.#limits.network, 'defer_login_network_failures'),
      ...this.#pausedOf(this.#accounts, this.#limits.account, 'defer_login_account_failures'),
    ];
  }

  #pausedOf(table: HistoryTable, backOff: BackOff, rule: string): LimitStatus[] {
    const nowMs = this.#clock.nowMs();
    return table.entries().flatMap(([key, history]) => {
      const untilMs = pausedUntilMs(history, nowMs, backOff, this.#limits);
      if (untilMs === undefined) return [];
      const [network = '', ...login] = key.split(' ');
      const account = login.length === 0 ? undefined : login.join(' ');
      const counts = { count: history.failures, limit: backOff.freeFailures, refused: undefined };
      return [{ service: 'login', network, account, rule, ...counts, sinceMs: undefined, untilMs }];
    });
  }

  #markOf(key: string, password: string): string {
    return createHmac('sha256', this.#markKey).update(`${key}\0${password}`).digest('base64');
  }
}

function accountKey(subject: LoginSubject): string {
  return `${networkOf(subject.clientAddress)} ${subject.login.normalize('NFKC').toLowerCase()}`;
}
