// What is looked at before settings are loaded: themselves, and what the machine says of its network.

import type { Danger } from './danger.ts';

/** Parameters under their own names. */
export interface InterlockSettings {
  readonly accept_danger: readonly Danger[];
  readonly mynetworks: readonly string[];
  readonly relay_domains: readonly string[];
  readonly relay_recipient_maps: readonly string[];
  readonly relay_recipient_verification: boolean;
  readonly listen: readonly {
    readonly service: string;
    readonly haproxy_trusted_networks?: readonly string[] | undefined;
  }[];
}

export interface InterlockFacts {
  readonly settings: InterlockSettings;
  /** Addresses of the routers that this machine reaches the Internet through. */
  readonly gateways: readonly string[];
}
