// The servers that have come on in this run: how each was set up, and which still run, so that a run that is interrupted
// leaves none behind.

import type { Peer } from './peer.ts';

export class Cast {
  /** By name and version. */
  readonly settings = new Map<string, string>();
  readonly #running = new Set<Peer>();

  async enter<P extends Peer>(starting: Promise<P>): Promise<P> {
    const peer = await starting;
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
