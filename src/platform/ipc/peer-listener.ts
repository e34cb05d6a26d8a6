// The hub's side of the private streams: listens at an abstract name that the supervisor chose, and lets in those whom it
// announced. Others may connect, too: they are dropped when they show no proof, are few at a time, and are not heard.

import { createServer, type Server, type Socket } from 'node:net';
import { WorldError } from '#base/world-error.ts';
import { Channel } from './channel.ts';
import { abstractPath, formatGreeting, GREETING_BYTES, GREETING_TIMEOUT_MS, isGreeting } from './peer-proof.ts';

/** Connected, and nobody yet; the next one sends the oldest away. */
const MOST_STRANGERS = 64;

/** Who is at the other end: a row of the roster, and for a mailbox process whose it is. */
export interface Peer {
  readonly role: string;
  readonly user?: string | undefined;
}

interface Expected {
  readonly peer: Peer;
  readonly token: string;
  readonly greeting: Buffer;
  channel: Channel | undefined;
}

export type OnPeer = (peer: Peer, channel: Channel) => void;

export class PeerListener implements AsyncDisposable {
  readonly #onPeer: OnPeer;
  readonly #server: Server;
  readonly #expected = new Map<string, Expected>();
  readonly #strangers = new Set<Socket>();

  constructor(onPeer: OnPeer) {
    this.#onPeer = onPeer;
    this.#server = createServer({ allowHalfOpen: true }, (socket) => this.#meet(socket));
  }

  /** Throws WorldError when the name is taken. */
  listen(name: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(new WorldError('private streams', { transient: false, cause }));
      });
      this.#server.listen(abstractPath(name), () => {
        this.#server.on('error', () => undefined);
        resolve();
      });
    });
  }

  /** Whoever shows this token is that peer; one connection at a time. */
  expect(token: string, peer: Peer): void {
    this.#expected.set(token, { peer, token, greeting: formatGreeting(token, 'peer'), channel: undefined });
  }

  /** That peer is no more. */
  forget(token: string): void {
    const channel = this.#expected.get(token)?.channel;
    this.#expected.delete(token);
    if (channel?.isOpen === true) void channel.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const stranger of this.#strangers) stranger.destroy();
    const channels = [...this.#expected.values()].flatMap(({ channel }) => channel ?? []);
    this.#expected.clear();
    await Promise.all([
      ...channels.map((channel) => channel.close()),
      new Promise((resolve) => this.#server.close(resolve)),
    ]);
  }

  #meet(socket: Socket): void {
    const [oldest] = this.#strangers;
    if (this.#strangers.size >= MOST_STRANGERS) oldest?.destroy();
    this.#strangers.add(socket);
    const drop = () => socket.destroy();
    const timer = setTimeout(drop, GREETING_TIMEOUT_MS);
    const forget = () => {
      clearTimeout(timer);
      this.#strangers.delete(socket);
    };
    socket.on('error', drop).on('end', drop).once('close', forget);
    readGreeting(socket, (greeting) => {
      const expected = this.#recognise(greeting);
      if (expected === undefined) {
        drop();
      } else {
        forget();
        socket.off('error', drop).off('end', drop).off('close', forget);
        this.#letIn(expected, socket);
      }
    });
  }

  /** Every token is compared, so that the time tells nothing. */
  #recognise(greeting: Buffer): Expected | undefined {
    const fitting = [...this.#expected.values()].filter((expected) => isGreeting(greeting, expected.greeting));
    return fitting.find(({ channel }) => channel === undefined);
  }

  #letIn(expected: Expected, socket: Socket): void {
    socket.write(formatGreeting(expected.token, 'hub'));
    const { role, user } = expected.peer;
    const channel = new Channel(socket, user === undefined ? `the ${role} process` : `the ${role} process of ${user}`);
    expected.channel = channel;
    void channel.closed.then(() => {
      expected.channel = undefined;
    });
    this.#onPeer(expected.peer, channel);
  }
}

/** Exactly the greeting: what follows it is left to be read. */
export function readGreeting(socket: Socket, heard: (greeting: Buffer) => void): void {
  const read = () => {
    const greeting: unknown = socket.read(GREETING_BYTES);
    if (!(greeting instanceof Buffer)) return;
    socket.off('readable', read);
    heard(greeting);
  };
  socket.on('readable', read);
}
