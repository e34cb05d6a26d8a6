// Every restriction by its name. The names stand in the families, each beside what it does; the list is the register.

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
const ABSENT: Readonly<Record<string, string>> = {
  check_ccert_access: 'client certificates are not asked for here',
  permit_tls_clientcerts: 'client certificates are not asked for here',
  permit_tls_all_clientcerts: 'client certificates are not asked for here',
  check_etrn_access: 'there is no ETRN here',
  check_relay_domains: 'write permit_mynetworks, reject_unauth_destination in its place',
  permit_mx_backup: 'name the domains in relay_domains in its place: anybody can point an MX record here',
  permit_naked_ip_address: 'write permit_mynetworks in its place',
  reject_maps_rbl: 'write reject_rbl_client in its place',
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
export function findReasonOfAbsence(word: string): string | undefined {
  const lower = word.toLowerCase();
  return Object.hasOwn(ABSENT, lower) ? ABSENT[lower] : undefined;
}
