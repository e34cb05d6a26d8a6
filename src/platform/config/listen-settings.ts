// `[[listen]]`: one entry for each address and port that is served.

import { z } from 'zod';
import { TLS_LEVELS } from '#protocols/smtp/tls-level.ts';
import { listenMilterSettings } from './milter-settings.ts';
import { listenRestrictionSettings } from './restriction-settings.ts';
import { bytes, count, limit, networks } from './setting-kinds.ts';

export const SERVICES = [
  'smtp',
  'submission',
  'submissions',
  'lmtp',
  'imap',
  'imaps',
  'pop3',
  'pop3s',
  'http',
  'https',
] as const satisfies readonly string[];

export const listenSchema = z.strictObject({
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
  ...listenRestrictionSettings,
  ...listenMilterSettings,
  service_connection_limit: limit().optional().describe('Overrides `service_connection_limit` for this listener.'),
  smtpd_tls_security_level: z
    .enum(TLS_LEVELS)
    .optional()
    .describe('Overrides `smtpd_tls_security_level` for this listener; `smtp`, `submission` and `lmtp` only.'),
  haproxy_trusted_networks: networks()
    .optional()
    .describe(
      'Networks of proxies (HAProxy, nginx): their connections begin with a PROXY header, v1 or v2, that names the client.',
    ),
});
