// What is known of a message that nobody could judge: nothing, for now.

import type { AuthenticationFindings, AuthenticationQuestion } from '#mail/ports/sender-authentication.ts';

export function unjudgedFindings(
  { reversePath, helo = '' }: Pick<AuthenticationQuestion, 'reversePath' | 'helo'>,
  reason: string,
): AuthenticationFindings {
  return {
    spf: {
      result: 'temperror',
      identity: reversePath === '' ? 'helo' : 'mailfrom',
      domain: reversePath === '' ? helo : reversePath.slice(reversePath.lastIndexOf('@') + 1),
      mechanism: undefined,
      explanation: undefined,
      reason,
      lookups: 0,
      voidLookups: 0,
    },
    dkim: [],
    unverifiedSignatures: 0,
    dmarc: {
      result: 'temperror',
      domain: undefined,
      policyDomain: undefined,
      policy: undefined,
      record: undefined,
      alignedSpf: undefined,
      alignedDkim: undefined,
      reason,
    },
    arc: { result: 'none', sets: [], reason },
    answers: [],
  };
}
