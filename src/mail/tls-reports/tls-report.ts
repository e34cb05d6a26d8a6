// One report: what became of TLS with a domain's servers on one day. RFC 8460 §4.1, §4.4.

import type { ResultRow } from './result-sums.ts';
import type { AppliedPolicy, TlsFailure } from './tls-result.ts';

export interface TlsReport {
  /** Whose servers. */
  readonly domain: string;
  /** `2026-11-22`: from midnight to midnight, UTC. */
  readonly day: string;
  /** Without the angle brackets of a Message-ID. */
  readonly reportId: string;
  readonly organization: string;
  readonly contact: string;
  /** All of that domain and day. */
  readonly rows: readonly ResultRow[];
}

const DAY_SECONDS = 86_400;

/** Seconds since 1970 of its first and its last second. */
export function reportSpan(day: string): { readonly beginSeconds: number; readonly endSeconds: number } {
  const beginSeconds = Date.parse(`${day}T00:00:00Z`) / 1_000;
  return { beginSeconds, endSeconds: beginSeconds + DAY_SECONDS - 1 };
}

/** As JSON, with the names that RFC 8460 §4.4 gives. */
export function formatTlsReport({ domain, day, reportId, organization, contact, rows }: TlsReport): string {
  const ofPolicy = Map.groupBy(rows, ({ policy }) => JSON.stringify(policy));
  const report = {
    'organization-name': organization,
    'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` },
    'contact-info': contact,
    'report-id': reportId,
    policies: [...ofPolicy.values()].flatMap((group) =>
      group[0] ? [formatPolicy(group[0].policy, group, domain)] : [],
    ),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

function formatPolicy({ type, domain, lines, mxHosts }: AppliedPolicy, rows: readonly ResultRow[], asked: string) {
  const failures = rows.flatMap(({ failure, sessions }) => (failure === undefined ? [] : [{ failure, sessions }]));
  const failed = sum(failures);
  return {
    policy: {
      'policy-type': type,
      ...(lines.length > 0 ? { 'policy-string': lines } : {}),
      'policy-domain': domain || asked,
      ...(mxHosts.length > 0 ? { 'mx-host': mxHosts } : {}),
    },
    summary: { 'total-successful-session-count': sum(rows) - failed, 'total-failure-session-count': failed },
    ...(failures.length > 0 ? { 'failure-details': failures.map(formatFailure) } : {}),
  };
}

function formatFailure({ failure, sessions }: { readonly failure: TlsFailure; readonly sessions: number }) {
  const { type, sendingAddress, mxName, receivingAddress, reason } = failure;
  return {
    'result-type': type,
    ...(sendingAddress === undefined ? {} : { 'sending-mta-ip': sendingAddress }),
    ...(mxName === undefined ? {} : { 'receiving-mx-hostname': mxName }),
    ...(receivingAddress === undefined ? {} : { 'receiving-ip': receivingAddress }),
    'failed-session-count': sessions,
    ...(reason === undefined ? {} : { 'failure-reason-code': reason }),
  };
}

function sum(counted: readonly { readonly sessions: number }[]): number {
  return counted.reduce((total, { sessions }) => total + sessions, 0);
}
