// What routing goes by: Postfix's parameters under their own names, and which of them name tables.

import type { ExtensionRules } from './address-extension.ts';

/** Where extensions that matched nothing are put behind the result of a look-up. */
export type PropagatingStep = 'canonical' | 'virtual' | 'alias' | 'include';

/** Names of domains, and tables (`type:name`) whose keys are such names. */
type DomainNames = readonly string[];
/** Tables (`type:name`), asked in their order. */
type TableNames = readonly string[];

export interface RoutingSettings extends ExtensionRules {
  readonly myhostname: string;
  readonly mydomain: string;
  /** What an address without a domain gets. */
  readonly myorigin: string;
  readonly append_dot_mydomain: boolean;

  readonly mydestination: DomainNames;
  readonly relay_domains: DomainNames;
  readonly virtual_alias_domains: DomainNames;
  readonly virtual_mailbox_domains: DomainNames;

  readonly alias_maps: TableNames;
  readonly canonical_maps: TableNames;
  readonly fallback_transport_maps: TableNames;
  /** Absent: aliases, users of the machine and accounts. Empty: everybody, and who is unknown bounces. */
  readonly local_recipient_maps?: TableNames | undefined;
  readonly mailbox_transport_maps: TableNames;
  readonly recipient_canonical_maps: TableNames;
  readonly relay_recipient_maps: TableNames;
  readonly sender_canonical_maps: TableNames;
  readonly sender_dependent_relayhost_maps: TableNames;
  readonly transport_maps: TableNames;
  readonly virtual_alias_maps: TableNames;
  readonly virtual_mailbox_maps: TableNames;

  readonly propagate_unmatched_extensions: readonly PropagatingStep[];
  /** How deep aliases may lie in aliases. */
  readonly virtual_alias_recursion_limit: number;
  /** How many addresses one recipient may become. */
  readonly virtual_alias_expansion_limit: number;

  /** `transport:nexthop`, by the class of the address; transport_maps stand above them. */
  readonly local_transport: string;
  readonly virtual_transport: string;
  readonly relay_transport: string;
  readonly default_transport: string;
  /** The same, instead of a local mailbox, and for local names that nobody has. Empty: none. */
  readonly mailbox_transport: string;
  readonly fallback_transport: string;
  /** Empty: none. */
  readonly luser_relay: string;
  /** Empty: none. */
  readonly relayhost: string;
  /** Who runs the commands and writes the files of alias tables. */
  readonly default_privs: string;
  /** Who writes mailboxes that are mbox files below `virtual_mailbox_base`. */
  readonly mail_owner: string;
  readonly virtual_mailbox_base: string;
  /** Empty: senders of forwarded mail stay as they are. */
  readonly srs_domain: string;
  /** The first one signs, all of them are believed. */
  readonly srs_secrets: readonly string[];
}

const TABLE_SETTINGS = [
  'alias_maps',
  'canonical_maps',
  'fallback_transport_maps',
  'local_recipient_maps',
  'mailbox_transport_maps',
  'recipient_canonical_maps',
  'relay_recipient_maps',
  'sender_canonical_maps',
  'sender_dependent_relayhost_maps',
  'transport_maps',
  'virtual_alias_maps',
  'virtual_mailbox_maps',
] as const satisfies readonly (keyof RoutingSettings)[];

/** In the order in which Postfix asks which class a domain is of. */
export const DOMAIN_SETTINGS = [
  'mydestination',
  'virtual_alias_domains',
  'virtual_mailbox_domains',
  'relay_domains',
] as const satisfies readonly (keyof RoutingSettings)[];

export type TableSetting = (typeof TABLE_SETTINGS)[number];
export type DomainSetting = (typeof DOMAIN_SETTINGS)[number];

/** Every table that the settings name, each once: what must be opened before anything is routed. */
export function tableSettings(settings: Pick<RoutingSettings, TableSetting | DomainSetting>): readonly string[] {
  const named = TABLE_SETTINGS.flatMap((setting) => settings[setting] ?? []);
  const inLists = DOMAIN_SETTINGS.flatMap((setting) => settings[setting].filter(isTableName));
  return [...new Set([...named, ...inLists])];
}

/** `hash:/etc/valija/domains`; a domain has no colon. */
export function isTableName(entry: string): boolean {
  return entry.includes(':');
}

/** What holds where nothing is configured. */
export const ROUTING_DEFAULTS: Omit<RoutingSettings, 'myhostname' | 'mydomain' | 'myorigin' | 'mydestination'> = {
  append_dot_mydomain: false,
  relay_domains: [],
  virtual_alias_domains: [],
  virtual_mailbox_domains: [],
  alias_maps: [],
  canonical_maps: [],
  fallback_transport_maps: [],
  mailbox_transport_maps: [],
  recipient_canonical_maps: [],
  relay_recipient_maps: [],
  sender_canonical_maps: [],
  sender_dependent_relayhost_maps: [],
  transport_maps: [],
  virtual_alias_maps: [],
  virtual_mailbox_maps: [],
  recipient_delimiter: '+',
  owner_request_special: true,
  propagate_unmatched_extensions: ['canonical', 'virtual'],
  virtual_alias_recursion_limit: 100,
  virtual_alias_expansion_limit: 1_000,
  local_transport: 'local',
  virtual_transport: 'virtual',
  relay_transport: 'relay',
  default_transport: 'smtp',
  mailbox_transport: '',
  fallback_transport: '',
  luser_relay: '',
  relayhost: '',
  default_privs: 'nobody',
  mail_owner: 'valija',
  virtual_mailbox_base: '/var/mail/vhosts',
  srs_domain: '',
  srs_secrets: [],
};
