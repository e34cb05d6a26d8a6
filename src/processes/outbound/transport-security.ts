// What binds deliveries besides the settings, and what is told of them: policies of other domains, TLSA records, results of
// TLS and the reports about them.

import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import type { ServerChoiceWorld } from '#mail/delivery/choose-servers.ts';
import type { Log } from '#mail/ports/log.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { StsPolicies } from '#mail/ports/sts-policies.ts';
import type { TlsResults } from '#mail/ports/tls-results.ts';
import type { Config } from '#platform/config/schema.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { StsPolicyKeeper } from '#platform/mta-sts/sts-policy-keeper.ts';
import { createAddressFinder, type FindAddresses } from '#platform/sockets/known-addresses.ts';
import { OpenResults } from '#platform/tls-reports/open-results.ts';
import type { PostReport } from '#platform/tls-reports/post-report.ts';
import { ReportRound } from '#platform/tls-reports/report-round.ts';
import type { TlsPlanWorld } from '#services/outbound/tls-plan.ts';

const NO_POLICIES: StsPolicies = { find: async () => ({ kind: 'none' }) };
const NOT_COUNTED: TlsResults = { add: () => undefined };

export interface SecuritySurroundings {
  readonly config: Config;
  readonly log: Log;
  readonly ownMail: OwnMail;
  readonly choice: ServerChoiceWorld;
  /** PEM, besides those that Node brings along. */
  readonly authorities: readonly string[];
  readonly opened: AsyncDisposableStack;
  /** For what goes on by itself; it ends before `opened` does. */
  readonly rounds: AsyncDisposableStack;
}

export function openTransportSecurity(around: SecuritySurroundings): TlsPlanWorld {
  const { config, choice } = around;
  const findAddresses = createAddressFinder(choice);
  return {
    resolver: choice.resolver,
    stsPolicies: config.smtp_mta_sts ? openPolicies(around, findAddresses) : NO_POLICIES,
    tlsResults: config.smtp_tlsrpt_enable ? openReports(around, findAddresses) : NOT_COUNTED,
  };
}

function openPolicies(
  { config, log, choice, authorities, opened }: SecuritySurroundings,
  findAddresses: FindAddresses,
): StsPolicies {
  const folder = join(config.state_directory, 'mta-sts');
  const { resolver } = choice;
  return opened.use(
    new StsPolicyKeeper(
      { folder, resolver, findAddresses, clock: systemClock, alarm: systemAlarm, log },
      {
        port: config.mta_sts_tcp_port,
        authorities: [...rootCertificates, ...authorities],
        timeoutMs: config.mta_sts_fetch_timeout,
        policySizeLimit: config.mta_sts_policy_size_limit,
        refreshMs: config.mta_sts_refresh_interval,
        mostPolicies: config.mta_sts_cache_limit,
      },
    ),
  );
}

function openReports(
  { config, log, choice, ownMail, opened, rounds }: SecuritySurroundings,
  findAddresses: FindAddresses,
): TlsResults {
  const file = join(config.state_directory, 'tls-results.db');
  const machine = { clock: systemClock, alarm: systemAlarm, log };
  const results = opened.use(new OpenResults({ file, ...machine }, config.tls_report_rows_limit));
  const postReport: PostReport = async (...report) => {
    const { createReportPost } = await import('#platform/tls-reports/post-report.ts');
    return createReportPost(findAddresses, { allowsPrivate: config.smtp_allow_loopback })(...report);
  };
  const world = { ...machine, results, resolver: choice.resolver, ownMail, postReport, randomness: systemRandomness };
  rounds.use(
    new ReportRound(world, {
      sender: config.tls_report_sender ?? `postmaster@${config.mydomain}`,
      submitter: config.mydomain,
      delayMs: config.tls_report_delay,
      lifetimeMs: config.tls_report_lifetime,
    }),
  );
  return results;
}
