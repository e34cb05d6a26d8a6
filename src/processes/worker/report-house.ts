// Reports about mail: told of by acceptance, sent by the server's own door.

import { join } from 'node:path';
import type { Log } from '#mail/ports/log.ts';
import type { ReportAdmin, ReportSending } from '#mail/ports/report-admin.ts';
import type { Signer } from '#mail/ports/signer.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { Reports } from '#platform/reports/open-reports.ts';
import type { Intake } from './intake.ts';

export function openReports(config: Config, log: Log, signer: Signer): Reports {
  const file = join(config.state_directory, 'reports.db');
  const world = { file, clock: systemClock, alarm: systemAlarm, randomness: systemRandomness, log, signer };
  return new Reports(world, config);
}

export function beginReports(reports: Reports, intake: Intake, version: string): ReportAdmin & ReportSending {
  return reports.begin({
    ownMail: { post: (message) => intake.posting.ownMail.post(message) },
    dns: intake.dns,
    generator: `Valija ${version}`,
  });
}
