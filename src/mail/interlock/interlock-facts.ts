// What is looked at before settings are loaded: themselves, and what the machine says of its network.

import type { ListName, RestrictionLists } from '#mail/restrictions/restriction-lists.ts';
import type { Danger } from './danger.ts';

/** Parameters under their own names. */
export interface InterlockSettings {
  readonly accept_danger: readonly Danger[];
  readonly mynetworks: readonly string[];
  readonly mydestination: readonly string[];
  /** Without it, whoever is nobody here is refused. */
  readonly local_recipient_maps?: readonly string[] | undefined;
  readonly mailbox_transport: string;
  readonly mailbox_transport_maps: readonly string[];
  readonly fallback_transport: string;
  readonly fallback_transport_maps: readonly string[];
  readonly luser_relay: string;
  readonly relay_domains: readonly string[];
  readonly relay_recipient_maps: readonly string[];
  readonly relay_recipient_verification: boolean;
  readonly smtpd_reject_unlisted_recipient: boolean;
  readonly listen: readonly {
    readonly service: string;
    readonly haproxy_trusted_networks?: readonly string[] | undefined;
  }[];
}

/** What one listener for mail asks of its clients. */
export interface DoorLists {
  readonly service: string;
  readonly lists: RestrictionLists;
  /** Where the list is written that holds there. */
  readonly pathOf: (list: ListName) => readonly PropertyKey[];
}

export interface InterlockFacts {
  readonly settings: InterlockSettings;
  readonly doors: readonly DoorLists[];
  /** Addresses of the routers that this machine reaches the Internet through. */
  readonly gateways: readonly string[];
}
