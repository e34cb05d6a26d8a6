// A process may be leaving just when it is asked: it says that it has not begun, and whoever comes after it is asked the same.

import type { Channel } from './channel.ts';
import { PeerGone } from './peer-gone.ts';

/** Throws what the second one says, or why there is none. */
export async function askAgain<T>(
  channelTo: () => Promise<Channel>,
  ask: (channel: Channel) => Promise<T>,
): Promise<T> {
  try {
    return await ask(await channelTo());
  } catch (cause) {
    if (!(cause instanceof PeerGone) || cause.mayHaveBegun) throw cause;
    return await ask(await channelTo());
  }
}
