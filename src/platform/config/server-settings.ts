// The server itself: its name, where its state lies, its certificate, its log.

import { z } from 'zod';
import { TLS_LEVELS } from '#protocols/smtp/tls-level.ts';
import { bytes, seconds } from './setting-kinds.ts';

export const serverSettings = {
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
  smtpd_tls_cert_file: z
    .string()
    .optional()
    .describe('PEM certificate chain; without it a self-signed one is made in `state_directory`/tls.'),
  smtpd_tls_key_file: z.string().optional().describe('PEM private key of the certificate.'),
  smtpd_tls_security_level: z
    .enum(TLS_LEVELS)
    .default('may')
    .describe(
      'How much TLS ports that begin without it ask for: "none" offers no STARTTLS, "may" offers it, "encrypt" takes nothing before it, which strangers on port 25 do not all manage.',
    ),
  maillog_file: z
    .string()
    .default('log/valija.log')
    .describe('One event a line; relative to `state_directory`. Empty: none.'),
  maillog_format: z.enum(['text', 'json']).default('text').describe("How the log's lines look."),
  maillog_level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least of what is logged.'),
  journey_lifetime: seconds('30d').describe("How long `valija why` can tell a message's story."),
  journey_size_limit: bytes()
    .default(1_073_741_824)
    .describe('How large the stories may become together; the oldest go first.'),
};
