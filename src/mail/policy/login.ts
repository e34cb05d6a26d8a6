// May this login be tried? Guessing is slowed down for an account on one network, and for a network as a whole; nobody
// who stands elsewhere notices, so that a stranger cannot lock an owner out. First match decides.

import type { LoginContext } from '#mail/login/exchange.ts';

export interface BackOff {
  /** Failures that cost nothing yet: people mistype. */
  readonly freeFailures: number;
  /** The pause after the next failure; it doubles with each that follows. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export interface LoginLimits {
  readonly account: BackOff;
  readonly network: BackOff;
  /** Failures are forgotten when none has followed for so long. */
  readonly forgetFailuresAfterMs: number;
  /** So long after a login, the account is not held liable for its neighbours on the network (a school, a family). */
  readonly knownForMs: number;
  /** Passwords of one account on one network that may be under examination at once. */
  readonly maxChecksAtOnce: number;
  /** Accounts-on-a-network, and networks, remembered at once; the least recent go first. */
  readonly maxRemembered: number;
  /** How long a refusal is held back. */
  readonly refusalDelayMs: number;
}

export const DEFAULT_LOGIN_LIMITS: LoginLimits = {
  account: { freeFailures: 5, firstPauseMs: 5_000, longestPauseMs: 300_000 },
  network: { freeFailures: 50, firstPauseMs: 5_000, longestPauseMs: 900_000 },
  forgetFailuresAfterMs: 3_600_000,
  knownForMs: 7 * 86_400_000,
  maxChecksAtOnce: 20,
  maxRemembered: 20_000,
  refusalDelayMs: 2_000,
};

export interface LoginHistory {
  readonly failures: number;
  readonly lastFailureMs: number;
  readonly lastSuccessMs: number | undefined;
}

export interface LoginFacts {
  readonly nowMs: number;
  /** Of this account on this network. */
  readonly account: LoginHistory | undefined;
  /** Of every account on this network. */
  readonly network: LoginHistory | undefined;
  readonly checksAtOnce: number;
}

export interface LoginVerdict {
  readonly outcome: 'permit' | 'defer';
  readonly rule: string;
}

type LoginRule = (facts: LoginFacts, limits: LoginLimits) => LoginVerdict | undefined;

const RULES: readonly LoginRule[] = [
  deferCheckingTooMany,
  deferAccountAfterFailures,
  permitKnownAccount,
  deferNetworkAfterFailures,
];

export function decideLogin(facts: LoginFacts, limits: LoginLimits): LoginVerdict {
  for (const rule of RULES) {
    const verdict = rule(facts, limits);
    if (verdict !== undefined) return verdict;
  }
  return { outcome: 'permit', rule: 'permit_login' };
}

/** Never in clear (RFC 8314 §3), and never where servers talk to servers. */
export function offersLogin(context: LoginContext): boolean {
  return context.tls !== undefined && context.service !== 'smtp';
}

function deferCheckingTooMany(facts: LoginFacts, limits: LoginLimits): LoginVerdict | undefined {
  if (facts.checksAtOnce < limits.maxChecksAtOnce) return undefined;
  return { outcome: 'defer', rule: 'defer_login_checks_at_once' };
}

function deferAccountAfterFailures(facts: LoginFacts, limits: LoginLimits): LoginVerdict | undefined {
  if (!isPaused(facts.account, facts.nowMs, limits.account, limits)) return undefined;
  return { outcome: 'defer', rule: 'defer_login_account_failures' };
}

function permitKnownAccount(facts: LoginFacts, limits: LoginLimits): LoginVerdict | undefined {
  const lastSuccessMs = facts.account?.lastSuccessMs;
  if (lastSuccessMs === undefined || facts.nowMs - lastSuccessMs > limits.knownForMs) return undefined;
  return { outcome: 'permit', rule: 'permit_login_known_account' };
}

function deferNetworkAfterFailures(facts: LoginFacts, limits: LoginLimits): LoginVerdict | undefined {
  if (!isPaused(facts.network, facts.nowMs, limits.network, limits)) return undefined;
  return { outcome: 'defer', rule: 'defer_login_network_failures' };
}

function isPaused(history: LoginHistory | undefined, nowMs: number, backOff: BackOff, limits: LoginLimits): boolean {
  return history !== undefined && pausedUntilMs(history, nowMs, backOff, limits) !== undefined;
}

/** `undefined` where nobody has to wait. */
export function pausedUntilMs(
  history: LoginHistory,
  nowMs: number,
  backOff: BackOff,
  limits: LoginLimits,
): number | undefined {
  const waitMs = Math.min(pauseMs(history.failures, backOff), limits.forgetFailuresAfterMs);
  const untilMs = history.lastFailureMs + waitMs;
  return nowMs < untilMs ? untilMs : undefined;
}

export function pauseMs(failures: number, backOff: BackOff): number {
  const beyond = failures - backOff.freeFailures;
  return beyond <= 0 ? 0 : Math.min(backOff.firstPauseMs * 2 ** (beyond - 1), backOff.longestPauseMs);
}
