// When an authority wants a certificate to be renewed: in a window of its own, so that not all come at once, and early where
// it is about to be revoked. RFC 9773 §4.

import { err, ok, type Result } from '#base/result.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** RFC 9773 §4.3.2, and where it says nothing. */
const USUAL_PAUSE_MS = DAY_MS / 4;
const LONGEST_EXPLANATION = 500;

export interface RenewalWindow {
  readonly startMs: number;
  readonly endMs: number;
}

export interface RenewalAdvice {
  /** The directory of who gave it. */
  readonly authority: string;
  /** What the certificate is called there. RFC 9773 §4.1. */
  readonly renewalId: string;
  readonly window: RenewalWindow;
  /** A page that says why. */
  readonly explanation: string | undefined;
  readonly askAgainMs: number;
}

/** Of a RenewalInfo object. RFC 9773 §4.2: whose end is not behind its start is none. */
export function parseRenewalInfo(body: unknown): Result<Pick<RenewalAdvice, 'window' | 'explanation'>, string> {
  const { suggestedWindow, explanationURL } = fieldsOf(body);
  const { start, end } = fieldsOf(suggestedWindow);
  const [startMs, endMs] = [start, end].map((moment) => (typeof moment === 'string' ? Date.parse(moment) : Number.NaN));
  if (startMs === undefined || endMs === undefined || !(startMs < endMs)) return err('there is no window in it');
  const isPage = typeof explanationURL === 'string' && URL.canParse(explanationURL);
  return ok({
    window: { startMs, endMs },
    explanation: isPage && explanationURL.length <= LONGEST_EXPLANATION ? explanationURL : undefined,
  });
}

/** `wantedMs`: of the answer's Retry-After, 0 where there is none. RFC 9773 §4.3. */
export function advicePauseMs(wantedMs: number): number {
  return wantedMs === 0 ? USUAL_PAUSE_MS : Math.min(Math.max(wantedMs, MINUTE_MS), DAY_MS);
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
