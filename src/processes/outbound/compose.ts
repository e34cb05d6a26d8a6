// What stands behind the queue: its store, its transports, and the DNS that they ask. Every setting goes, as an argument, to
// whoever needs it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseServers } from '#mail/delivery/choose-servers.ts';
import type { OwnMail } from '#mail/ports/own-mail.ts';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { RecipientProbe } from '#mail/ports/recipient-probe.ts';
import type { Table } from '#mail/ports/table.ts';
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
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openQueueStore } from '#platform/queue-store/open-queue-store.ts';
import { openServerChoice } from '#platform/routing/server-choice.ts';
import { createDialer } from '#platform/sockets/dial.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import { createSystemUsers } from '#platform/system-users/system-users.ts';
import { openTable } from '#platform/tables/open-table.ts';
import { ClientTls } from '#platform/tls/client-tls.ts';
import { createSmtpTransport, type SmtpTransport } from '#services/outbound/smtp-transport.ts';
import { lmtpClientSettings, queueSettings, smtpClientSettings } from './settings.ts';
import { openTransportSecurity } from './transport-security.ts';
import { WorkerLink } from './worker-link.ts';

export interface OutboundHouse extends AsyncDisposable {
  readonly log: LogFile;
  readonly runner: QueueRunner;
  readonly admin: QueueAdmin;
  readonly worker: WorkerLink;
  readonly recipientProbe: RecipientProbe;
}

export interface OutboundSurroundings {
  readonly logToTerminal: boolean;
  channelTo(role: string, user?: string): Promise<Channel>;
}

export async function compose(config: Config, around: OutboundSurroundings): Promise<OutboundHouse> {
  await using opened = new AsyncDisposableStack();
  const state = (...names: string[]) => join(config.state_directory, ...names);
  const log = opened.use(openLogFile({ ...logSettings(config), toTerminal: around.logToTerminal }));
  for (const silent of silentNoticeClasses(config)) {
    log.write('warn', 'qmgr', `notify_classes: nothing is sent for "${silent}": see the log, or valija why QUEUE-ID`);
  }
  const worker = new WorkerLink(() => around.channelTo('worker'), log);
  const places = { database: state('queue.db'), folder: state('queue') };
  const store = opened.use(await openQueueStore(places, systemClock.nowMs(), log));
  const clients = await openClients(config, log, worker, opened);
  const transports = carriers(config, around, worker, clients);
  const bounces = bounceSettings(config);
  const world: QueueWorld = {
    clock: systemClock,
    alarm: systemAlarm,
    randomness: systemRandomness,
    store,
    transports,
    ownMail: worker,
    composeReport: (input) => composeReport({ ...input, settings: bounces }),
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
    recipientProbe: createRecipientProbe(config, clients),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Who speaks to other servers. */
interface Clients {
  readonly smtp: SmtpTransport;
  readonly lmtp: SmtpTransport;
}

async function openClients(
  config: Config,
  log: LogFile,
  ownMail: OwnMail,
  opened: AsyncDisposableStack,
): Promise<Clients> {
  const warn = (text: string) => log.write('warn', 'tables', text);
  const openTables = async (names: readonly string[]): Promise<Table[]> => {
    const tables: Table[] = [];
    for (const name of names) tables.push(opened.use(await openTable(name, { warn })));
    return tables;
  };
  const choice = openServerChoice(config, opened);
  const authorities = config.smtp_tls_CAfile === undefined ? [] : [readFileSync(config.smtp_tls_CAfile, 'utf8')];
  let connections = 0;
  const dialer = createDialer(new ClientTls(authorities), () => `out-${++connections}`);
  const world = {
    dialer,
    clock: steadyClock,
    alarm: systemAlarm,
    randomness: systemRandomness,
    log,
    chooseServers: (destination: string) => chooseServers(choice, destination),
    ...openTransportSecurity({ config, log, ownMail, choice, authorities, opened }),
  };
  const tables = {
    tlsPolicies: await openTables(config.smtp_tls_policy_maps),
    passwords: await openTables(config.smtp_sasl_password_maps),
  };
  return {
    smtp: opened.use(createSmtpTransport(world, smtpClientSettings(config, tables))),
    lmtp: opened.use(createSmtpTransport(world, lmtpClientSettings(config))),
  };
}

function carriers(
  config: Config,
  around: OutboundSurroundings,
  worker: WorkerLink,
  clients: Clients,
): QueueWorld['transports'] {
  const local = createLocalTransport({
    clock: systemClock,
    users: createSystemUsers(systemClock, openGetent()),
    settings: localSettings(config),
    ownMail: worker,
    spool: () => around.channelTo('spool'),
    mailboxOf: (user) => around.channelTo('mailbox', user),
  });
  return new Map([
    ['smtp', clients.smtp],
    ['lmtp', clients.lmtp],
    ['local', local],
    ['pipe', local],
    ['file', local],
  ] as const);
}

function createRecipientProbe(config: Config, clients: Clients): RecipientProbe {
  const sender = config.address_verify_sender ?? doubleBounceSender(config.myhostname);
  return {
    probe: (address, { transport, destination }) => clients[transport].ask({ address, destination, sender }),
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
