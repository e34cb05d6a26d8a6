// Is the recipient's mail for here, or do we carry it on? Whoever lets strangers write to anywhere is an open relay.

import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { plain } from './kinds.ts';
import { type Opinion, PERMIT, refuse } from './opinion.ts';
import type { JudgedCommand, RecipientDestination, RestrictionKinds } from './restriction.ts';

/** What lives here, and what we hand on as a service; but nobody says how it goes on behind us. */
export function isAuthorized({ addressClass, hasSenderRoute }: RecipientDestination): boolean {
  return addressClass !== 'foreign' && !(addressClass === 'relay' && hasSenderRoute);
}

function permitAuthDestination({ destination }: JudgedCommand): Opinion | undefined {
  return destination !== undefined && isAuthorized(destination) ? PERMIT : undefined;
}

function rejectUnauthDestination(command: JudgedCommand): Opinion | undefined {
  return denyRelay(command, command.settings.relay_domains_reject_code);
}

/** The same softly, for whoever is not sure of the settings yet. */
function deferUnauthDestination(command: JudgedCommand): Opinion | undefined {
  const code = command.settings.relay_domains_reject_code;
  return denyRelay(command, code < 500 ? code : code - 100);
}

function denyRelay({ destination, recipient }: JudgedCommand, code: number): Opinion | undefined {
  if (destination === undefined || recipient === undefined || isAuthorized(destination)) return undefined;
  return refuse(code, '7.1', `<${formatAddrSpec(recipient)}>: Relay access denied`);
}

/** Also why a recipient was accepted whom no restriction spoke of. */
export const PERMIT_AUTH_DESTINATION = 'permit_auth_destination';

export const DESTINATION: RestrictionKinds = {
  [PERMIT_AUTH_DESTINATION]: plain('recipient', permitAuthDestination),
  reject_unauth_destination: plain('recipient', rejectUnauthDestination),
  defer_unauth_destination: plain('recipient', deferUnauthDestination),
};
