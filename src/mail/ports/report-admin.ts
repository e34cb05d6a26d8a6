// Reports as an administrator sees them: what `valija reports` does. Throws WorldError.

import type { ReportSearch, ReportStore, SentReport } from '#mail/ports/report-store.ts';
import type { AdvisedSender, DomainSummary } from '#mail/reports/domain-summary.ts';

export interface NamedSender extends AdvisedSender {
  /** What its first address is called, where that name leads back to the address. */
  readonly hostName: string | undefined;
}

export interface NamedSummary extends Omit<DomainSummary, 'senders'> {
  readonly senders: readonly NamedSender[];
}

export interface ReportAdmin extends Pick<ReportStore, 'list' | 'find' | 'listSent'> {
  summarize(search: ReportSearch): Promise<readonly NamedSummary[]>;
}

/** What became of reports, as far as it could be waited for. */
export interface SendingSoFar {
  readonly sent: readonly SentReport[];
  /** More of them are on their way. */
  readonly goesOn: boolean;
}

export interface ReportSending {
  /** Those of past days that still wait; of today, too, where asked. */
  sendNow(withToday: boolean): Promise<SendingSoFar>;
}
