// Milters: which are asked of what clients bring and of what is posted here, how they are spoken to, and what holds where one
// of them cannot be asked. Postfix's parameters, but for the one whose description says so.

import { z } from 'zod';
import { mistake } from '#base/mistakes/mistake.ts';
import { DEFAULT_ACTIONS, parseMilter, parseMilterProtocol } from '#protocols/milter/service-spec.ts';
import { complain } from './issue-mistake.ts';
import { listedTables, seconds, tables, textLike, textWithout } from './setting-kinds.ts';

const milters = () =>
  z.array(z.string()).superRefine((texts, context) => {
    for (const text of texts) {
      const parsed = parseMilter(text);
      if (!parsed.ok) complain(context, parsed.error);
    }
  });

const macros = (when: string, ...names: readonly string[]) =>
  z
    .array(textLike(/^(?:[A-Za-z_]|\{[A-Za-z_]+\})$/, 'milter-macro-form'))
    .default([...names])
    .describe(`The macros that milters are sent ${when}.`);

/** For one `[[listen]]`; LMTP asks none unless its listener names them. */
export const listenMilterSettings = {
  smtpd_milters: milters().optional().describe('Overrides `smtpd_milters` for this listener; `[]` asks none.'),
  smtpd_milter_maps: listedTables().optional().describe('Overrides `smtpd_milter_maps` for this listener.'),
};

export const milterSettings = {
  smtpd_milters: milters()
    .default([])
    .describe(
      'Milters for mail that comes by SMTP, in their order: `inet:HOST:PORT`, `unix:/PATH`, or with settings of its own `{ inet:HOST:PORT, default_action=accept, command_timeout=30s }`.',
    ),
  smtpd_milter_maps: tables().describe(
    'Address of a client → the milters that are asked of it in place of `smtpd_milters`, in one text; `DISABLE`: none.',
  ),
  non_smtpd_milters: milters()
    .default([])
    .describe('Milters for mail that is posted on this machine, by the `sendmail` command.'),
  milter_header_checks: tables().describe(
    'Header fields that milters add or change → what becomes of them, as in header_checks(5): `IGNORE`, `REPLACE`, `REJECT`, `HOLD`, `DISCARD`, `REDIRECT`, `FILTER` …',
  ),
  internal_mail_filter_classes: z
    .array(z.enum(['bounce', 'notify']))
    .default([])
    .describe('Mail of the server itself that `non_smtpd_milters` see, too: `bounce` or `notify`, which are one here.'),
  milter_default_action: z
    .enum(DEFAULT_ACTIONS)
    .default('tempfail')
    .describe(
      'What becomes of mail where a milter cannot be asked, or says what nobody understands: `accept` goes on without it, `tempfail` and `reject` refuse, `quarantine` sets apart, `shutdown` ends the connection with 421.',
    ),
  milter_connect_timeout: seconds('30s').describe('How long a connection to a milter may take to be opened.'),
  milter_command_timeout: seconds('30s').describe('How long a milter may take to answer a command.'),
  milter_content_timeout: seconds('300s').describe('How long it may take to answer a piece of a message, or its end.'),
  milter_progress_timeout: seconds('600s').describe(
    'How long a milter may go on saying that it is still at work, for one answer. (Ours.)',
  ),
  milter_protocol: textWithout((text) =>
    parseMilterProtocol(text) === undefined ? mistake('milter-protocol-form') : undefined,
  )
    .default('6')
    .describe('The version of the protocol that milters are offered: `6`, or `2`, `3`, `4`, with `no_header_reply`.'),
  milter_macro_daemon_name: z
    .string()
    .optional()
    .describe('The macro `{daemon_name}`; `myhostname` where it is not set. OpenDKIM’s MTA compares it.'),
  milter_macro_v: z.string().default('Valija').describe('The macro `{v}`.'),
  milter_macro_defaults: z
    .array(textLike(/^\{?[A-Za-z_]+\}?=/, 'macro-default-form'))
    .default([])
    .describe('Macros that nothing is known of, as `name=value`.'),
  milter_connect_macros: macros('when a client connects', 'j', '{daemon_name}', '{daemon_addr}', 'v', '_'),
  milter_helo_macros: macros('at HELO or EHLO', '{tls_version}', '{cipher}', '{cipher_bits}'),
  milter_mail_macros: macros(
    'at MAIL',
    ...['i', '{auth_type}', '{auth_authen}', '{auth_author}', '{mail_addr}', '{mail_host}', '{mail_mailer}'],
  ),
  milter_rcpt_macros: macros('at RCPT', 'i', '{rcpt_addr}', '{rcpt_host}', '{rcpt_mailer}'),
  milter_data_macros: macros('at DATA', 'i'),
  milter_end_of_header_macros: macros('at the end of the header', 'i'),
  milter_end_of_data_macros: macros('at the end of the message', 'i'),
};
