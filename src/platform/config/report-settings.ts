// Reports about mail (DMARC, TLS): those that are sent for other domains, and those that come for ours.

import { z } from 'zod';
import { bytes, count, mailAddress, seconds, textLike } from './setting-kinds.ts';

export const reportSettings = {
  dmarc_send_reports: z
    .enum(['auto', 'yes', 'no'])
    .default('auto')
    .describe(
      'Whether domains that ask for it (rua) get a daily report about mail in their name. "auto": where the reports will be signed, for nobody believes others.',
    ),
  dmarc_report_from: mailAddress()
    .optional()
    .describe('Who reports, and whom to ask about them; `postmaster@` and `mydomain` where it is not set.'),
  dmarc_report_organization: z
    .string()
    .max(100)
    .optional()
    .describe('The name of the sender in reports; `mydomain` where it is not set.'),
  dmarc_report_delay: seconds('4h').describe(
    'Reports are sent within this time after midnight (UTC), each at a moment of its own.',
  ),
  dmarc_report_row_limit: count()
    .default(10_000)
    .describe('Rows of one report; messages that would need more are told as a number.'),
  report_recipients: z
    .array(textLike(/^[^@\s]+@[^@\s]*$/, 'report-recipients-form'))
    .default(['dmarc@', 'dmarc-reports@', 'tlsrpt@', 'tls-reports@', 'reports@', 'postmaster@'])
    .describe(
      'Where DMARC and TLS reports of others come to: addresses, or `user@` in every domain. They are read for `valija reports`, and delivered as all mail is.',
    ),
  report_message_size_limit: bytes().default(10_485_760).describe('Larger messages are not read as reports, in bytes.'),
  report_unpacked_limit: bytes().default(26_214_400).describe('The largest report once it is unpacked, in bytes.'),
  report_daily_limit: count()
    .default(200)
    .describe('Reports that are kept of one sender domain in a day; of all senders that nothing proves, together.'),
  report_lifetime: seconds('400d').describe('How long reports of others are kept.'),
  report_size_limit: bytes()
    .default(268_435_456)
    .describe('How large they may become together, in bytes; those that nothing proves go first, then the oldest.'),
};
