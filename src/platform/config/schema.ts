// What `valija.toml` may say. Postfix's parameters keep their names and stand at the top level: arrays, integer bytes,
// times as "5d". The reference manual (docs/configuration.md) is written from the descriptions here.

import { z } from 'zod';
import { parseIpNetwork } from '#base/ip-network.ts';
import { durationMs } from './duration.ts';

export const SERVICES = [
  'smtp',
  'submission',
  'submissions',
  'lmtp',
  'imap',
  'imaps',
  'pop3',
  'pop3s',
] as const satisfies readonly string[];

const bytes = () => z.int().min(0);
const count = () => z.int().min(1);
/** Postfix's limits: 0 is none. */
const limit = () => z.int().min(0);
const networks = () =>
  z.array(z.string()).superRefine((texts, context) => {
    for (const text of texts) {
      const parsed = parseIpNetwork(text);
      if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
    }
  });
const seconds = (text: string) =>
  z
    .union([z.string(), z.int().min(0)])
    .default(text)
    .transform(durationMs);

const listenSchema = z.strictObject({
  service: z.enum(SERVICES).describe('What is spoken there.'),
  address: z
    .union([z.ipv4(), z.ipv6()])
    .default('127.0.0.1')
    .describe('An IPv4 or IPv6 address; "0.0.0.0" or "::" for all.'),
  port: z.int().min(0).max(65_535).describe('The port; 0 lets the system choose (tests).'),
  myhostname: z.string().min(1).optional().describe('Overrides `myhostname` for this listener.'),
  message_size_limit: bytes().optional().describe('Overrides `message_size_limit` for this listener.'),
  smtpd_recipient_limit: count().optional().describe('Overrides `smtpd_recipient_limit` for this listener.'),
  smtpd_hard_error_limit: count().optional().describe('Overrides `smtpd_hard_error_limit` for this listener.'),
  service_connection_limit: limit().optional().describe('Overrides `service_connection_limit` for this listener.'),
  haproxy_trusted_networks: networks()
    .optional()
    .describe(
      'Networks of proxies (HAProxy, nginx): their connections begin with a PROXY header, v1 or v2, that names the client.',
    ),
});

export const configSchema = z.strictObject({
  myhostname: z
    .string()
    .min(1)
    .default('localhost')
    .describe('The name of this server in greetings, Received lines and Message-IDs.'),
  state_directory: z
    .string()
    .min(1)
    .default('.')
    .describe("What the server keeps: directory, indexes, journeys, log; relative to the file's own folder."),
  virtual_mailbox_base: z
    .string()
    .min(1)
    .default('vhosts')
    .describe('Where virtual mail lies, as DOMAIN/USER below it; relative to `state_directory`.'),
  recipient_delimiter: z
    .string()
    .max(1)
    .default('+')
    .describe('`user+detail@domain` goes to `user@domain`; empty turns it off.'),
  message_size_limit: bytes().default(52_428_800).describe('The largest message, in bytes, headers included.'),
  header_size_limit: bytes().default(1_048_576).describe('The largest message header, in bytes.'),
  hopcount_limit: count().default(50).describe('A message with more Received lines is in a loop.'),
  smtpd_recipient_limit: count().default(1_000).describe('Recipients of one message; the next gets 452.'),
  smtpd_recipient_overshoot_limit: count()
    .default(1_000)
    .describe('Recipients beyond `smtpd_recipient_limit` before each further one counts as an error.'),
  smtpd_soft_error_limit: count()
    .default(10)
    .describe('Errors of one SMTP client before the answers to further ones are held back.'),
  smtpd_error_sleep_time: seconds('1s').describe(
    'How long such an answer is held back, with IMAP and POP3, too; "0s" turns it off.',
  ),
  smtpd_hard_error_limit: count().default(20).describe('Errors of one SMTP client before the connection is closed.'),
  smtpd_junk_command_limit: count()
    .default(100)
    .describe(
      'Commands without effect (NOOP, RSET, VRFY, a greeting once more …) since the last message, before each counts as an error.',
    ),
  smtpd_timeout: seconds('300s').describe('How long an SMTP client may take for a command.'),
  smtpd_min_data_rate: limit()
    .default(500)
    .describe('Bytes a second that a message must come in with, once `smtpd_timeout` has passed; also for APPEND.'),
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
  smtpd_tls_cert_file: z
    .string()
    .optional()
    .describe('PEM certificate chain; without it a self-signed one is made in `state_directory`/tls.'),
  smtpd_tls_key_file: z.string().optional().describe('PEM private key of the certificate.'),
  maillog_file: z
    .string()
    .default('log/valija.log')
    .describe('One event a line; relative to `state_directory`. Empty: none.'),
  maillog_format: z.enum(['text', 'json']).default('text').describe("How the log's lines look."),
  maillog_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least of what is logged.'),
  journey_lifetime: seconds('30d').describe("How long `valija why` can tell a message's story."),
  listen: z.array(listenSchema).min(1).describe('One entry for each address and port that is served.'),
});

export type Config = z.output<typeof configSchema>;
export type Listen = Config['listen'][number];
export type ServiceName = (typeof SERVICES)[number];
