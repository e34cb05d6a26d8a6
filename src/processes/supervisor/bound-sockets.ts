// The sockets that the supervisor has bound, or that systemd has. They are bound and no more: a `net.BoundSocket` does
// not listen and no event loop watches it, so that nothing is ever accepted here. The worker that a copy goes to listens;
// connections that come while none runs wait in the kernel for the next.

import type { SendHandle } from 'node:child_process';
import { BlockList, BoundSocket, isIPv6, Socket } from 'node:net';
import type { BoundListener, SocketUse } from '../messages.ts';
import { EX_CONFIG, EX_OSERR, StartFailure } from './start-failure.ts';

interface Bound {
  readonly id: number;
  /** As asked for: port 0 stays 0. */
  readonly wanted: BoundListener;
  readonly port: number;
  readonly socket: Socket;
  readonly isInherited: boolean;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program has it',
  EACCES: 'only root may bind ports below 1024',
  EADDRNOTAVAIL: 'this machine has no such address',
};

export class BoundSockets {
  readonly #loopbackOnly: boolean;
  /** From systemd, and not asked for at the moment. They are its own: nobody but systemd can bind them again. */
  readonly #inherited: Socket[];
  #bound: readonly Bound[] = [];
  #count = 0;

  constructor(options: { loopbackOnly: boolean; inherited: readonly Socket[] }) {
    this.#loopbackOnly = options.loopbackOnly;
    this.#inherited = [...options.inherited];
  }

  /** Binds what is not bound yet. All or nothing: throws StartFailure, and what was bound before stays. */
  bind(listeners: readonly BoundListener[]): SocketUse[] {
    const free = [...this.#bound];
    const fresh: Bound[] = [];
    try {
      const uses = listeners.map((wanted) => {
        const bound = takeFitting(free, wanted) ?? this.#open(wanted);
        if (!this.#bound.includes(bound)) fresh.push(bound);
        return { service: wanted.service, address: wanted.address, port: bound.port, id: bound.id };
      });
      this.#bound = [...this.#bound, ...fresh];
      return uses;
    } catch (error) {
      for (const bound of fresh) this.#drop(bound);
      throw error;
    }
  }

  /** Closes all but those and systemd's. */
  keepOnly(uses: readonly SocketUse[]): void {
    const kept = (bound: Bound) => uses.some(({ id }) => id === bound.id);
    for (const bound of this.#bound) if (!kept(bound)) this.#drop(bound);
    this.#bound = this.#bound.filter(kept);
  }

  /** What `child.send` can take a copy of. */
  handle(id: number): SendHandle {
    const bound = this.#bound.find((one) => one.id === id);
    if (bound === undefined) throw new Error(`no socket ${id}`);
    // node:child_process sends the bare handle of a socket as it is; a `net.Socket` would be read from at the other end.
    return (bound.socket as unknown as { readonly _handle: SendHandle })._handle;
  }

  #open(wanted: BoundListener): Bound {
    const { address, port } = wanted;
    this.#count += 1;
    const inherited = this.#inherited.findIndex((socket) => isSameEnd(socket, wanted));
    const [given] = inherited < 0 ? [] : this.#inherited.splice(inherited, 1);
    if (given !== undefined) return { id: this.#count, wanted, port, socket: given, isInherited: true };
    if (this.#loopbackOnly && !LOOPBACK.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')) {
      throw new StartFailure(
        `${place(wanted)}: \`valija start\` by root binds loopback only; \`valija serve\` is for the world`,
        EX_CONFIG,
      );
    }
    try {
      const bound = new BoundSocket({ host: address, port });
      // Asked before a socket takes it over.
      const boundPort = bound.address().port;
      return { id: this.#count, wanted, port: boundPort, socket: new Socket({ handle: bound }), isInherited: false };
    } catch (cause) {
      throw new StartFailure(`${place(wanted)} cannot be bound: ${describe(cause)}`, EX_OSERR);
    }
  }

  #drop({ socket, isInherited }: Bound): void {
    if (isInherited) this.#inherited.push(socket);
    else socket.destroy();
  }
}

/** Of two with port 0, that of the same service. */
function takeFitting(free: Bound[], wanted: BoundListener): Bound | undefined {
  const at = free.findIndex(
    ({ wanted: former }) =>
      former.address === wanted.address &&
      former.port === wanted.port &&
      (wanted.port !== 0 || former.service === wanted.service),
  );
  return at < 0 ? undefined : free.splice(at, 1)[0];
}

/** systemd's `ListenStream=25` is bound to `::` for both families. */
function isSameEnd(socket: Socket, { address, port }: BoundListener): boolean {
  const end = socket.address();
  if (!('port' in end) || end.port !== port) return false;
  return end.address === address || (end.address === '::' && address === '0.0.0.0');
}

function place({ service, address, port }: BoundListener): string {
  return `${service} on ${address} port ${port}`;
}

function describe(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return REASONS[code] ?? String(cause);
}
