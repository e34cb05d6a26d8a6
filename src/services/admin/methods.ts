// Every method of the control socket, by name: the table that `listenControl` is given.

import { ok } from '#base/result.ts';
import type { CertificateAdmin } from '#mail/ports/certificate-admin.ts';
import type { ConfigAdmin } from '#mail/ports/config-admin.ts';
import type { ControlMethods } from '#mail/ports/control-method.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { DomainAdvisor } from '#mail/ports/domain-advisor.ts';
import type { JourneyArchive } from '#mail/ports/journey-log.ts';
import { LOG_LEVELS, type Log, type LogThreshold } from '#mail/ports/log.ts';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { ReportAdmin, ReportSending } from '#mail/ports/report-admin.ts';
import type { SigningKeyAdmin } from '#mail/ports/signing-key-admin.ts';
import type { Simulator } from '#mail/ports/simulator.ts';
import type { StatusSource } from '#mail/ports/status-source.ts';
import type { Routing } from '#mail/routing/routing.ts';
import { accountMethods } from './account-methods.ts';
import { aliasMethods } from './alias-methods.ts';
import { logChange } from './change-log.ts';
import { configMethods } from './config-methods.ts';
import { dkimMethods } from './dkim-methods.ts';
import { domainAdviceMethods, domainMethods } from './domain-methods.ts';
import { method, type Params } from './params.ts';
import { queueMethods } from './queue-methods.ts';
import { reportMethods } from './report-methods.ts';
import { routeMethods } from './route-methods.ts';
import { simulationMethods } from './simulation-methods.ts';
import { tlsMethods } from './tls-methods.ts';
import { whyMethods } from './why-method.ts';

export interface AdminPorts {
  readonly directory: DirectoryAdmin;
  readonly domains: DomainAdvisor;
  readonly status: StatusSource;
  readonly journeys: JourneyArchive;
  readonly queue: QueueAdmin;
  readonly dkim: SigningKeyAdmin;
  readonly log: Log & LogThreshold;
  /** That of the settings in force. */
  readonly routing: () => Routing;
  readonly reports: ReportAdmin & ReportSending;
  readonly simulator: Simulator;
  readonly config: ConfigAdmin;
  readonly certificates: CertificateAdmin;
}

export function adminMethods(ports: AdminPorts): ControlMethods {
  const { directory, domains, status, journeys, queue, dkim, log, routing, reports, simulator, config, certificates } =
    ports;
  return new Map([
    ...[
      ...domainMethods(directory),
      ...domainAdviceMethods(domains),
      ...accountMethods(directory),
      ...aliasMethods(directory),
      ...dkimMethods(dkim),
    ].map((named) => logChange(log, named)),
    ...routeMethods(routing),
    ...simulationMethods(simulator),
    ...configMethods(config),
    ...tlsMethods(certificates),
    ...queueMethods(queue),
    ...reportMethods(reports),
    ...whyMethods(journeys),
    ['status', method(async () => ok(await status.status()))],
    ['log.level', method(async (params) => ok(changeLevel(log, params)))],
  ]);
}

/** Until the server starts again; without a level it only tells. */
function changeLevel(log: LogThreshold, params: Params): { readonly level: string } {
  log.level = params.optionalWord('level', LOG_LEVELS) ?? log.level;
  return { level: log.level };
}
