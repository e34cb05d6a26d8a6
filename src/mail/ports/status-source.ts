// How the running server is: for `valija status`, later for the admin page and metrics.

import type { DomainStatus } from '#mail/domain-check/domain-watch.ts';
import type { SafetyStatus } from '#mail/interlock/safety-status.ts';

export interface ServerStatus {
  readonly version: string;
  readonly pid: number;
  readonly hostname: string;
  readonly startedMs: number;
  readonly nowMs: number;
  readonly listeners: readonly ListenerStatus[];
  readonly messages: MessageCounts;
  /** Who is being limited now: the most recent ones, and how many there are in all. */
  readonly limited: readonly LimitStatus[];
  readonly limitedTotal: number;
  /** Of the daily look at the DNS. */
  readonly domains: DomainStatus;
  readonly safety: SafetyStatus;
  readonly configuration: ConfigurationStatus;
}

export interface ConfigurationStatus {
  /** Who reads the file anew at SIGHUP. */
  readonly supervisorPid: number;
  /** In `valija config history`. */
  readonly number: number;
  /** SHA-256 of the text, in hexadecimal. */
  readonly digest: string;
  readonly loadedMs: number;
  /** Why the file that was to be loaded last was not. */
  readonly refusal: ConfigurationRefusal | undefined;
}

export interface ConfigurationRefusal {
  readonly atMs: number;
  readonly text: string;
  /** Where it is said in that language, too; JSON has null where it is not. */
  readonly spanish?: string | null | undefined;
}

export interface LimitStatus {
  /** As in `[[listen]]`; for logins, all of them together: `login`. */
  readonly service: string;
  /** `192.0.2.1`, `2001:db8:0:1::/64`; `*` where all of them together are too many. */
  readonly network: string;
  /** Where only one account on that network is limited. */
  readonly account: string | undefined;
  /** The rule's name: a setting's, or one of `mail/policy/`. */
  readonly rule: string;
  /** How many there were at the last refusal, and how many there may be. */
  readonly count: number;
  readonly limit: number;
  readonly refused: number | undefined;
  readonly sinceMs: number | undefined;
  readonly untilMs: number;
}

export interface ListenerStatus {
  /** As in `[[listen]]`: `submission`, `imaps` … */
  readonly service: string;
  readonly address: string;
  readonly port: number;
  /** Open now, and since the start. */
  readonly sessions: number;
  readonly sessionsTotal: number;
}

/** Since the start. A message is refused when a transaction that was begun ended without a 250. */
export interface MessageCounts {
  readonly accepted: number;
  /** Copies that reached a mailbox. */
  readonly filed: number;
  readonly refused: number;
}

export interface StatusSource {
  status(): Promise<ServerStatus>;
}
