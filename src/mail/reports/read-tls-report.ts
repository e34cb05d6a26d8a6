// JSON that somebody sent → a TLS report: how they fared when they delivered to us over TLS. Those that we write are
// `mail/tls-reports`. RFC 8460 §4.

import { err, ok, type Result } from '#base/result.ts';
import { foreignText } from './foreign-text.ts';

export interface TlsFailure {
  /** `certificate-expired`, `starttls-not-supported` …; others are read, too. */
  readonly resultType: string;
  readonly sendingAddress: string | undefined;
  readonly receivingHost: string | undefined;
  readonly receivingAddress: string | undefined;
  readonly count: number;
  readonly reason: string | undefined;
}

export interface TlsPolicyResult {
  readonly domain: string;
  /** `sts`, `tlsa`, `no-policy-found` */
  readonly type: string;
  readonly successful: number;
  readonly failed: number;
  readonly failures: readonly TlsFailure[];
}

export interface ReceivedTlsReport {
  readonly organisation: string;
  readonly contact: string;
  readonly reportId: string;
  readonly beginSeconds: number;
  readonly endSeconds: number;
  /** At least one. */
  readonly policies: readonly TlsPolicyResult[];
}

const MOST_POLICIES = 100;
const MOST_FAILURES = 1_000;

type Fields = Readonly<Record<string, unknown>>;

/** The error says what is missing. */
export function readTlsReport(json: unknown): Result<ReceivedTlsReport, string> {
  const report = fieldsOf(json);
  const range = fieldsOf(report['date-range']);
  const beginSeconds = secondsOf(range['start-datetime']);
  const endSeconds = secondsOf(range['end-datetime']);
  if (beginSeconds === undefined || endSeconds === undefined) return err('it has no date-range');
  const entries = listOf(report['policies']);
  if (entries.length > MOST_POLICIES) return err(`it has more than ${MOST_POLICIES} policies`);
  const policies = entries.map(readPolicy).filter((policy) => policy !== undefined);
  if (policies.length === 0) return err('it has no policies');
  return ok({
    organisation: textOf(report['organization-name']) ?? '',
    contact: textOf(report['contact-info']) ?? '',
    reportId: textOf(report['report-id']) ?? '',
    beginSeconds,
    endSeconds,
    policies,
  });
}

function readPolicy(json: unknown): TlsPolicyResult | undefined {
  const entry = fieldsOf(json);
  const policy = fieldsOf(entry['policy']);
  const summary = fieldsOf(entry['summary']);
  const domain = textOf(policy['policy-domain'])?.toLowerCase();
  if (domain === undefined || domain === '') return undefined;
  return {
    domain,
    type: textOf(policy['policy-type']) ?? '',
    successful: countOf(summary['total-successful-session-count']),
    failed: countOf(summary['total-failure-session-count']),
    failures: listOf(entry['failure-details']).slice(0, MOST_FAILURES).map(readFailure),
  };
}

function readFailure(json: unknown): TlsFailure {
  const failure = fieldsOf(json);
  return {
    resultType: textOf(failure['result-type']) ?? '',
    sendingAddress: textOf(failure['sending-mta-ip']),
    receivingHost: textOf(failure['receiving-mx-hostname']),
    receivingAddress: textOf(failure['receiving-ip']),
    count: countOf(failure['failed-session-count']),
    reason: textOf(failure['failure-reason-code']),
  };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? foreignText(value) : undefined;
}

function countOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** `2016-04-01T00:00:00Z` */
function secondsOf(value: unknown): number | undefined {
  const ms = typeof value === 'string' && value.length <= 40 ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}
