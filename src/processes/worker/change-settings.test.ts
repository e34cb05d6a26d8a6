import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { BoundSocket, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { WorldError } from '#base/world-error.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import type { SocketUse } from '../messages.ts';
import { AuthSockets } from './auth-sockets.ts';
import { changeSettings, type Server } from './change-settings.ts';
import { compose } from './compose.ts';
import { type Doors, openDoors } from './doors.ts';

const OPEN_DOORS = ['smtp', 'imap'] as const;
const LATER_DOORS = [...OPEN_DOORS, 'submission', 'lmtp'] as const;
type Places = typeof OPEN_DOORS | typeof LATER_DOORS;

/** The worker's inside, with sockets of the test's own. */
class House implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'valija-change-'));
  /** Each that nobody took yet, by the place of its door. */
  readonly #bound = new Map<number, BoundSocket>();
  readonly #ports: number[] = [];
  #doors: Doors | undefined;
  readonly #opened = new AsyncDisposableStack();

  config(doors: Places, settings: string): Config {
    const file = join(this.folder, 'valija.toml');
    const entries = doors.map((service) => `[[listen]]\nservice = "${service}"\nport = 0\n`);
    writeFileSync(file, `sender_authentication = false\n${settings}\n${entries.join('')}`);
    const config = loadConfig(file);
    if (!config.ok) throw new Error(config.error.map(formatComplaint).join('\n'));
    return config.value;
  }

  /** Bound, as the supervisor hands them over. */
  uses(doors: Places): SocketUse[] {
    return doors.map((service, id) => ({ service, address: '127.0.0.1', port: this.#bind(id), id }));
  }

  port(at: number): number {
    return this.#ports[at] ?? 0;
  }

  #bind(at: number): number {
    const isOpen = this.#doors?.bound.some(({ port }) => port === this.#ports[at]);
    if (isOpen) return this.port(at);
    const socket = this.#bound.get(at) ?? new BoundSocket({ host: '127.0.0.1', port: this.port(at) });
    this.#bound.set(at, socket);
    this.#ports[at] = socket.address().port;
    return this.port(at);
  }

  #take(at: number): BoundSocket | undefined {
    const socket = this.#bound.get(at);
    this.#bound.delete(at);
    return socket;
  }

  async open(config: Config): Promise<Server> {
    const channelTo = () => Promise.reject(new WorldError('another process', { transient: true }));
    const around = { logToTerminal: false, secrets: new Map(), channelTo };
    const house = this.#opened.use(await compose(config, around));
    const doors = await openDoors(config, house, this.uses(OPEN_DOORS), (id) => this.#take(id));
    this.#doors = doors;
    return { house, doors: this.#opened.use(doors), auth: this.#opened.use(new AuthSockets(house)) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#opened.disposeAsync();
    rmSync(this.folder, { recursive: true });
  }
}

/** What a visitor hears first; `undefined` where nobody listens. */
async function greeting(port: number): Promise<string | undefined> {
  const socket = connect(port, '127.0.0.1');
  try {
    const [octets] = await once(socket, 'data');
    return String(octets);
  } catch {
    return undefined;
  } finally {
    socket.destroy();
  }
}

describe('settings that cannot be entered whole are not entered at all', () => {
  const former = 'myhostname = "before.valija.test"';
  const wanted = 'myhostname = "after.valija.test"\nmaillog_level = "debug"';
  const world = new House();
  let inForce: Config;
  let server: Server;
  before(async () => {
    inForce = world.config(OPEN_DOORS, former);
    server = await world.open(inForce);
  });
  after(() => world[Symbol.asyncDispose]());

  function enter(settings: string): Promise<void> {
    const later = world.config(LATER_DOORS, `${wanted}\n${settings}`);
    const change = { before: inForce, after: later, secrets: new Map(), sockets: world.uses(LATER_DOORS) };
    return changeSettings(change, server);
  }

  async function isAsBefore(): Promise<void> {
    assert.equal(server.house.intake.config, inForce);
    assert.equal(server.house.log.level, 'info');
    assert.deepEqual(
      server.doors.bound.map(({ service }) => service),
      OPEN_DOORS,
    );
    assert.match((await greeting(world.port(0))) ?? '', /^220 before\.valija\.test /);
    assert.equal(await greeting(world.port(2)), undefined, 'the door that could be opened');
    server.house.log.write('info', 'test', 'still written here');
    server.house.log.flush();
    assert.match(readFileSync(inForce.maillog_file, 'utf8'), /still written here\n$/);
  }

  test('a port that another program listens on meanwhile', async () => {
    world.uses(LATER_DOORS);
    const other = createServer().listen(world.port(3), '127.0.0.1');
    await once(other, 'listening');
    await assert.rejects(
      enter(''),
      (error) => error instanceof WorldError && /^listen: .*EADDRINUSE/.test(error.message),
    );
    await isAsBefore();
    other.close();
    await once(other, 'close');
  });

  test('a certificate that is broken', async () => {
    const file = join(world.folder, 'broken.pem');
    writeFileSync(file, '-----BEGIN CERTIFICATE-----\nAAAA\n');
    const settings = `smtpd_tls_cert_file = "${file}"\nsmtpd_tls_key_file = "${file}"`;
    await assert.rejects(enter(settings), (error) => {
      return error instanceof WorldError && /^load a certificate: .*broken\.pem/.test(error.message);
    });
    await isAsBefore();
  });

  test('a log whose folder cannot be made, a table and a socket without their folder', async () => {
    const nowhere = join(world.folder, 'valija.toml', 'nowhere');
    const refused: Readonly<Record<string, RegExp>> = {
      [`maillog_file = "${nowhere}/valija.log"`]: /^open the log \(maillog_file\): .*nowhere/,
      [`transport_maps = ["texthash:${nowhere}"]`]: /nowhere/,
      [`auth_socket = [{ path = "${nowhere}/auth", protocol = "client" }]`]: /nowhere/,
    };
    for (const [settings, reason] of Object.entries(refused)) {
      await assert.rejects(enter(settings), (error) => error instanceof WorldError && reason.test(error.message));
      await isAsBefore();
    }
  });

  test('and without those mistakes they hold, all of them', async () => {
    const file = join(world.folder, 'other.log');
    await enter(`maillog_file = "${file}"`);
    assert.deepEqual(
      server.doors.bound.map(({ service }) => service),
      LATER_DOORS,
    );
    for (const at of [0, 2, 3]) assert.match((await greeting(world.port(at))) ?? '', /^220 after\.valija\.test /);
    assert.equal(server.house.log.level, 'debug');
    server.house.log.write('info', 'test', 'written there');
    server.house.log.flush();
    assert.match(readFileSync(file, 'utf8'), /written there\n$/);
    assert.doesNotMatch(readFileSync(inForce.maillog_file, 'utf8'), /written there/);
  });
});
