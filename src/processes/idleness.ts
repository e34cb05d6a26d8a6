// When a process that runs on demand ends: when it is told to, when nobody has asked it anything for long, or when others
// wait for its place and nothing is going on.

import type { Request } from './supervisor-link.ts';

const LONGEST_IDLE_MS = 60_000;
const LOOK_EVERY_MS = 1_000;
/** What asks once often asks again. */
const SETTLED_MS = 100;

/** As far as it matters here: the line to the supervisor, and the streams. */
interface Link {
  readonly peers: { channels(): readonly { readonly quietMs: number }[] };
  next(): Promise<Pick<Request, 'kind'>>;
}

export interface IdlenessOptions {
  /** Something is going on besides what is being answered: a session that goes on, a program that runs. */
  readonly isBusy?: () => boolean;
  /** Somebody would miss the process, and can do without it: it ends for others who wait for its place, and not by itself. */
  readonly isAwaited?: () => boolean;
  readonly longestIdleMs?: number;
  /** How long the process has been there: nobody was quiet for longer. */
  readonly ageMs?: () => number;
}

export function untilIdle(link: Link, options: IdlenessOptions = {}): Promise<void> {
  const { isBusy = () => false, isAwaited = () => false } = options;
  const { longestIdleMs = LONGEST_IDLE_MS, ageMs = () => performance.now() } = options;
  const { promise, resolve } = Promise.withResolvers<void>();
  const quietMs = () => {
    const ofChannels = link.peers.channels().map((channel) => channel.quietMs);
    return isBusy() ? 0 : Math.min(ageMs(), ...ofChannels);
  };
  const timer = setInterval(() => {
    if (quietMs() >= longestIdleMs && !isAwaited()) resolve();
  }, LOOK_EVERY_MS);
  const listen = async () => {
    for (;;) {
      const { kind } = await link.next();
      if (kind === 'stop' || (kind === 'make-room' && quietMs() >= SETTLED_MS)) return resolve();
    }
  };
  void listen();
  return promise.finally(() => clearInterval(timer));
}
