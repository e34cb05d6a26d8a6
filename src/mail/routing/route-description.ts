// A route as plain data, for the command line and whoever else shows it.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import type { AddressClass } from './domain-classes.ts';
import type { Route } from './route.ts';
import { describeNextHop } from './transports.ts';

export interface RouteDescription {
  readonly address: string;
  readonly addressClass: AddressClass;
  /** `deliverable`, or why not. */
  readonly kind: Route['kind'];
  /** `alias ventas@valija.test → …`: the first word says what was found. */
  readonly steps: readonly string[];
  /** What the plan would hold. */
  readonly ends: readonly RouteEnd[];
  /** In which table it is missing, or what is wrong with one. */
  readonly reason?: string;
}

export interface RouteEnd {
  readonly address: string;
  readonly action: 'file' | 'queue';
  /** `INBOX of usuario1@valija.test` as its account, `smtp:example.org`, `local:usuario2`. */
  readonly to: string;
  /** Where it leaves with another envelope sender. */
  readonly sender?: string;
}

export function describeRoute(address: string, route: Route): RouteDescription {
  const { addressClass, kind, steps } = route;
  return { address, addressClass, kind, steps, ends: endsOf(route), ...reasonOf(route) };
}

function endsOf(route: Route): readonly RouteEnd[] {
  if (route.kind !== 'deliverable') return [];
  return route.destinations.map((destination): RouteEnd => {
    const address = formatAddrSpec(destination.address);
    if (destination.kind === 'mailbox') return { address, action: 'file', to: destination.account.id };
    const { nextHop, sender } = destination;
    const sentAs = sender && { sender: formatAddrSpec(sender) };
    return { address, action: 'queue', to: describeNextHop(nextHop), ...sentAs };
  });
}

function reasonOf(route: Route): { readonly reason?: string } {
  if (route.kind === 'unknown-user') return { reason: route.unknownIn };
  return route.kind === 'broken-table' ? { reason: route.mistake } : {};
}
