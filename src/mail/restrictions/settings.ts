// What restrictions go by besides their lists: Postfix's parameters under their own names, with its defaults.

import type { IpNetwork } from '#base/ip-network.ts';
import type { RejectCodes } from '#mail/policy/recipient.ts';

/** What to do where something could not be found out that would have refused the request. */
export type TemporaryFailureAction = 'defer_if_permit' | 'defer';

export interface RestrictionSettings extends RejectCodes {
  /** Clients that `permit_mynetworks` permits. */
  readonly mynetworks: readonly IpNetwork[];
  /** Addresses of this machine, for `permit_inet_interfaces`. */
  readonly ownAddresses: readonly string[];
  readonly recipient_delimiter: string;

  readonly smtpd_delay_reject: boolean;
  readonly smtpd_relay_before_recipient_restrictions: boolean;
  readonly smtpd_reject_unlisted_recipient: boolean;
  readonly smtpd_reject_unlisted_sender: boolean;
  /** Tables of sender → logins; empty: the accounts of the directory. */
  readonly smtpd_sender_login_maps: readonly string[];
  readonly smtpd_null_access_lookup_key: string;
  /** Where `smtpd_access_maps` is among them, a domain in an access table stands for those below it; else `.domain` does. */
  readonly parent_domain_matches_subdomains: readonly string[];

  readonly access_map_defer_code: number;
  readonly access_map_reject_code: number;
  readonly defer_code: number;
  readonly invalid_hostname_reject_code: number;
  readonly maps_rbl_reject_code: number;
  readonly multi_recipient_bounce_reject_code: number;
  readonly non_fqdn_reject_code: number;
  readonly nullmx_reject_code: number;
  readonly plaintext_reject_code: number;
  readonly reject_code: number;
  readonly unknown_address_reject_code: number;
  readonly unknown_client_reject_code: number;
  readonly unknown_hostname_reject_code: number;
  readonly unverified_recipient_defer_code: number;
  readonly unverified_sender_defer_code: number;
  readonly unverified_sender_reject_code: number;

  readonly unknown_address_tempfail_action: TemporaryFailureAction;
  readonly unknown_helo_hostname_tempfail_action: TemporaryFailureAction;
  readonly unverified_recipient_tempfail_action: TemporaryFailureAction;
  readonly unverified_sender_tempfail_action: TemporaryFailureAction;

  /** In place of what the other server said; empty: that. */
  readonly unverified_recipient_reject_reason: string;
  readonly unverified_sender_reject_reason: string;
  readonly default_rbl_reply: string;
  /** Tables of block list → template. */
  readonly rbl_reply_maps: readonly string[];
  /** The sum of weights at which a client is refused. */
  readonly rbl_weight_threshold: number;
}

export type RestrictionDefaults = Omit<RestrictionSettings, keyof RejectCodes | 'mynetworks' | 'recipient_delimiter'>;

export const RESTRICTION_DEFAULTS: RestrictionDefaults = {
  ownAddresses: [],
  smtpd_delay_reject: true,
  smtpd_relay_before_recipient_restrictions: true,
  smtpd_reject_unlisted_recipient: true,
  smtpd_reject_unlisted_sender: false,
  smtpd_sender_login_maps: [],
  smtpd_null_access_lookup_key: '<>',
  parent_domain_matches_subdomains: ['smtpd_access_maps'],
  access_map_defer_code: 450,
  access_map_reject_code: 554,
  defer_code: 450,
  invalid_hostname_reject_code: 501,
  maps_rbl_reject_code: 554,
  multi_recipient_bounce_reject_code: 550,
  non_fqdn_reject_code: 504,
  nullmx_reject_code: 556,
  plaintext_reject_code: 450,
  reject_code: 554,
  unknown_address_reject_code: 450,
  unknown_client_reject_code: 450,
  unknown_hostname_reject_code: 450,
  unverified_recipient_defer_code: 450,
  unverified_sender_defer_code: 450,
  unverified_sender_reject_code: 450,
  unknown_address_tempfail_action: 'defer_if_permit',
  unknown_helo_hostname_tempfail_action: 'defer_if_permit',
  unverified_recipient_tempfail_action: 'defer_if_permit',
  unverified_sender_tempfail_action: 'defer_if_permit',
  unverified_recipient_reject_reason: '',
  unverified_sender_reject_reason: '',
  default_rbl_reply:
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Postfix's macros.
    '$rbl_code Service unavailable; $rbl_class [$rbl_what] blocked using $rbl_domain${rbl_reason?; $rbl_reason}',
  rbl_reply_maps: [],
  rbl_weight_threshold: 5,
};
