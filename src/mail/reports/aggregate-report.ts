// A DMARC aggregate report as a value: what was seen of one domain's mail in a time, by source. The same for reports that
// we write and those that we read. RFC 9990 §3.1.1; RFC 7489 Appendix C.

export const DISPOSITIONS = ['none', 'pass', 'quarantine', 'reject'] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

export type AlignedResult = 'pass' | 'fail';

/** Why the domain's policy was not applied. */
export interface OverrideReason {
  /** `local_policy`, `trusted_forwarder`, `mailing_list`, `policy_test_mode`, `other`; others are read, too. */
  readonly type: string;
  readonly comment: string | undefined;
}

export interface DkimRecord {
  readonly domain: string;
  readonly selector: string | undefined;
  readonly result: string;
}

export interface SpfRecord {
  readonly domain: string;
  readonly result: string;
}

/** What messages that are counted together have in common. */
export interface AggregateRow {
  readonly sourceAddress: string;
  readonly disposition: Disposition;
  /** Did it pass with a domain that belongs to the author's? */
  readonly dkim: AlignedResult;
  readonly spf: AlignedResult;
  readonly reasons: readonly OverrideReason[];
  readonly headerFrom: string;
  /** `` of the null reverse-path; `undefined` where a report does not say it. */
  readonly envelopeFrom: string | undefined;
  readonly dkimResults: readonly DkimRecord[];
  readonly spfResults: readonly SpfRecord[];
}

export interface CountedRow extends AggregateRow {
  readonly count: number;
}

export type PublishedDisposition = 'none' | 'quarantine' | 'reject';

export interface PublishedPolicy {
  /** Where the record stands. */
  readonly domain: string;
  readonly p: PublishedDisposition;
  readonly sp: PublishedDisposition;
  readonly np: PublishedDisposition;
  readonly adkim: 'r' | 's';
  readonly aspf: 'r' | 's';
  readonly testing: boolean;
  readonly fo: string;
}

export interface AggregateReport {
  readonly organisation: string;
  readonly email: string;
  readonly reportId: string;
  /** Seconds since 1970, the last one included. */
  readonly beginSeconds: number;
  readonly endSeconds: number;
  readonly errors: readonly string[];
  readonly policy: PublishedPolicy;
  readonly rows: readonly CountedRow[];
}
