// The doors: each socket that the supervisor bound gets the service that its `[[listen]]` names; and the control socket.

import { join } from 'node:path';
import { traceOf } from '#base/thrown.ts';
import type { ConfigAdmin } from '#mail/ports/config-admin.ts';
import type { ListenerStatus, StatusSource } from '#mail/ports/status-source.ts';
import { refuseOverlaps } from '#mail/routing/hosted-domains.ts';
import { PassedClients } from '#mail/visitors/passed-clients.ts';
import type { Config, ServiceName } from '#platform/config/schema.ts';
import { closedToPlainMail } from '#platform/config/tls-levels.ts';
import { listenControl } from '#platform/ipc/control-server.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { ConnectionRoom, mostConnections } from '#platform/sockets/connection-room.ts';
import { type Listener, openListener } from '#platform/sockets/listener.ts';
import type { BoundListener, SocketUse } from '#processes/messages.ts';
import { adminMethods } from '#services/admin/methods.ts';
import { createMaildropLocks } from '#services/pop3/maildrop-locks.ts';
import type { House } from './compose.ts';
import { createConnectionIds } from './connection-ids.ts';
import type { AttackedIntake } from './intake.ts';
import type { Interior, Service } from './interior.ts';
import { limitationsOf } from './limitations.ts';
import type { Prepared } from './prepared.ts';
import { receive } from './reception.ts';
import { attackOnRequest } from './self-attack.ts';
import { serviceFor } from './services.ts';
import { webWorld } from './web-world.ts';

export interface Doors extends AsyncDisposable {
  readonly bound: readonly BoundListener[];
  /**
   * Opens doors; the others change, and those that go are shut, when it is entered. Sessions go on as they began. `sockets`
   * are those of `config.listen`, in its order; `intake` is by the same settings. Throws WorldError.
   */
  prepare(config: Config, sockets: readonly SocketUse[], intake: AttackedIntake): Promise<Prepared>;
  stop(graceMs: number): Promise<void>;
}

/** A door that is open, who answers there, and how many have come through it. */
interface OpenDoor {
  name: ServiceName;
  service: Service;
  readonly socket: SocketUse;
  readonly listener: Listener;
  visitorsTotal: number;
}

/** What is spoken at a door from now on. */
interface DoorChange {
  readonly door: OpenDoor;
  readonly name: ServiceName;
  readonly service: Service;
}

export async function openDoors(
  config: Config,
  house: House,
  sockets: readonly SocketUse[],
  takeSocket: (id: number) => unknown,
): Promise<Doors> {
  await using opened = new AsyncDisposableStack();
  const doors = opened.use(new AllDoors(house, takeSocket));
  (await doors.prepare(config, sockets, house.intake)).enter();
  const status = statusSource(doors, house, systemClock.nowMs());
  const { admin, journeys, log, intake, dkimKeys } = house;
  const routing = () => intake.routing;
  const directory = refuseOverlaps(admin, { findOverlaps: (hosted) => routing().findOverlaps(hosted) });
  const dkim = dkimKeys.admin;
  const { queue, reports, simulator } = house;
  const methods = adminMethods({
    directory,
    domains: house.domains.advisor,
    status,
    journeys,
    queue,
    dkim,
    log,
    routing,
    reports,
    simulator,
    config: configAdmin(house),
    certificates: house.certificates.admin,
  });
  opened.use(await listenControl(join(config.state_directory, 'run', 'control.sock'), methods));
  const resources = opened.move();
  return {
    get bound() {
      return doors.current.map(({ name, socket: { address, port } }) => ({ service: name, address, port }));
    },
    prepare: (after, uses, intake) => doors.prepare(after, uses, intake),
    stop: (graceMs) => doors.stop(graceMs),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function configAdmin(house: House): ConfigAdmin {
  return {
    announce: (announcement) => house.configRecord.announce(announcement),
    attack: (other) => attackOnRequest(house, other),
  };
}

class AllDoors implements AsyncDisposable {
  readonly #house: House;
  readonly #takeSocket: (id: number) => unknown;
  readonly #nextConnectionId = createConnectionIds(systemClock.nowMs());
  readonly #locks = createMaildropLocks();
  readonly #passed = new PassedClients(steadyClock);
  readonly #room: ConnectionRoom;
  /** Shut, while sessions that came through them go on. */
  readonly #shut = new Set<Listener>();
  current: readonly OpenDoor[] = [];
  hostname = '';

  constructor(house: House, takeSocket: (id: number) => unknown) {
    this.#house = house;
    this.#takeSocket = takeSocket;
    this.#room = new ConnectionRoom(mostConnections(), (text) => house.log.write('warn', 'valija', text));
  }

  async prepare(config: Config, sockets: readonly SocketUse[], intake: AttackedIntake): Promise<Prepared> {
    await using fresh = new AsyncDisposableStack();
    const interior = this.#interior(sockets, intake);
    const changes: DoorChange[] = [];
    for (const [at, entry] of config.listen.entries()) {
      const socket = sockets[at];
      if (socket === undefined) throw new Error(`no socket for listen[${at + 1}]`);
      const service = serviceFor(entry, config, interior, this.#locks);
      const known = this.current.find((door) => door.socket.id === socket.id);
      const door = known ?? (await this.#open(entry.service, service, socket));
      if (known === undefined) fresh.use(door.listener);
      changes.push({ door, name: entry.service, service });
    }
    const unused = fresh.move();
    return {
      enter: () => {
        unused.move();
        this.#enter(config, changes);
      },
      [Symbol.asyncDispose]: () => unused.disposeAsync(),
    };
  }

  #interior(sockets: readonly SocketUse[], intake: AttackedIntake): Interior {
    return {
      ...this.#house,
      intake,
      web: webWorld(this.#house),
      served: sockets.map(({ service, address, port }) => ({ service, address, port })),
      passed: this.#passed,
      nameClient: this.#house.intake.nameClient,
    };
  }

  #enter(config: Config, changes: readonly DoorChange[]): void {
    for (const { door, name, service } of changes) Object.assign(door, { name, service });
    const next = changes.map(({ door }) => door);
    for (const { listener } of this.current.filter((door) => !next.includes(door))) {
      listener.shut();
      this.#shut.add(listener);
    }
    this.current = next;
    this.hostname = config.myhostname;
    for (const { address, port } of closedToPlainMail(config)) {
      const text = `warning: smtpd_tls_security_level = encrypt on ${address} port ${port} keeps out mail of servers that speak no TLS; "may" takes it, encrypted where they can`;
      this.#house.log.write('warn', 'valija', text);
    }
  }

  async #open(name: ServiceName, service: Service, socket: SocketUse): Promise<OpenDoor> {
    const { tls, log } = this.#house;
    const settings = {
      socket: this.#takeSocket(socket.id),
      room: this.#room,
      tls,
      nextConnectionId: this.#nextConnectionId,
      reportBug: (error: unknown) => log.write('error', name, `bug: ${traceOf(error)}`),
    };
    const listener = await openListener(settings, (connection) => {
      door.visitorsTotal += 1;
      return receive(connection, door.service, this.#house);
    });
    const door: OpenDoor = { name, service, socket, listener, visitorsTotal: 0 };
    return door;
  }

  async stop(graceMs: number): Promise<void> {
    const listeners = [...this.current.map(({ listener }) => listener), ...this.#shut];
    await Promise.all(listeners.map((listener) => listener.stop(graceMs)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop(0);
  }
}

function statusSource(doors: AllDoors, house: House, startedMs: number): StatusSource {
  const listenerStatus = ({ name, socket, listener, visitorsTotal }: OpenDoor): ListenerStatus => ({
    service: name,
    address: socket.address,
    port: socket.port,
    sessions: listener.openConnections,
    sessionsTotal: visitorsTotal,
  });
  return {
    async status() {
      return {
        version: house.version,
        pid: process.pid,
        hostname: doors.hostname,
        startedMs,
        nowMs: systemClock.nowMs(),
        listeners: doors.current.map(listenerStatus),
        messages: house.messageCounts(),
        ...limitationsOf(house),
        domains: house.domains.watch.status,
        safety: house.safety.status,
        configuration: house.configRecord.status,
      };
    },
  };
}
