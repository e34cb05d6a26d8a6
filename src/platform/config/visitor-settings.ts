// How many may be here at once, how often they may come, how long they may be silent.

import { limit, networks, seconds } from './setting-kinds.ts';

export const visitorSettings = {
  connection_limit: limit().default(10_000).describe('Connections open at all listeners together; 0 is no limit.'),
  service_connection_limit: limit()
    .default(5_000)
    .describe('Connections open at one listener, so that what floods one leaves room at the others; 0 is no limit.'),
  smtpd_client_connection_count_limit: limit()
    .default(50)
    .describe(
      'SMTP connections that one network (an IPv4 address, an IPv6 /64) may have open at a listener; 0 is no limit.',
    ),
  smtpd_client_connection_rate_limit: limit()
    .default(0)
    .describe('SMTP connections that one network may open within a minute; 0 is no limit.'),
  smtpd_client_message_rate_limit: limit()
    .default(0)
    .describe('Messages that one network may begin within a minute; 0 is no limit.'),
  smtpd_client_event_limit_exceptions: networks()
    .default(['127.0.0.0/8', '::1/128'])
    .describe('Networks to which no limit of one network applies, with any protocol.'),
  mail_client_connection_count_limit: limit()
    .default(200)
    .describe('IMAP or POP3 connections that one network may have open at a listener; 0 is no limit.'),
  mail_client_connection_rate_limit: limit()
    .default(0)
    .describe('IMAP or POP3 connections that one network may open within a minute; 0 is no limit.'),
  mail_max_userip_connections: limit()
    .default(10)
    .describe('IMAP sessions that one account may have from one network; 0 is no limit. (POP3 has one a mailbox.)'),
  login_timeout: seconds('3m').describe('How long an IMAP or POP3 client may take from connecting to its login.'),
  imap_idle_timeout: seconds('30m').describe(
    'How long an IMAP client may be silent (RFC 3501 wants at least 30 minutes).',
  ),
  pop3_idle_timeout: seconds('10m').describe('How long a POP3 client may be silent.'),
};
