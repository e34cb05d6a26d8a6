// What a message on its way in must keep to, and how patient we are. Postfix's parameters.

import { bytes, count, limit, seconds } from './setting-kinds.ts';

export const receptionSettings = {
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
};
