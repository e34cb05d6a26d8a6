// Where an address leads, once every alias on the way was followed.

import type { Account } from '#mail/ports/directory.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';

export interface Destination {
  readonly account: Account;
  /** The address that led here, after aliases: what Delivered-To says. */
  readonly address: AddrSpec;
}

/** `steps` tell the way in words of our own (`alias sales@valija.test → …`); they go into the journey. */
export type Route = { readonly steps: readonly string[] } & (
  | {
      readonly kind: 'local';
      /** At least one; an account stands here once, however many aliases name it. */
      readonly destinations: readonly [Destination, ...Destination[]];
    }
  /** The address itself belongs to another server. */
  | { readonly kind: 'foreign' }
  /** Ours, but an alias on the way names an address of another server. */
  | { readonly kind: 'leads-elsewhere'; readonly target: AddrSpec }
  | { readonly kind: 'unknown-user' }
  | { readonly kind: 'disabled' }
  /** Aliases that only name each other, or too many of them. */
  | { readonly kind: 'alias-loop' }
  | { readonly kind: 'alias-limit' }
);
