// What the queue asks of the world.

import type { Alarm } from '#mail/ports/alarm.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OwnMail, OwnMessage } from '#mail/ports/own-mail.ts';
import type { QueueStore } from '#mail/ports/queue-store.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import type { Transport } from '#mail/ports/transport.ts';
import type { ReportInput } from './bounces/report-input.ts';
import type { NextHop } from './next-hop.ts';

/** `discard` and `error` are the runner's own; what is `done` is carried nowhere. */
export type CarriedBy = Exclude<NextHop['transport'], 'done' | 'discard' | 'error'>;

/** Writes a notification; `undefined` where nobody may be told. */
export type ComposeReport = (
  input: Omit<ReportInput, 'settings'>,
) => OwnMessage | undefined | Promise<OwnMessage | undefined>;

export interface QueueWorld {
  readonly clock: Clock;
  readonly alarm: Alarm;
  readonly randomness: Randomness;
  readonly store: QueueStore;
  readonly transports: ReadonlyMap<CarriedBy, Transport>;
  readonly ownMail: OwnMail;
  readonly composeReport: ComposeReport;
  readonly journeyLog: JourneyLog;
  readonly log: Log;
}
