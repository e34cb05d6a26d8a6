// Whether anybody wants to be told, and of which recipients. RFC 3461 §4.1, §6.1: NOTIFY decides; where it was not given,
// failures and delays are told, success is not. Nobody is told of a notification.

import { unreachable } from '#base/unreachable.ts';
import { findContentType } from '#protocols/message/content-type.ts';
import { fieldTexts, type HeaderBlock } from '#protocols/message/header-fields.ts';
import { findParameter } from '#protocols/message/parameters.ts';
import { doubleBounceSender, type ReportedOutcome, type ReportInput, type ReportKind } from './report-input.ts';

/** The null reverse-path, and what qmail writes for its double bounces. */
const NOBODY: readonly string[] = ['', '#@[]'];

/** Whose message it was; `undefined` where a notification would have nowhere to go. */
export function findReportRecipient({ message, outcomes, postmaster, settings }: ReportInput): string | undefined {
  const sender = outcomes[0]?.recipient.sender ?? message.sender;
  if (sender === doubleBounceSender(settings.myhostname)) return undefined;
  return postmaster ?? (NOBODY.includes(sender) ? undefined : sender);
}

export function wantedOutcomes({ kind, outcomes, postmaster }: ReportInput): readonly ReportedOutcome[] {
  return postmaster === undefined ? outcomes.filter((outcome) => isWanted(kind, outcome)) : outcomes;
}

function isWanted(kind: ReportKind, { recipient, passedDsn }: ReportedOutcome): boolean {
  const { notify } = recipient.parameters;
  switch (kind) {
    case 'failed':
      return notify === undefined || notify.includes('FAILURE');
    case 'delayed':
      return notify === undefined || notify.includes('DELAY');
    case 'delivered':
    case 'relayed':
      // The next server was asked to tell, and will.
      return passedDsn !== true && notify?.includes('SUCCESS') === true;
    case 'expanded':
      return notify?.includes('SUCCESS') === true;
    default:
      return unreachable(kind);
  }
}

/** A program's report that came with a sender all the same: telling of it would begin a circle. RFC 3834 §2. */
export function isNotification(header: HeaderBlock): boolean {
  const [autoSubmitted = 'no'] = fieldTexts(header, 'auto-submitted');
  const [written = ''] = fieldTexts(header, 'content-type');
  const contentType = findContentType(written);
  if (/^no\b/i.test(autoSubmitted) || contentType?.type !== 'multipart' || contentType.subtype !== 'report')
    return false;
  return findParameter(contentType.parameters, 'report-type')?.toLowerCase() === 'delivery-status';
}
