// What came of asking authorities for certificates by hand: what there was before is compared with what there is now, for
// many authorities date their certificates back, some to the midnight before.

import type { CertificateListing, CertificateRecord } from '#mail/ports/certificate-admin.ts';
import type { CommandContext } from '../command-context.ts';
import { formatMoment } from '../output/moment.ts';
import { harmless } from '../output/table.ts';
import { formatFailure } from './certificate-view.ts';

export interface RenewalOutcome {
  readonly id: string;
  readonly isIssued: boolean;
  readonly hasFailed: boolean;
  /** None where no name of it leads here, nor ever did. */
  readonly record: CertificateRecord | undefined;
}

export function judgeRenewals(
  ids: readonly string[],
  before: CertificateListing,
  after: CertificateListing,
): RenewalOutcome[] {
  return ids.map((id) => {
    const record = findIssued(after, id);
    const fingerprint = record?.served?.fingerprint;
    return {
      id,
      record,
      isIssued: fingerprint !== undefined && fingerprint !== findIssued(before, id)?.served?.fingerprint,
      hasFailed: (record?.failure?.atMs ?? Number.NEGATIVE_INFINITY) >= before.nowMs,
    };
  });
}

/** Files, and the server's own certificate, may be called the same. */
function findIssued({ certificates }: CertificateListing, id: string): CertificateRecord | undefined {
  return certificates.find((one) => one.source === 'acme' && one.id === id);
}

export function formatRenewal(
  context: CommandContext,
  { id, record, isIssued, hasFailed }: RenewalOutcome,
): readonly string[] {
  const { say, paint } = context;
  const remarks = record !== undefined && hasFailed ? formatFailure(context, record) : [];
  if (isIssued && record?.served) {
    const until = formatMoment(context, record.served.untilMs);
    return [paint('green', say('tls.renewed', { id, issuer: harmless(record.served.issuer), until })), ...remarks];
  }
  if (remarks.length > 0) return remarks;
  // The server's JSON has null, or nothing, where there is no moment: of none of its names.
  return [paint('yellow', say(record?.nextMs ? 'tls.nothing-came' : 'tls.nothing-leads-here', { id }))];
}
