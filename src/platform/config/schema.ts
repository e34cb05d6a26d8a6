// What `valija.toml` may say. Postfix's parameters keep their names and stand at the top level: arrays, integer bytes,
// times as "5d". The reference manual (docs/configuration.md) is written from the descriptions here.

import { z } from 'zod';
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
  smtpd_hard_error_limit: count().default(20).describe('Errors of one SMTP client before the connection is closed.'),
  smtpd_timeout: seconds('300s').describe('How long an SMTP client may be silent.'),
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
