// Where the world fails while we decide, the answer is «later», the detail goes into the log, and nothing was promised.

import { WorldError } from '#base/world-error.ts';
import { decideFailure } from '#mail/policy/failure.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { Log } from '#mail/ports/log.ts';
import type { SessionFacts } from './envelope.ts';
import { LOG_AREAS } from './log-lines.ts';

/** Any other exception is a bug of ours and passes through. */
export async function verdictOrFailure(
  log: Log,
  session: SessionFacts,
  id: string,
  decide: () => Promise<Verdict>,
): Promise<Verdict> {
  try {
    return await decide();
  } catch (error) {
    return failureVerdict(log, session, id, error);
  }
}

export function failureVerdict(log: Log, { profile }: SessionFacts, id: string, error: unknown): Verdict {
  if (!(error instanceof WorldError)) throw error;
  log.write('error', LOG_AREAS[profile], `${id}: ${error.message}`);
  return decideFailure(error);
}
