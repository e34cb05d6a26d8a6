// What holds at one SMTP door: the settings of the whole server, and those that its `[[listen]]` entry overrides. A simulation
// stands at the same door.

import type { AcceptanceSettings } from '#mail/acceptance/acceptance-world.ts';
import type { DoorMilters } from '#mail/milters/door-milters.ts';
import type { Restrictions } from '#mail/restrictions/judge-command.ts';
import { smtpdMilters } from '#platform/config/door-milters.ts';
import { doorRestrictions } from '#platform/config/door-restrictions.ts';
import type { Config, Listen } from '#platform/config/schema.ts';
import { ownAddresses } from '#platform/machine/own-addresses.ts';
import type { Profile } from '#protocols/smtp/profile.ts';
import type { TlsLevel } from '#protocols/smtp/tls-level.ts';
import { DEFAULT_SMTP_SERVICE_LIMITS, type SmtpServiceLimits } from '#services/smtp/limits.ts';
import { acceptanceSettings } from './intake.ts';

export interface SmtpDoor {
  readonly profile: Profile['name'];
  readonly port: number;
  readonly hostname: string;
  readonly tlsLevel: TlsLevel;
  readonly settings: AcceptanceSettings;
  readonly restrictions: Restrictions;
  readonly milters: DoorMilters | undefined;
  readonly limits: SmtpServiceLimits;
}

/** `undefined` where mail is read. */
export function smtpDoor(entry: Listen, config: Config): SmtpDoor | undefined {
  const profile = PROFILES.find((name) => name === entry.service);
  if (profile === undefined) return undefined;
  const hostname = entry.myhostname ?? config.myhostname;
  const messageOctets = entry.message_size_limit ?? config.message_size_limit;
  const recipients = entry.smtpd_recipient_limit ?? config.smtpd_recipient_limit;
  const settings = acceptanceSettings(config);
  const neighbours = { mynetworks: settings.mynetworks, ownAddresses: [...ownAddresses(), ...config.proxy_interfaces] };
  return {
    profile,
    port: entry.port,
    hostname,
    tlsLevel: entry.smtpd_tls_security_level ?? config.smtpd_tls_security_level,
    settings: {
      ...settings,
      myhostname: hostname,
      message_size_limit: messageOctets,
      smtpd_recipient_limit: recipients,
    },
    restrictions: doorRestrictions(entry, config, neighbours),
    milters: smtpdMilters(entry, config),
    limits: {
      ...DEFAULT_SMTP_SERVICE_LIMITS,
      messageOctets,
      discardOctets: messageOctets,
      recipients,
      errors: entry.smtpd_hard_error_limit ?? config.smtpd_hard_error_limit,
      softErrors: config.smtpd_soft_error_limit,
      junkCommands: config.smtpd_junk_command_limit,
      recipientOvershoot: config.smtpd_recipient_overshoot_limit,
      commandTimeoutMs: config.smtpd_timeout,
      contentTimeoutMs: config.smtpd_timeout,
      leastDataRate: config.smtpd_min_data_rate,
      errorSleepMs: config.smtpd_error_sleep_time,
    },
  };
}

const PROFILES: readonly Profile['name'][] = ['smtp', 'submission', 'submissions', 'lmtp'];
