// Where the attack takes place: a socket of this process alone, whose connections are served by the very code that serves
// port 25, but for the address of the client, which is made up.

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { WorldError } from '#base/world-error.ts';
import { SocketConnection } from '#platform/sockets/socket-connection.ts';
import { AttackClient } from './attack-client.ts';
import type { AttackedDoor, AttackedServer } from './attacked-server.ts';

/** All of it; a machine that is busy is not kept from serving for longer. */
const LONGEST_ATTACK_MS = 30_000;

const PORTS: Readonly<Record<AttackedDoor['service'], number>> = {
  ...{ smtp: 25, submission: 587, submissions: 465, lmtp: 24 },
  ...{ imap: 143, imaps: 993, pop3: 110, pop3s: 995 },
  ...{ http: 80, https: 443 },
};

export class AttackGround implements AsyncDisposable {
  readonly #server: AttackedServer;
  readonly #listener: Server;
  readonly #path = `\0valija-self-test-${randomUUID()}`;
  readonly #stays = new Set<Promise<void>>();
  readonly #sockets = new Set<Socket>();
  /** Who serves the connection that is being made. */
  #door: AttackedDoor | undefined;
  readonly #endsMs = Date.now() + LONGEST_ATTACK_MS;
  #visits = 0;

  static async open(server: AttackedServer): Promise<AttackGround> {
    const ground = new AttackGround(server);
    ground.#listener.listen(ground.#path);
    await once(ground.#listener, 'listening');
    return ground;
  }

  private constructor(server: AttackedServer) {
    this.#server = server;
    this.#listener = createServer({ allowHalfOpen: true }, (socket) => this.#receive(socket));
  }

  get visits(): number {
    return this.#visits;
  }

  /** Greeted by nobody yet; under TLS where the door has it from the first octet. One at a time. Throws WorldError when it is late. */
  async connect(door: AttackedDoor): Promise<AttackClient> {
    if (Date.now() > this.#endsMs) throw new WorldError('the attack on itself takes too long', { transient: true });
    this.#door = door;
    const arrived = once(this.#listener, 'connection');
    const socket = connect({ path: this.#path, allowHalfOpen: true });
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    await Promise.all([once(socket, 'connect'), arrived]);
    const client = new AttackClient(socket);
    if (door.implicitTls) await client.startTls();
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await Promise.allSettled(this.#stays);
  }

  #receive(socket: Socket): void {
    const door = this.#door;
    if (door === undefined) {
      socket.destroy();
      return;
    }
    this.#visits += 1;
    const facts = {
      connectionId: `self-test-${this.#visits}`,
      clientAddress: this.#server.clientAddress,
      clientPort: 40_000,
      serverAddress: '192.0.2.254',
      serverPort: PORTS[door.service],
    };
    const connection = new SocketConnection(socket, facts, this.#server.tls);
    const stay = serve(connection, door).finally(() => {
      socket.destroy();
      this.#stays.delete(stay);
    });
    this.#stays.add(stay);
  }
}

async function serve(connection: SocketConnection, door: AttackedDoor): Promise<void> {
  if (door.implicitTls) await connection.startTls();
  await door.serve(connection);
}
