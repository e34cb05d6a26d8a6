// Where an address leads, once it was rewritten and every alias on the way was followed.

import type { Account } from '#mail/ports/directory.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import type { AddrSpec } from '#protocols/message/addr-spec.ts';
import type { AddressClass } from './domain-classes.ts';

/** A mailbox of ours. */
export interface MailboxDestination {
  readonly kind: 'mailbox';
  readonly account: Account;
  /** The address that led here, after aliases: what Delivered-To says. */
  readonly address: AddrSpec;
}

/** Everything else: it leaves by the queue. */
export interface QueueDestination {
  readonly kind: 'next-hop';
  readonly address: AddrSpec;
  readonly nextHop: NextHop;
  /** Where it leaves with another envelope sender than it came with: SRS, the owner of a list. */
  readonly sender: AddrSpec | undefined;
}

export type Destination = MailboxDestination | QueueDestination;

/** In which table an address is missing, in Postfix's words. */
export type UnknownIn =
  | 'directory'
  | 'local recipient table'
  | 'virtual alias table'
  | 'virtual mailbox table'
  | 'relay recipient table';

export type Route = {
  /** The way in words of our own (`alias sales@valija.test → …`); they go into the journey. */
  readonly steps: readonly string[];
  /** Of the address itself, before any alias: whether somebody may send to it hangs on this. */
  readonly addressClass: AddressClass;
} & (
  | {
      readonly kind: 'deliverable';
      /** At least one; each stands here once, however many aliases name it. */
      readonly destinations: readonly [Destination, ...Destination[]];
    }
  | { readonly kind: 'unknown-user'; readonly unknownIn: UnknownIn }
  | { readonly kind: 'disabled' }
  /** Aliases that only name each other. */
  | { readonly kind: 'alias-loop' }
  /** Too many addresses, or aliases too deep in aliases. */
  | { readonly kind: 'alias-limit' }
  /** A table says what nobody can follow: the administrator must mend it. */
  | { readonly kind: 'broken-table'; readonly mistake: string }
);
