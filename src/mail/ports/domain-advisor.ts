// What a domain needs in the DNS, and whether it is there: what `valija domain records|check|publish` does.

import type { Result } from '#base/result.ts';
import type { Finding } from '#mail/domain-check/finding.ts';
import type { DomainPlan } from '#mail/domain-records/plan-domain.ts';
import type { KeptPolicy } from '#mail/domain-records/publication.ts';
import type { PublishedRecord } from '#mail/domain-records/published-record.ts';
import type { Refusal } from '#mail/ports/directory-admin.ts';

export interface DomainReport {
  readonly domain: string;
  readonly checkedMs: number;
  /** Nothing that mail could fail by, and nothing that could not be found out. */
  readonly isGreen: boolean;
  readonly findings: readonly Finding[];
}

export interface Publication {
  /** The name server that takes it. */
  readonly server: string;
  readonly zone: string;
  readonly add: readonly PublishedRecord[];
  /** Superseded by one of ours. */
  readonly remove: readonly PublishedRecord[];
  /** Ours that cannot stand beside what is there, such as an alias where there are addresses. */
  readonly conflicts: readonly PublishedRecord[];
  /** Ours that lie in other zones, and are not seen there. */
  readonly elsewhere: readonly PublishedRecord[];
  /** Of DMARC records that are there: stricter than ours, or for others. */
  readonly kept: readonly KeptPolicy[];
  /** False for a dry run, and where there is nothing to do. */
  readonly isDone: boolean;
}

export interface DomainAdvisor {
  plan(domain: string): Promise<Result<DomainPlan, Refusal>>;
  check(domain: string): Promise<Result<DomainReport, Refusal>>;
  /** Refused where no name server takes updates. Throws WorldError when it does not take this one. */
  publish(domain: string, options: { readonly dryRun: boolean }): Promise<Result<Publication, Refusal>>;
}
