// A process's private streams to others of ours, by what they are: whoever needs one waits until it is there. One that
// was lost comes back by itself: the side that connects tries again, and the supervisor replaces what has ended.

import { setTimeout as delay } from 'node:timers/promises';
import { WorldError } from '#base/world-error.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { connectPeer, type HubPlace } from '#platform/ipc/connect-peer.ts';
import { type OnPeer, type Peer, PeerListener } from '#platform/ipc/peer-listener.ts';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
const WAIT_TIMEOUT_MS = 30_000;

interface Waiting {
  readonly peer: Peer;
  resolve(channel: Channel): void;
  reject(error: WorldError): void;
}

export interface PeersOptions {
  /** This process was let in by a hub. */
  connected(hub: string): void;
  /** Somebody waits for a peer that is not there. */
  missing(peer: Peer): void;
}

export class Peers implements AsyncDisposable {
  readonly #options: PeersOptions;
  readonly #channels = new Map<string, Channel>();
  readonly #waiting = new Set<Waiting>();
  /** Of the hubs, by their role. */
  readonly #places = new Map<string, HubPlace>();
  readonly #opened = Promise.withResolvers<OnPeer>();
  readonly #listener: PeerListener;
  #isEnding = false;

  constructor(options: PeersOptions) {
    this.#options = options;
    this.#listener = new PeerListener((peer, channel) => void this.#arrived(peer, channel));
  }

  /** From now on others are let in, and hubs are connected to; `onPeer` may `serve` on a new channel at once. */
  open(onPeer: OnPeer = () => undefined): void {
    this.#opened.resolve(onPeer);
  }

  /** Waits for it, bounded. Throws WorldError. */
  channelTo(role: string, user?: string): Promise<Channel> {
    const peer: Peer = { role, user };
    const channel = this.#channels.get(keyOf(peer));
    if (channel?.isOpen === true) return Promise.resolve(channel);
    if (this.#isEnding) return Promise.reject(missing(peer, true, 'this process is ending'));
    const isWaitedFor = [...this.#waiting].some((other) => keyOf(other.peer) === keyOf(peer));
    if (!isWaitedFor) this.#options.missing(peer);
    return new Promise((resolve, reject) => {
      const waiting = { peer, resolve, reject };
      this.#waiting.add(waiting);
      const timer = setTimeout(() => this.#denyOne(waiting, true, 'it did not come in time'), WAIT_TIMEOUT_MS);
      timer.unref();
    });
  }

  /** This process is ending: those that are there stay, the others are not waited for. */
  stopWaiting(): void {
    this.#isEnding = true;
    for (const waiting of this.#waiting) this.#denyOne(waiting, true, 'this process is ending');
  }

  /** The open ones, whoever is at the other end. */
  channels(): Channel[] {
    return [...this.#channels.values()].filter(({ isOpen }) => isOpen);
  }

  async listen(name: string): Promise<void> {
    await this.#opened.promise;
    await this.#listener.listen(name);
  }

  expect(token: string, peer: Peer): void {
    this.#listener.expect(token, peer);
  }

  forget(token: string): void {
    this.#listener.forget(token);
  }

  /** And connects again whenever the stream is lost, until the supervisor names another place. */
  async connect(place: HubPlace): Promise<void> {
    const { hub } = place;
    this.#places.set(hub, place);
    await this.#opened.promise;
    for (let pauseMs = FIRST_PAUSE_MS; this.#places.get(hub) === place; ) {
      try {
        const channel = await connectPeer(place);
        // The supervisor has named another place meanwhile, or all is at its end.
        if (this.#places.get(hub) !== place) return await channel.close();
        pauseMs = FIRST_PAUSE_MS;
        this.#options.connected(hub);
        await this.#arrived({ role: hub }, channel);
      } catch (error) {
        if (!(error instanceof WorldError)) throw error;
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      }
      await delay(pauseMs, undefined, { ref: false });
    }
  }

  /** There will be none for those who wait. */
  deny(peer: Peer, transient: boolean, text: string): void {
    for (const waiting of this.#waiting) {
      if (keyOf(waiting.peer) === keyOf(peer)) this.#denyOne(waiting, transient, text);
    }
  }

  /** What is being answered is answered; others come no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#places.clear();
    this.stopWaiting();
    await Promise.all([
      ...[...this.#channels.values()].map((channel) => channel.close()),
      this.#listener[Symbol.asyncDispose](),
    ]);
  }

  async #arrived(peer: Peer, channel: Channel): Promise<void> {
    const key = keyOf(peer);
    this.#channels.set(key, channel);
    const onPeer = await this.#opened.promise;
    onPeer(peer, channel);
    for (const waiting of this.#waiting) {
      if (keyOf(waiting.peer) !== key) continue;
      this.#waiting.delete(waiting);
      waiting.resolve(channel);
    }
    await channel.closed;
    if (this.#channels.get(key) === channel) this.#channels.delete(key);
  }

  #denyOne(waiting: Waiting, transient: boolean, text: string): void {
    if (this.#waiting.delete(waiting)) waiting.reject(missing(waiting.peer, transient, text));
  }
}

function missing({ role, user }: Peer, transient: boolean, text: string): WorldError {
  const place = user === undefined ? `the ${role} process` : `the ${role} process of ${user}`;
  return new WorldError(place, { transient, cause: new Error(text) });
}

function keyOf({ role, user }: Peer): string {
  return user === undefined ? role : `${role}:${user}`;
}
