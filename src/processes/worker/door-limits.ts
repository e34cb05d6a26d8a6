// How many may be at a door, by the settings of its family and what its `[[listen]]` overrides.

import type { VisitorLimits } from '#mail/policy/connection.ts';
import type { Door } from '#mail/visitors/visitors.ts';
import type { Config, Listen } from '#platform/config/schema.ts';

export function doorOf(entry: Listen, config: Config, area: string, family: VisitorLimits['family']): Door {
  const [ofNetwork, arrivals] = networkLimits(config)[family];
  return {
    service: entry.service,
    area,
    limits: {
      family,
      inAll: config.connection_limit,
      atDoor: entry.service_connection_limit ?? config.service_connection_limit,
      ofNetwork,
      arrivals,
      messages: config.smtpd_client_message_rate_limit,
      ofAccount: config.mail_max_userip_connections,
    },
  };
}

function networkLimits(
  config: Config,
): Record<VisitorLimits['family'], readonly [ofNetwork: number, arrivals: number]> {
  return {
    smtpd: [config.smtpd_client_connection_count_limit, config.smtpd_client_connection_rate_limit],
    mail: [config.mail_client_connection_count_limit, config.mail_client_connection_rate_limit],
    http: [config.http_client_connection_count_limit, config.http_client_connection_rate_limit],
  };
}
