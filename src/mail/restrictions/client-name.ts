// Has the client a name, and does the name lead back to it? Asked of the DNS: RFC 1912 §2.1 wants both of every host.

import { ask, type Inquiry } from './fact.ts';
import { plain } from './kinds.ts';
import { type Opinion, refuse } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';

export const UNKNOWN_CLIENT = 'unknown';

/** Postfix's client_name: verified both ways, else `unknown`. */
export function* findClientName(): Inquiry<string> {
  const found = yield* ask({ kind: 'client-name' });
  return found.kind === 'found' && found.verified === true ? found.name : UNKNOWN_CLIENT;
}

/** Postfix's reverse_client_name: what the client's network says of itself. */
export function* findReverseClientName(): Inquiry<string> {
  const found = yield* ask({ kind: 'client-name' });
  return found.kind === 'found' ? found.name : UNKNOWN_CLIENT;
}

function* rejectUnknownClientHostname(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const found = yield* ask({ kind: 'client-name' });
  if (found.kind === 'found' && found.verified === true) return undefined;
  const isCertain = found.kind === 'none' || (found.kind === 'found' && found.verified === false);
  return nameless(command, isCertain, 'hostname');
}

function* rejectUnknownReverseClientHostname(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const found = yield* ask({ kind: 'client-name' });
  return found.kind === 'found' ? undefined : nameless(command, found.kind === 'none', 'reverse hostname');
}

/** A name is there, and does not lead back. */
function* rejectUnknownForwardClientHostname(command: JudgedCommand): Inquiry<Opinion | undefined> {
  const found = yield* ask({ kind: 'client-name' });
  if (found.kind !== 'found' || found.verified === true) return undefined;
  return nameless(command, found.verified === false, 'forward hostname');
}

/** RFC 7372 §3.3 has a status for it. */
function nameless({ session, settings }: JudgedCommand, isCertain: boolean, what: string): Opinion {
  const code = isCertain ? settings.unknown_client_reject_code : 450;
  return refuse(code, '7.25', `Client host rejected: cannot find your ${what}, [${session.connection.clientAddress}]`);
}

export const CLIENT_NAME: RestrictionKinds = {
  reject_unknown_client_hostname: plain('client', rejectUnknownClientHostname, { kind: 'dns' }),
  reject_unknown_reverse_client_hostname: plain('client', rejectUnknownReverseClientHostname, { kind: 'dns' }),
  reject_unknown_forward_client_hostname: plain('client', rejectUnknownForwardClientHostname, { kind: 'dns' }),
};
