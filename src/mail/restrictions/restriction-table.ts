// Every restriction by its name. The names stand in the families, each beside what it does; the list is the register.

import { type Mistake, mistake } from '#base/mistakes/mistake.ts';
import { ACCESS } from './access.ts';
import { ADDRESS } from './address.ts';
import { CLIENT } from './client.ts';
import { CLIENT_NAME } from './client-name.ts';
import { DESTINATION } from './destination.ts';
import { DNS_LIST } from './dns-list.ts';
import { GREETING_NAME } from './greeting-name.ts';
import { GREYLIST } from './greylist.ts';
import { HOST_ACCESS } from './host-access.ts';
import { LISTED } from './listed.ts';
import { POLICY_SERVICE } from './policy-service.ts';
import type { RestrictionKind, RestrictionKinds } from './restriction.ts';
import { SENDER_LOGIN } from './sender-login.ts';
import { UNCONDITIONAL } from './unconditional.ts';

const KINDS: RestrictionKinds = {
  ...UNCONDITIONAL,
  ...CLIENT,
  ...CLIENT_NAME,
  ...GREETING_NAME,
  ...ADDRESS,
  ...SENDER_LOGIN,
  ...LISTED,
  ...DESTINATION,
  ...ACCESS,
  ...HOST_ACCESS,
  ...DNS_LIST,
  ...POLICY_SERVICE,
  ...GREYLIST,
};

/** Names that Postfix had before. */
const FORMER_NAMES: Readonly<Record<string, string>> = {
  reject_unknown_client: 'reject_unknown_client_hostname',
  reject_invalid_hostname: 'reject_invalid_helo_hostname',
  reject_non_fqdn_hostname: 'reject_non_fqdn_helo_hostname',
  reject_unknown_hostname: 'reject_unknown_helo_hostname',
  reject_unknown_address: 'reject_unknown_sender_domain',
  reject_rbl: 'reject_rbl_client',
  check_recipient_maps: 'reject_unlisted_recipient',
};

/** What Postfix has, and this server has not, with the reason. */
const ABSENT: Readonly<Record<string, Mistake>> = {
  check_ccert_access: mistake('absent-client-certificates'),
  permit_tls_clientcerts: mistake('absent-client-certificates'),
  permit_tls_all_clientcerts: mistake('absent-client-certificates'),
  check_etrn_access: mistake('absent-etrn'),
  check_relay_domains: mistake('absent-instead', { instead: 'permit_mynetworks, reject_unauth_destination' }),
  permit_mx_backup: mistake('absent-mx-backup'),
  permit_naked_ip_address: mistake('absent-instead', { instead: 'permit_mynetworks' }),
  reject_maps_rbl: mistake('absent-instead', { instead: 'reject_rbl_client' }),
};

export const RESTRICTION_NAMES: readonly string[] = Object.keys(KINDS);

export interface KnownRestriction {
  readonly name: string;
  readonly kind: RestrictionKind;
}

/** In whatever case it is written. */
export function findRestriction(word: string): KnownRestriction | undefined {
  const lower = word.toLowerCase();
  const name = Object.hasOwn(FORMER_NAMES, lower) ? (FORMER_NAMES[lower] ?? lower) : lower;
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  return kind && { name, kind };
}

/** Why there is none of this name, where Postfix has one. */
export function findReasonOfAbsence(word: string): Mistake | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(ABSENT, lower) ? ABSENT[lower] : undefined;
}
