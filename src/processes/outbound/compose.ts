// What stands behind the queue: its store, its transports, and the DNS that they ask. Every setting goes, as an argument, to
// whoever needs it. Store and runner stay when the settings change: what is being delivered goes on.

import { join } from 'node:path';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import { composeReport } from '#mail/queue/bounces/compose-report.ts';
import { BOUNCE_DEFAULTS, type BounceSettings, doubleBounceSender } from '#mail/queue/bounces/report-input.ts';
import { createQueueAdmin } from '#mail/queue/queue-administration.ts';
import { QueueRunner } from '#mail/queue/queue-runner.ts';
import type { QueueWorld } from '#mail/queue/queue-world.ts';
import { silentNoticeClasses } from '#platform/config/notice-classes.ts';
import type { Config } from '#platform/config/schema.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { createLocalTransport } from '#platform/local-delivery/local-transport.ts';
import { type LogFile, logSettings, openLogFile } from '#platform/log/log-file.ts';
import { systemAlarm } from '#platform/machine/alarm.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openQueueStore } from '#platform/queue-store/open-queue-store.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import { ChangingClients, openClients } from './clients.ts';
import { queueSettings } from './settings.ts';
import { WorkerLink } from './worker-link.ts';

export interface OutboundHouse extends AsyncDisposable {
  readonly log: LogFile;
  readonly runner: QueueRunner;
  readonly admin: QueueAdmin;
  readonly worker: WorkerLink;
  readonly recipientProbe: RecipientProbe;
  /** What is on its way goes on as it began. Throws, and then nothing has changed. */
  change(config: Config): Promise<void>;
}

export interface OutboundSurroundings {
  readonly logToTerminal: boolean;
  channelTo(role: string, user?: string): Promise<Channel>;
}

export async function compose(first: Config, around: OutboundSurroundings): Promise<OutboundHouse> {
  await using opened = new AsyncDisposableStack();
  let config = first;
  const state = (...names: string[]) => join(first.state_directory, ...names);
  const log = opened.use(openLogFile({ ...logSettings(config), toTerminal: around.logToTerminal }));
  nameSilentNotices(config, log);
  const worker = new WorkerLink(() => around.channelTo('worker'), log);
  const places = { database: state('queue.db'), folder: state('queue') };
  const store = opened.use(await openQueueStore(places, systemClock.nowMs(), log));
  const clients = opened.use(new ChangingClients(await openClients(config, log, worker), log));
  const world: QueueWorld = {
    clock: systemClock,
    alarm: systemAlarm,
    randomness: systemRandomness,
    store,
    transports: carriers(around, worker, clients, () => config),
    ownMail: worker,
    composeReport: (input) => composeReport({ ...input, settings: bounceSettings(config) }),
    journeyLog: worker,
    log,
  };
  const runner = new QueueRunner(world, queueSettings(config));
  const resources = opened.move();
  return {
    log,
    runner,
    admin: createQueueAdmin(world, runner),
    worker,
    recipientProbe: createRecipientProbe(clients, () => config),
    async change(after) {
      using newLog = log.prepare(logSettings(after));
      const newClients = await openClients(after, log, worker);
      newLog.enter();
      if (after.maillog_level !== config.maillog_level) log.level = after.maillog_level;
      config = after;
      nameSilentNotices(config, log);
      await clients.enter(newClients);
      runner.change(queueSettings(config));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function nameSilentNotices(config: Config, log: LogFile): void {
  for (const silent of silentNoticeClasses(config)) {
    log.write('warn', 'qmgr', `notify_classes: nothing is sent for "${silent}": see the log, or valija why QUEUE-ID`);
  }
}

function carriers(
  around: OutboundSurroundings,
  worker: WorkerLink,
  clients: ChangingClients,
  configNow: () => Config,
): QueueWorld['transports'] {
  const local = createLocalTransport({
    clock: systemClock,
    users: createSystemUsers(systemClock, openGetent()),
    get settings() {
      return localSettings(configNow());
    },
    ownMail: worker,
    spool: () => around.channelTo('spool'),
    mailboxOf: (user) => around.channelTo('mailbox', user),
  });
  return new Map([
    ['smtp', clients.transport('smtp')],
    ['lmtp', clients.transport('lmtp')],
    ['local', local],
    ['pipe', local],
    ['file', local],
  ] as const);
}

function createRecipientProbe(clients: ChangingClients, configNow: () => Config): RecipientProbe {
  return {
    probe(address, { transport, destination }) {
      const { address_verify_sender, myhostname } = configNow();
      const sender = address_verify_sender ?? doubleBounceSender(myhostname);
      return clients.use((current) => current[transport].ask({ address, destination, sender }));
    },
  };
}

function bounceSettings({ myhostname, bounce_size_limit, bounce_languages }: Config): BounceSettings {
  const [first = BOUNCE_DEFAULTS.bounceLanguages[0], ...others] = bounce_languages;
  return { myhostname, bounceSizeLimit: bounce_size_limit, bounceLanguages: [first, ...others] };
}

function localSettings(config: Config) {
  return {
    mail_spool_directory: config.mail_spool_directory,
    mailbox_size_limit: config.mailbox_size_limit,
    home_mailbox: config.home_mailbox,
    mailbox_command: config.mailbox_command,
    recipient_delimiter: config.recipient_delimiter,
    command_time_limit_ms: config.command_time_limit,
  };
}
