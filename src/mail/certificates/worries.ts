// What about certificates is told to the postmaster, unasked: only what somebody must do something about.

import type { CertificateListing, CertificateRecord } from '#mail/ports/certificate-admin.ts';
import { WORRYING_FAILURES } from './renewal.ts';

const DAY_MS = 86_400_000;
/** Whoever renews files has done so by now. */
const EXPIRING_MS = 14 * DAY_MS;
/** A renewal of files is not done at one moment. */
const BROKEN_LOOKS = 2;

export const WORRIES = ['expired', 'expiring', 'broken-files', 'not-issued', 'not-renewed'] as const;
export type WorryKind = (typeof WORRIES)[number];

export interface Worry {
  readonly kind: WorryKind;
  readonly record: CertificateRecord;
}

/** The gravest of each certificate. */
export function findWorries({ certificates, nowMs }: CertificateListing): Worry[] {
  return certificates.flatMap((record) => {
    const kind = judge(record, nowMs);
    return kind === undefined ? [] : [{ kind, record }];
  });
}

function judge({ source, served, failure }: CertificateRecord, nowMs: number): WorryKind | undefined {
  const failures = failure?.failures ?? 0;
  if (served !== undefined && served.untilMs <= nowMs) return 'expired';
  switch (source) {
    case 'self-signed':
      return undefined;
    case 'file':
      if (failures >= BROKEN_LOOKS) return 'broken-files';
      return served !== undefined && served.untilMs - nowMs <= EXPIRING_MS ? 'expiring' : undefined;
    case 'acme':
      if (failures === 0) return undefined;
      if (served === undefined) return failures >= WORRYING_FAILURES ? 'not-issued' : undefined;
      return failures >= WORRYING_FAILURES || served.untilMs - nowMs <= EXPIRING_MS ? 'not-renewed' : undefined;
  }
}

/** Each worry once a day, and again when it is another. */
export class ToldWorries {
  readonly #toldMs = new Map<string, number>();

  /** Those that are to be told now. One that was told in the future was told by a clock that was wrong. */
  select(worries: readonly Worry[], nowMs: number): Worry[] {
    const keys = new Set(worries.map(keyOf));
    for (const key of this.#toldMs.keys()) if (!keys.has(key)) this.#toldMs.delete(key);
    return worries.filter((worry) => {
      const toldMs = this.#toldMs.get(keyOf(worry)) ?? Number.NEGATIVE_INFINITY;
      return toldMs > nowMs || nowMs - toldMs >= DAY_MS;
    });
  }

  /** They are on their way to the postmaster. */
  note(worries: readonly Worry[], nowMs: number): void {
    for (const worry of worries) this.#toldMs.set(keyOf(worry), nowMs);
  }
}

function keyOf({ kind, record }: Worry): string {
  return `${kind} ${record.place} ${record.id}`;
}
