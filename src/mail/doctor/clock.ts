// Is the clock right? Certificates, signatures and retries hang on it. Files that we wrote cannot come from the future; more than
// that only a source of time can tell.

import { unreachable } from '#base/unreachable.ts';
import { type DoctorFinding, found } from './finding.ts';

export interface ClockFacts {
  readonly nowMs: number;
  /** The newest of our own files. */
  readonly newest: { readonly path: string; readonly atMs: number } | undefined;
  readonly source:
    | { readonly kind: 'none' }
    /** The machine says that it keeps its clock by a source of its own. */
    | { readonly kind: 'kept'; readonly by: string }
    | { readonly kind: 'asked'; readonly server: string; readonly offsetMs: number }
    | { readonly kind: 'silent'; readonly server: string; readonly reason: string };
}

/** File systems and clocks are no finer. */
const FUTURE_MS = 60_000;
/** From here on time-limited proofs of others begin to fail. */
const MOST_OFFSET_MS = 30_000;

export function judgeClock({ nowMs, newest, source }: ClockFacts): DoctorFinding {
  if (newest !== undefined && newest.atMs - nowMs > FUTURE_MS) {
    return found('clock-back', newest.path, { seconds: Math.round((newest.atMs - nowMs) / 1_000) });
  }
  switch (source.kind) {
    case 'none':
      return found('clock-unchecked', '', { reason: 'doctor_time_server = ""' });
    case 'silent':
      return found('clock-unchecked', source.server, { reason: source.reason });
    case 'kept':
      return found('clock-fine', source.by);
    case 'asked': {
      const seconds = Math.round(Math.abs(source.offsetMs) / 1_000);
      const rule = Math.abs(source.offsetMs) > MOST_OFFSET_MS ? 'clock-off' : 'clock-fine';
      return found(rule, source.server, { seconds });
    }
    default:
      return unreachable(source);
  }
}
