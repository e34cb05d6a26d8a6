// The doors: each `[[listen]]` of the configuration bound and given its service, and the control socket.

import { join } from 'node:path';
import { createAcceptance } from '#mail/acceptance/acceptance.ts';
import type { Connection } from '#mail/ports/connection.ts';
import type { ListenerStatus, StatusSource } from '#mail/ports/status-source.ts';
import type { Config, Listen, ServiceName } from '#platform/config/schema.ts';

import { listenControl } from '#platform/ipc/control-server.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { type Listener, openListener } from '#platform/sockets/listener.ts';
import type { BoundListener } from '#processes/messages.ts';
import { adminMethods } from '#services/admin/methods.ts';
import { DEFAULT_IMAP_LIMITS } from '#services/imap/limits.ts';
import { serveImap } from '#services/imap/serve.ts';
import { createMaildropLocks, type MaildropLocks } from '#services/pop3/maildrop-locks.ts';
import { servePop3 } from '#services/pop3/serve.ts';
import { DEFAULT_SMTP_SERVICE_LIMITS } from '#services/smtp/limits.ts';
import { serveSmtp } from '#services/smtp/serve.ts';
import type { House } from './compose.ts';
import { createConnectionIds } from './connection-ids.ts';

export interface Doors extends AsyncDisposable {
  readonly bound: readonly BoundListener[];
  stop(graceMs: number): Promise<void>;
}

/** A door that is open, and how many have come through it. */
interface OpenDoor {
  readonly service: ServiceName;
  readonly listener: Listener;
  readonly visitors: { total: number };
}

type Serve = (connection: Connection) => Promise<void>;

export async function openDoors(config: Config, house: House): Promise<Doors> {
  const startedMs = systemClock.nowMs();
  await using opened = new AsyncDisposableStack();
  const doors: OpenDoor[] = [];
  const nextConnectionId = createConnectionIds(startedMs);
  const locks = createMaildropLocks();
  for (const entry of config.listen) {
    const door = await openDoor(entry, serviceFor(entry, config, house, locks), house, nextConnectionId);
    opened.use(door.listener);
    doors.push(door);
  }
  const status = statusSource(doors, config, house, startedMs);
  const methods = adminMethods({ directory: house.admin, status, journeys: house.journeys, log: house.log });
  opened.use(await listenControl(join(config.state_directory, 'run', 'control.sock'), methods));
  const resources = opened.move();
  return {
    bound: doors.map(({ service, listener: { address, port } }) => ({ service, address, port })),
    async stop(graceMs) {
      await Promise.all(doors.map(({ listener }) => listener.stop(graceMs)));
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

async function openDoor(entry: Listen, serve: Serve, house: House, nextConnectionId: () => string): Promise<OpenDoor> {
  const { service, address, port } = entry;
  const visitors = { total: 0 };
  const settings = {
    address,
    port,
    implicitTls: service === 'submissions' || service === 'imaps' || service === 'pop3s',
    secureContext: house.tls.context,
    nextConnectionId,
    reportBug: (error: unknown) =>
      house.log.write('error', service, `bug: ${error instanceof Error ? error.stack : error}`),
  };
  const listener = await openListener(settings, (connection) => {
    visitors.total += 1;
    return serve(connection);
  });
  return { service, listener, visitors };
}

function serviceFor(entry: Listen, config: Config, house: House, locks: MaildropLocks): Serve {
  const { login, mailStore, contentStore, log, version } = house;
  const hostname = entry.myhostname ?? config.myhostname;
  switch (entry.service) {
    case 'smtp':
    case 'submission':
    case 'submissions':
    case 'lmtp':
      return smtpService(entry, entry.service, config, house);
    case 'imap':
    case 'imaps': {
      const messageSizeLimit = entry.message_size_limit ?? config.message_size_limit;
      const limits = {
        ...DEFAULT_IMAP_LIMITS,
        inactivityTimeoutMs: config.imap_idle_timeout,
        appendBytes: messageSizeLimit,
      };
      return (connection) =>
        serveImap(connection, { version, login, mailStore, contentStore, log, clock: systemClock, limits });
    }
    case 'pop3':
    case 'pop3s': {
      const inactivityTimeoutMs = config.pop3_idle_timeout;
      return (connection) => servePop3(connection, { hostname, login, mailStore, log, locks, inactivityTimeoutMs });
    }
  }
}

function smtpService(
  entry: Listen,
  profile: 'smtp' | 'submission' | 'submissions' | 'lmtp',
  config: Config,
  house: House,
): Serve {
  const { login, contentStore, log } = house;
  const hostname = entry.myhostname ?? config.myhostname;
  const messageOctets = entry.message_size_limit ?? config.message_size_limit;
  const recipients = entry.smtpd_recipient_limit ?? config.smtpd_recipient_limit;
  const acceptance = createAcceptance({
    ...house.acceptance,
    settings: {
      myhostname: hostname,
      message_size_limit: messageOctets,
      header_size_limit: config.header_size_limit,
      hopcount_limit: config.hopcount_limit,
      smtpd_recipient_limit: recipients,
    },
  });
  const limits = {
    ...DEFAULT_SMTP_SERVICE_LIMITS,
    messageOctets,
    discardOctets: messageOctets,
    recipients,
    errors: entry.smtpd_hard_error_limit ?? config.smtpd_hard_error_limit,
    commandTimeoutMs: config.smtpd_timeout,
  };
  const dependencies = { profile, hostname, acceptance, login, contentStore, log, clock: systemClock, limits };
  return (connection) => serveSmtp(connection, dependencies);
}

function statusSource(doors: readonly OpenDoor[], config: Config, house: House, startedMs: number): StatusSource {
  const listenerStatus = ({ service, listener, visitors }: OpenDoor): ListenerStatus => ({
    service,
    address: listener.address,
    port: listener.port,
    sessions: listener.openConnections,
    sessionsTotal: visitors.total,
  });
  return {
    async status() {
      return {
        version: house.version,
        pid: process.pid,
        hostname: config.myhostname,
        startedMs,
        nowMs: systemClock.nowMs(),
        listeners: doors.map(listenerStatus),
        messages: house.messageCounts(),
      };
    },
  };
}
