// Whether a client is one of us. Networks are trusted on 25 only: on 587 people log in, and LMTP is for mailboxes.

import { type IpNetwork, isInAnyNetwork } from '#base/ip-network.ts';
import { isPosted, type SessionFacts } from './envelope.ts';

/** Why a client is believed. */
export type ClientTrust = 'stranger' | 'mynetworks' | 'login' | 'own';

export function trustIn(
  session: SessionFacts,
  { mynetworks }: { readonly mynetworks: readonly IpNetwork[] },
): ClientTrust {
  if (isPosted(session)) return 'own';
  if (session.login !== undefined) return 'login';
  const isNear = session.profile === 'smtp' && isInAnyNetwork(session.connection.clientAddress, mynetworks);
  return isNear ? 'mynetworks' : 'stranger';
}
