// Once all of a message is here, quotas are judged again by what came: at RCPT there was only what the client had declared,
// which may be nothing, or less. LMTP has a reply for each recipient. SMTP has one for all: as at an alias, it must not
// refuse what others can take, and says that there is no room only where nobody has any.

import { decideRoom } from '#mail/policy/recipient.ts';
import type { Verdict } from '#mail/policy/verdict.ts';
import type { AcceptanceWorld } from './acceptance-world.ts';
import type { SessionFacts } from './envelope.ts';
import type { RoutedRecipient } from './plan.ts';
import { findRoomFor } from './recipient-facts.ts';

export interface WithoutRoom {
  readonly room: 'full' | 'never';
  readonly verdict: Verdict;
}

export interface ContentRoomQuestion {
  readonly session: SessionFacts;
  /** What was judged at RCPT. */
  readonly expectedBytes: number;
  readonly sizeBytes: number;
}

/** Who cannot have it: some by LMTP, all or nobody by SMTP. Throws WorldError when the store cannot be asked. */
export async function findWithoutRoom<R extends RoutedRecipient>(
  { mailStore }: Pick<AcceptanceWorld, 'mailStore'>,
  { session, expectedBytes, sizeBytes }: ContentRoomQuestion,
  recipients: readonly R[],
): Promise<ReadonlyMap<R, WithoutRoom>> {
  const without = new Map<R, WithoutRoom>();
  if (sizeBytes <= expectedBytes) return without;
  for (const routed of recipients) {
    const { recipient, destinations } = routed;
    const room = await findRoomFor(mailStore, destinations, sizeBytes);
    const verdict = decideRoom({ room, recipient });
    if (room !== 'enough' && verdict !== undefined) without.set(routed, { room, verdict });
    else if (session.profile !== 'lmtp') return new Map();
  }
  return without;
}

/** One reply for all: where one of them will have room again, the sender may try again. */
export function strongestOf(without: Iterable<WithoutRoom>): WithoutRoom | undefined {
  const all = [...without];
  return all.find(({ room }) => room === 'full') ?? all[0];
}
