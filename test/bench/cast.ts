// The servers that have come on in this run: how each was set up, and which still run, so that a run that is interrupted
// leaves none behind.

import type { Peer } from './peer.ts';

const START_MS = 60_000;

export class Cast {
  /** By name and version. */
  readonly settings = new Map<string, string>();
  readonly #running = new Set<Peer>();

  async enter<P extends Peer>(starting: Promise<P>): Promise<P> {
    const peer = await inTime(starting);
    // Where the files happen to be tells a reader nothing.
    const text = peer.describeSettings().trim().replaceAll(peer.folder, 'FOLDER');
    this.settings.set(`${peer.name} ${peer.version}`, text);
    this.#running.add(peer);
    const stop = async () => {
      this.#running.delete(peer);
      await peer.stop();
    };
    return { ...peer, stop };
  }

  async stopAll(): Promise<void> {
    await Promise.allSettled([...this.#running].map((peer) => peer.stop()));
  }
}

async function inTime<T>(starting: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`a server did not start within ${START_MS / 1_000} s`)), START_MS);
  try {
    return await Promise.race([starting, late]);
  } finally {
    clearTimeout(timer);
  }
}
