// smtpd restrictions: the lists, what they refuse with, and when they are asked. Postfix's parameters, but for
// `rbl_weight_threshold`.

import { z } from 'zod';
import { DEFAULT_LISTS, type ListName } from '#mail/restrictions/restriction-lists.ts';
import { RESTRICTION_DEFAULTS as DEFAULTS } from '#mail/restrictions/settings.ts';
import { rejectCode, tables, textLike } from './setting-kinds.ts';

const DESCRIPTIONS: Readonly<Record<ListName, string>> = {
  smtpd_client_restrictions: 'What is asked of a client, before anything else.',
  smtpd_helo_restrictions: 'What is asked of its HELO or EHLO.',
  smtpd_sender_restrictions: 'What is asked of MAIL FROM.',
  smtpd_relay_restrictions:
    'Who may send to other servers. On 587 and 465 it is `permit_sasl_authenticated, reject`, for LMTP `reject_unauth_destination`, unless the listener says otherwise.',
  smtpd_recipient_restrictions: 'What is asked of each RCPT TO, once it may be sent to.',
  smtpd_data_restrictions: 'What is asked at DATA, or the first BDAT.',
  smtpd_end_of_data_restrictions: 'What is asked when all of the message is here.',
};

const list = () => z.array(z.string());

/** Each list, as `form` makes a setting of it. */
function lists<Form>(form: (name: ListName) => Form): Readonly<Record<ListName, Form>> {
  return {
    smtpd_client_restrictions: form('smtpd_client_restrictions'),
    smtpd_helo_restrictions: form('smtpd_helo_restrictions'),
    smtpd_sender_restrictions: form('smtpd_sender_restrictions'),
    smtpd_relay_restrictions: form('smtpd_relay_restrictions'),
    smtpd_recipient_restrictions: form('smtpd_recipient_restrictions'),
    smtpd_data_restrictions: form('smtpd_data_restrictions'),
    smtpd_end_of_data_restrictions: form('smtpd_end_of_data_restrictions'),
  };
}

/** For one `[[listen]]`; on 587, 465 and LMTP what stands at the top of the file does not hold. */
export const listenRestrictionSettings = {
  ...lists((name) => list().optional().describe(`Overrides \`${name}\` for this listener.`)),
  smtpd_delay_reject: z.boolean().optional().describe('Overrides `smtpd_delay_reject` for this listener.'),
};

const tempfailAction = (whose: string) =>
  z
    .enum(['defer_if_permit', 'defer'])
    .default('defer_if_permit')
    .describe(
      `What ${whose} says where nothing could be found out: 450 at once, or unless something refuses for good.`,
    );

const replies = {
  access_map_defer_code: rejectCode(DEFAULTS.access_map_defer_code).describe(
    'The reply to `DEFER` of an access table.',
  ),
  access_map_reject_code: rejectCode(DEFAULTS.access_map_reject_code).describe(
    'The reply to `REJECT` of an access table.',
  ),
  defer_code: rejectCode(DEFAULTS.defer_code).describe('The reply of `defer`.'),
  invalid_hostname_reject_code: rejectCode(DEFAULTS.invalid_hostname_reject_code).describe(
    'The reply of `reject_invalid_helo_hostname`.',
  ),
  maps_rbl_reject_code: rejectCode(DEFAULTS.maps_rbl_reject_code).describe(
    'The reply of `reject_rbl_client` and `reject_rhsbl_*`.',
  ),
  multi_recipient_bounce_reject_code: rejectCode(DEFAULTS.multi_recipient_bounce_reject_code).describe(
    'The reply of `reject_multi_recipient_bounce`.',
  ),
  non_fqdn_reject_code: rejectCode(DEFAULTS.non_fqdn_reject_code).describe('The reply of `reject_non_fqdn_*`.'),
  nullmx_reject_code: rejectCode(DEFAULTS.nullmx_reject_code).describe(
    'The reply of `reject_unknown_recipient_domain` where the domain takes no mail (RFC 7505).',
  ),
  plaintext_reject_code: rejectCode(DEFAULTS.plaintext_reject_code).describe(
    'The reply of `reject_plaintext_session`.',
  ),
  reject_code: rejectCode(DEFAULTS.reject_code).describe('The reply of `reject`.'),
  unknown_address_reject_code: rejectCode(DEFAULTS.unknown_address_reject_code).describe(
    'The reply of `reject_unknown_sender_domain` and `reject_unknown_recipient_domain`.',
  ),
  unknown_client_reject_code: rejectCode(DEFAULTS.unknown_client_reject_code).describe(
    'The reply of `reject_unknown_client_hostname` and its kin.',
  ),
  unknown_hostname_reject_code: rejectCode(DEFAULTS.unknown_hostname_reject_code).describe(
    'The reply of `reject_unknown_helo_hostname`.',
  ),
  unverified_recipient_defer_code: rejectCode(DEFAULTS.unverified_recipient_defer_code).describe(
    'The reply of `reject_unverified_recipient` where nobody could be asked.',
  ),
  unverified_recipient_reject_reason: z
    .string()
    .default('')
    .describe('What such a reply says in place of what the other server said.'),
  unverified_sender_defer_code: rejectCode(DEFAULTS.unverified_sender_defer_code).describe(
    'The reply of `reject_unverified_sender` where nobody could be asked.',
  ),
  unverified_sender_reject_code: rejectCode(DEFAULTS.unverified_sender_reject_code).describe(
    'The same where its own server does not take the address.',
  ),
  unverified_sender_reject_reason: z
    .string()
    .default('')
    .describe('What such a reply says in place of what the other server said.'),
  unknown_address_tempfail_action: tempfailAction('`reject_unknown_*_domain`'),
  unknown_helo_hostname_tempfail_action: tempfailAction('`reject_unknown_helo_hostname`'),
  unverified_recipient_tempfail_action: tempfailAction('`reject_unverified_recipient`'),
  unverified_sender_tempfail_action: tempfailAction('`reject_unverified_sender`'),
};

export const restrictionSettings = {
  ...lists((name) =>
    list()
      .default([...DEFAULT_LISTS.smtp[name]])
      .describe(DESCRIPTIONS[name]),
  ),
  smtpd_restriction_classes: z
    .record(textLike(/^[A-Za-z0-9_]+$/, 'class-name-form'), list())
    .default({})
    .describe('Lists with a name of their own, which other lists and access tables may use: `name = ["reject_…"]`.'),
  smtpd_delay_reject: z
    .boolean()
    .default(true)
    .describe('Whether what is wrong with client, HELO or sender is only said at RCPT TO.'),
  smtpd_helo_required: z.literal(true).default(true).describe('A greeting is always wanted here; only `true`.'),
  smtpd_relay_before_recipient_restrictions: z
    .boolean()
    .default(true)
    .describe('Which of `smtpd_relay_restrictions` and `smtpd_recipient_restrictions` is asked first.'),
  smtpd_reject_unlisted_recipient: z
    .boolean()
    .default(true)
    .describe('Whether recipients who do not exist are refused; else they are bounced, which hits innocent people.'),
  smtpd_reject_unlisted_sender: z
    .boolean()
    .default(false)
    .describe('Whether senders of ours who do not exist are refused.'),
  smtpd_sender_login_maps: tables().describe(
    'Sender → logins that may use it, for `reject_*_sender_login_mismatch`. Empty: the addresses of the accounts.',
  ),
  smtpd_null_access_lookup_key: z
    .string()
    .default(DEFAULTS.smtpd_null_access_lookup_key)
    .describe('What `check_sender_access` looks the null sender up by.'),
  parent_domain_matches_subdomains: z
    .array(z.literal('smtpd_access_maps'))
    .default(['smtpd_access_maps'])
    .describe(
      'Whether `example.org` in an access table also stands for `a.example.org`; empty: `.example.org` does. (`relay_domains` always stand for those below them.)',
    ),
  default_rbl_reply: z
    .string()
    .min(1)
    .default(DEFAULTS.default_rbl_reply)
    .describe('The words of a refusal by a block list, with macros: `docs/restrictions.md`.'),
  rbl_reply_maps: tables().describe('Block list → such words of its own.'),
  rbl_weight_threshold: z
    .int()
    .min(1)
    .default(DEFAULTS.rbl_weight_threshold)
    .describe('At which sum of weights (`reject_rbl_client zen.example*3`) a client is refused. (Ours.)'),
  ...replies,
};
