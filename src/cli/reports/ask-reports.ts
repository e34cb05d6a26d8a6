// The reports of the running server, asked over its control socket; without one, what lies on the disk.

import { join } from 'node:path';
import { messageOf } from '#base/thrown.ts';
import type { ReportAdmin, SendingSoFar } from '#mail/ports/report-admin.ts';
import type { SentReport } from '#mail/ports/report-store.ts';
import type { Resolver } from '#mail/ports/resolver.ts';
import type { ReportListing } from '#mail/reports/received-report.ts';
import {
  type ReportItem,
  reportOfItems,
  type SendingItem,
  type SummaryItem,
  sendingOfItems,
  summariesOfItems,
} from '#mail/reports/report-items.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openStoredReports } from '#platform/reports/stored-reports.ts';
import type { Ask } from '../ask-for.ts';
import { NOT_RUNNING } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { withServerOrState } from '../open-admin.ts';

export function withReports<T>(context: CommandContext, work: (reports: ReportAdmin) => Promise<T>): Promise<T> {
  return withServerOrState(context, {
    remote: (ask, goneText) => work(remoteReports(ask, goneText)),
    offline: async (config) => {
      const world = { clock: steadyClock, randomness: systemRandomness };
      await using dns = openResolver(resolverOptions(config), world);
      using reports = openFile(context, join(config.state_directory, 'reports.db'), dns.dnsOnly);
      return await work(reports);
    },
  });
}

function openFile({ say }: CommandContext, file: string, dns: Resolver): ReportAdmin & Disposable {
  try {
    return openStoredReports(file, dns);
  } catch (error) {
    throw new CommandFailure(EXIT.ioError, say('reports.unreadable', { file, reason: messageOf(error) }));
  }
}

/** Only a server can send. */
export function sendReports(context: CommandContext, withToday: boolean): Promise<SendingSoFar> {
  return withServerOrState(context, {
    remote: async (ask, goneText) => sendingOfItems(await askFor<SendingItem[]>(ask, goneText, 'send', { withToday })),
    offline: async () => {
      throw new CommandFailure(EXIT.unavailable, context.say('reports.send.no-server'));
    },
  });
}

function remoteReports(ask: Ask, goneText: string): ReportAdmin {
  return {
    list: (search) => askFor<ReportListing[]>(ask, goneText, 'list', search),
    listSent: (search) => askFor<SentReport[]>(ask, goneText, 'sent', search),
    find: async (id) => reportOfItems(await askFor<ReportItem[]>(ask, goneText, 'show', { id })),
    summarize: async (search) => summariesOfItems(await askFor<SummaryItem[]>(ask, goneText, 'summary', search)),
  };
}

/** What the server says is taken as it is: both ends are of one version, which the socket checks. */
async function askFor<T>(ask: Ask, goneText: string, method: string, params: object): Promise<T> {
  const answer = await ask(`reports.${method}`, params);
  if (answer === NOT_RUNNING || !('value' in answer)) throw new CommandFailure(EXIT.unavailable, goneText);
  return answer.value as T;
}
