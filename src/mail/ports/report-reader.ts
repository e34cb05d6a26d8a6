// Reads the report in a message, away from everything else: what strangers packed may be a bomb.

import type { Result } from '#base/result.ts';
import type { ReportRecord } from '#mail/reports/received-report.ts';

/** `none`: there is no report in it. Else in words, for the log. */
export type ReportFault = { readonly kind: 'none' } | { readonly kind: 'unreadable'; readonly reason: string };

export interface ReportReader {
  /** Of a whole message: one for each domain that the report is about. */
  read(octets: Buffer): Promise<Result<readonly ReportRecord[], ReportFault>>;
}
