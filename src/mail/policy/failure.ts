// The world failed while we decided: the client hears «later», never «no», and no detail. A disk that is full is said as
// such, so that the sender's administrator knows whom it is not about. RFC 3463 §3.4.

import type { WorldError } from '#base/world-error.ts';
import { reply } from '#protocols/smtp/reply.ts';
import { defer, firstVerdict, type Rule } from './rule.ts';
import type { Verdict } from './verdict.ts';

const FULL_DISK_CODES: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT']);

const insufficientStorage: Rule<WorldError> = {
  name: 'insufficient_storage',
  judge: ({ cause }) =>
    cause instanceof Error && 'code' in cause && FULL_DISK_CODES.has(cause.code)
      ? defer(reply(452, '4.3.1', 'Insufficient system storage, try again later'))
      : undefined,
};

export function decideFailure(failure: WorldError): Verdict {
  return (
    firstVerdict([insufficientStorage], failure) ?? {
      rule: 'temporary_failure',
      ...defer(reply(451, '4.3.0', 'Temporary failure, try again later')),
    }
  );
}
