// The one place where names meet implementations: every port of `mail/ports` gets its real one here, and every setting
// goes, as an argument, to whoever needs it.

import { join } from 'node:path';
import { parseIpNetworks } from '#base/ip-network.ts';
import { isQueueAction } from '#mail/acceptance/plan.ts';
import { createQueueIds } from '#mail/acceptance/queue-id.ts';
import { reportFiling } from '#mail/filing/filing-report.ts';
import type { ObservedLogin } from '#mail/login/login.ts';
import type { Directory } from '#mail/ports/directory.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { JourneyArchive, JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailStore } from '#mail/ports/mail-store.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { ReportAdmin, ReportSending } from '#mail/ports/report-admin.ts';
import type { Simulator } from '#mail/ports/simulator.ts';
import type { MessageCounts } from '#mail/ports/status-source.ts';
import type { SystemUsers } from '#mail/ports/system-users.ts';
import { Visitors } from '#mail/visitors/visitors.ts';
import { resolverOptions } from '#platform/config/client-settings.ts';
import type { Config } from '#platform/config/schema.ts';
import { openJoinedDirectory } from '#platform/directory-sources/open-joined-directory.ts';
import { type DkimKeySettings, type DkimKeys, openDkimKeys } from '#platform/dkim-keys/open-dkim-keys.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { openContentStore } from '#platform/files/content-store.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { roomLimits } from '#platform/journal/room.ts';
import type { JourneyBounds } from '#platform/journeys/journey-database.ts';
import { openJourneys } from '#platform/journeys/open-journeys.ts';
import { type LogFile, logSettings, openLogFile } from '#platform/log/log-file.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { ownVersion } from '#platform/machine/own-version.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { type MaildirStore, openMaildirStore } from '#platform/maildir/maildir-store.ts';
import { openPasswordThreads } from '#platform/passwords/password-threads.ts';
import type { Reports } from '#platform/reports/open-reports.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import type { ServerTls } from '#platform/tls/server-tls.ts';
import { openKeptRecipients } from '#platform/verification/kept-recipients.ts';
import { CertificateHouse } from './certificates.ts';
import { ConfigRecord } from './config-record.ts';
import { DomainHouse } from './domain-house.ts';
import { Intake } from './intake.ts';
import { type Logins, openLogins } from './logins.ts';
import { countMessages } from './message-counts.ts';
import { OutboundOutbox } from './outbox.ts';
import { gatherPeople } from './people.ts';
import type { Prepared } from './prepared.ts';
import { remoteQueueAdmin, remoteRecipientProbe } from './queue-link.ts';
import { beginReports, openReports } from './report-house.ts';
import { Safety } from './safety.ts';
import { createSimulator } from './simulator.ts';

/** Everything that stands behind the doors. */
export interface House extends AsyncDisposable {
  readonly version: string;
  readonly log: LogFile;
  readonly tls: ServerTls;
  readonly certificates: CertificateHouse;
  readonly login: ObservedLogin;
  /** Everybody, wherever their account lives. */
  readonly people: Directory;
  readonly visitors: Visitors;
  readonly mailStore: MailStore;
  readonly contentStore: ContentStore;
  readonly admin: DirectoryAdmin;
  readonly journeys: JourneyArchive;
  readonly messageCounts: () => MessageCounts;
  /** What acceptance goes by, and the way in for mail from within. */
  readonly intake: Intake;
  readonly systemUsers: SystemUsers;
  readonly outbox: OutboundOutbox;
  readonly queue: QueueAdmin;
  readonly journeyLog: JourneyLog;
  readonly dkimKeys: DkimKeys;
  readonly domains: DomainHouse;
  readonly reports: ReportAdmin & ReportSending;
  readonly safety: Safety;
  readonly configRecord: ConfigRecord;
  readonly simulator: Simulator;
  /** All but the intake. Certificates are read anew, and the log file is opened anew. Throws WorldError. */
  prepare(change: SettingsChange): Promise<Prepared>;
}

export interface SettingsChange {
  readonly before: Config;
  readonly after: Config;
  readonly secrets: Secrets;
}

/** By path: files that only root can read. */
export type Secrets = ReadonlyMap<string, string>;

export interface WorkerSurroundings {
  readonly logToTerminal: boolean;
  readonly secrets: Secrets;
  /** Private streams to the other processes. Throws WorldError when one does not come. */
  channelTo(role: string, user?: string): Promise<Channel>;
}

export async function compose(config: Config, options: WorkerSurroundings): Promise<House> {
  await using opened = new AsyncDisposableStack();
  const clock = systemClock;
  const state = (...names: string[]) => join(config.state_directory, ...names);

  const log = opened.use(openLogFile({ ...logSettings(config), toTerminal: options.logToTerminal }));
  const certificates = opened.use(await CertificateHouse.open(config, options.secrets, log));
  const passwords = opened.use(openPasswordThreads());
  const accounts = { file: state('directory.db'), passwords, clock, log };
  const directories = opened.use(openJoinedDirectory(config, accounts));
  const { directory, authenticator, admin } = directories;
  const journeys = opened.use(openJourneys(state('journeys.db'), clock, log, journeyBounds(config)));
  const { journeyLog, messageCounts } = countMessages(journeys);
  const outbox = new OutboundOutbox(log, systemAlarm);
  const store = opened.use(openStore(config, { directory, journeyLog, log, outbox }));
  // Nobody is let in before everything that was promised is where it belongs.
  await store.ready();
  const systemUsers = createSystemUsers(steadyClock, openGetent());
  const machine = { systemUsers, channelTo: options.channelTo };
  const people = gatherPeople(config, { directory, authenticator, mailStore: store }, machine);
  const contentStore = opened.use(openContentStore({ folder: state('tmp') }));
  const exceptions = parseIpNetworks(config.smtpd_client_event_limit_exceptions);
  const logins = openLogins(config, { people, log, journeyLog, exceptions, secretFile: state('login.secret') });
  const visitors = new Visitors({ clock: steadyClock, log, journeyLog, exceptions });
  const verified = { file: state('verified-recipients.json'), most: config.address_verify_cache_limit, log };
  const { known } = opened.use(openKeptRecipients(verified));
  const dkimKeys = opened.use(openKeys(config, log));
  const domains = opened.use(new DomainHouse(config, { directory: admin, keys: dkimKeys.admin, log }));
  const reports = opened.use(openReports(config, log, dkimKeys.signer));
  const intake = opened.use(
    await Intake.open(config, {
      ...{ directories, people: people.directory, clock, mailStore: store, journal: store, journeyLog, log },
      nextQueueId: createQueueIds(clock, systemRandomness),
      ...{ contentStore, systemUsers, signer: dkimKeys.signer, reports: reports.messages },
      verification: { probe: remoteRecipientProbe(options.channelTo), known, clock, alarm: systemAlarm, log },
    }),
  );
  const resources = opened.move();
  return {
    version: ownVersion(),
    ...{
      log,
      ...{ tls: certificates.tls, certificates },
      ...{ login: logins.login, people: people.directory, visitors },
      ...{ mailStore: people.mailStore, contentStore, admin },
      ...{ journeys, messageCounts, journeyLog },
      intake,
      outbox,
      queue: remoteQueueAdmin(() => options.channelTo('outbound')),
      systemUsers,
      ...{ dkimKeys, domains, reports: beginReports(reports, intake, ownVersion()) },
      ...{ safety: new Safety(log), configRecord: new ConfigRecord(log) },
      simulator: createSimulator(intake, journeys),
    },
    prepare: (change) => prepareParts(change, { certificates, logins, dkimKeys, domains, reports, log }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Those that change with the settings. */
interface ChangingParts {
  readonly certificates: CertificateHouse;
  readonly logins: Logins;
  readonly dkimKeys: DkimKeys;
  readonly domains: DomainHouse;
  readonly reports: Reports;
  readonly log: LogFile;
}

async function prepareParts({ before, after, secrets }: SettingsChange, parts: ChangingParts): Promise<Prepared> {
  const { certificates, logins, dkimKeys, domains, reports, log } = parts;
  const shown = await certificates.prepare(after, secrets);
  const written = log.prepare(logSettings(after));
  return {
    enter() {
      shown.enter();
      logins.change(after);
      dkimKeys.reload(keySettings(after));
      domains.change(after);
      reports.change(after);
      written.enter();
      if (after.maillog_level !== before.maillog_level) log.level = after.maillog_level;
    },
    [Symbol.asyncDispose]: async () => written[Symbol.dispose](),
  };
}

function journeyBounds({ journey_lifetime: maxAgeMs, journey_size_limit: maxBytes }: Config): JourneyBounds {
  return { maxAgeMs, maxBytes };
}

interface StoreSurroundings {
  readonly directory: Directory;
  readonly journeyLog: JourneyLog;
  readonly log: LogFile;
  readonly outbox: OutboundOutbox;
}

/** What is filed is told; what leaves is handed to the queue, and the journal lets go of it then. */
function openStore(config: Config, { directory, journeyLog, log, outbox }: StoreSurroundings): MaildirStore {
  const store = openMaildirStore({
    base: config.virtual_mailbox_base,
    indexBase: join(config.state_directory, 'index'),
    journalFolder: join(config.state_directory, 'journal'),
    reserve: roomLimits(config.message_size_limit),
    // The queue's database, and its messages.
    alsoWritten: [config.state_directory, join(config.state_directory, 'queue')],
    log,
    findQuotaBytes: async (account) => (await directory.findAccount(account))?.quotaBytes ?? 0,
    onFiled: (entry, copies) => {
      reportFiling(journeyLog, log, { ...entry, endedMs: systemClock.nowMs(), uids: copies.map(({ uid }) => uid) });
      // The queue's process writes the end of the message into the same file.
      if (copies.length > 0 && entry.plan.actions.some(isQueueAction)) log.flush();
    },
    onQueued: async (message, content) => {
      await using _ = content;
      await outbox.take(message, content);
      await store.release(message.queueId);
    },
  });
  return store;
}

function openKeys(config: Config, log: Log): DkimKeys {
  const folder = join(config.state_directory, 'dkim');
  return openDkimKeys({ folder, clock: systemClock, log, ...keySettings(config) });
}

function keySettings(config: Config): DkimKeySettings {
  const openDns = () => openResolver(resolverOptions(config), { clock: steadyClock, randomness: systemRandomness });
  return { queueLifetimeMs: config.maximal_queue_lifetime, openDns };
}
