// Who the client is, as far as the connection itself says.

import { isInAnyNetwork, parseIpAddress } from '#base/ip-network.ts';
import { plain } from './kinds.ts';
import { type Opinion, PERMIT, refuse } from './opinion.ts';
import type { JudgedCommand, RestrictionKinds } from './restriction.ts';

function permitMynetworks({ session, settings }: JudgedCommand): Opinion | undefined {
  return isInAnyNetwork(session.connection.clientAddress, settings.mynetworks) ? PERMIT : undefined;
}

function permitInetInterfaces({ session, settings }: JudgedCommand): Opinion | undefined {
  const client = parseIpAddress(session.connection.clientAddress);
  const isOwn = settings.ownAddresses.some((address) => client && parseIpAddress(address)?.equals(client));
  return isOwn ? PERMIT : undefined;
}

function permitSaslAuthenticated({ session }: JudgedCommand): Opinion | undefined {
  return session.login === undefined ? undefined : PERMIT;
}

function rejectPlaintextSession({ session, settings }: JudgedCommand): Opinion | undefined {
  if (session.tls !== undefined) return undefined;
  return refuse(settings.plaintext_reject_code, '7.1', 'Session encryption is required');
}

/** RFC 2920 §3.1: who pipelines waits for EHLO, DATA and the greeting; spam programs do not. */
function rejectUnauthPipelining({ spokeEarly, subject }: JudgedCommand): Opinion | undefined {
  if (!spokeEarly) return undefined;
  return refuse(503, '5.0', `<${subject.name}>: ${subject.what} rejected: Improper use of SMTP command pipelining`);
}

export const CLIENT: RestrictionKinds = {
  permit_mynetworks: plain('client', permitMynetworks),
  permit_inet_interfaces: plain('client', permitInetInterfaces),
  permit_sasl_authenticated: plain('client', permitSaslAuthenticated),
  reject_plaintext_session: plain('client', rejectPlaintextSession),
  reject_unauth_pipelining: plain('client', rejectUnauthPipelining),
};
