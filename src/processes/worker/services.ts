// What is spoken at each door, with the settings that hold there.

import { setTimeout as delay } from 'node:timers/promises';
import { parseIpNetworks } from '#base/ip-network.ts';
import { createAcceptance } from '#mail/acceptance/acceptance.ts';
import { LOG_AREAS } from '#mail/acceptance/log-lines.ts';
import type { PassedClients } from '#mail/visitors/passed-clients.ts';
import type { Config, Listen } from '#platform/config/schema.ts';
import { systemClock } from '#platform/machine/clock.ts';
import { DEFAULT_IMAP_LIMITS } from '#services/imap/limits.ts';
import { serveImap } from '#services/imap/serve.ts';
import { turnAwayImap } from '#services/imap/turn-away.ts';
import type { MaildropLocks } from '#services/pop3/maildrop-locks.ts';
import { servePop3 } from '#services/pop3/serve.ts';
import { turnAwayPop3 } from '#services/pop3/turn-away.ts';
import type { PregreetWorld } from '#services/smtp/pregreet.ts';
import { serveSmtp } from '#services/smtp/serve.ts';
import { turnAwaySmtp } from '#services/smtp/turn-away.ts';
import { doorOf } from './door-limits.ts';
import type { Interior, Service } from './interior.ts';
import { type SmtpDoor, smtpDoor } from './smtp-door.ts';
import { webService } from './web-door.ts';

export function serviceFor(entry: Listen, config: Config, house: Interior, locks: MaildropLocks): Service {
  const door = smtpDoor(entry, config);
  if (door !== undefined) return smtpService(entry, door, config, house);
  switch (entry.service) {
    case 'imap':
    case 'imaps':
      return imapService(entry, config, house);
    case 'pop3':
    case 'pop3s':
      return pop3Service(entry, config, house, locks);
    default:
      return webService(entry, config, house);
  }
}

function smtpService(entry: Listen, door: SmtpDoor, config: Config, house: Interior): Service {
  const { login, contentStore, log } = house;
  const { profile, hostname, tlsLevel, limits, settings, restrictions, milters } = door;
  const acceptance = createAcceptance({ ...house.intake.acceptance, settings, restrictions, milters });
  const dependencies = {
    profile,
    tlsLevel,
    hostname,
    acceptance,
    login,
    contentStore,
    log,
    clock: systemClock,
    limits,
    delay: wait,
    pregreet: profile === 'smtp' && house.passed ? pregreetOf(config, door, house.passed) : undefined,
    nameClient: config.smtpd_peername_lookup === 'always' || milters !== undefined ? house.nameClient : undefined,
  };
  return {
    door: doorOf(entry, config, LOG_AREAS[profile], 'smtpd'),
    implicitTls: profile === 'submissions',
    proxies: parseIpNetworks(entry.haproxy_trusted_networks),
    serve: (connection, visit) => serveSmtp(connection, { ...dependencies, visit }),
    turnAway: (connection, text) => turnAwaySmtp(connection, hostname, text),
  };
}

/** Only servers that we do not know come to this door. */
function pregreetOf(
  config: Config,
  { hostname, settings }: SmtpDoor,
  passed: PassedClients,
): PregreetWorld | undefined {
  if (config.postscreen_greet_wait === 0) return undefined;
  return {
    passed,
    settings: {
      waitMs: config.postscreen_greet_wait,
      action: config.postscreen_greet_action,
      banner: config.postscreen_greet_banner ?? `${hostname} ESMTP Valija`,
      lifetimeMs: config.postscreen_greet_ttl,
      mostRemembered: config.postscreen_cache_limit,
      mynetworks: settings.mynetworks,
    },
  };
}

function imapService(entry: Listen, config: Config, house: Interior): Service {
  const { login, mailStore, contentStore, log, version } = house;
  const limits = {
    ...DEFAULT_IMAP_LIMITS,
    inactivityTimeoutMs: config.imap_idle_timeout,
    loginTimeoutMs: config.login_timeout,
    contentTimeoutMs: config.smtpd_timeout,
    leastDataRate: config.smtpd_min_data_rate,
    errorSleepMs: config.smtpd_error_sleep_time,
    appendBytes: entry.message_size_limit ?? config.message_size_limit,
  };
  const dependencies = { version, login, mailStore, contentStore, log, clock: systemClock, limits, delay: wait };
  return {
    door: doorOf(entry, config, 'imap-login', 'mail'),
    implicitTls: entry.service === 'imaps',
    proxies: parseIpNetworks(entry.haproxy_trusted_networks),
    serve: (connection, visit) => serveImap(connection, { ...dependencies, visit }),
    turnAway: turnAwayImap,
  };
}

function pop3Service(entry: Listen, config: Config, house: Interior, locks: MaildropLocks): Service {
  const { login, mailStore, log } = house;
  const hostname = entry.myhostname ?? config.myhostname;
  const times = {
    inactivityTimeoutMs: config.pop3_idle_timeout,
    loginTimeoutMs: config.login_timeout,
    errorSleepMs: config.smtpd_error_sleep_time,
  };
  const dependencies = { hostname, login, mailStore, log, locks, clock: systemClock, delay: wait, times };
  return {
    door: doorOf(entry, config, 'pop3-login', 'mail'),
    implicitTls: entry.service === 'pop3s',
    proxies: parseIpNetworks(entry.haproxy_trusted_networks),
    serve: (connection) => servePop3(connection, dependencies),
    turnAway: turnAwayPop3,
  };
}

const wait = (ms: number) => delay(ms);
