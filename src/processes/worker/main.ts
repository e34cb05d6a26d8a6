// The worker: owns the state, speaks every protocol. The supervisor starts it, hands it sockets and settings, hears that
// it is ready or why it is not, and tells it to change or to stop. Arguments: the configuration file's name, and
// `--log-to-terminal`.

import { traceOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import { parseConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import { takeOwnership } from '#platform/files/owner-lock.ts';
import { ownVersion } from '#platform/machine/own-version.ts';
import { giveBackAtRest } from '#platform/machine/rest.ts';
import { openMaildrop } from '#platform/maildrop/open-maildrop.ts';
import { prepareState } from '#platform/state/prepare-state.ts';
import { type Handover, linkToSupervisor } from '#processes/supervisor-link.ts';
import { AuthSockets } from './auth-sockets.ts';
import { changeSettings, type Server } from './change-settings.ts';
import { compose } from './compose.ts';
import { openDoors } from './doors.ts';
import { attachQueue } from './queue-link.ts';
import { findFixedChanges } from './reload.ts';
import { UnsafeSettings } from './safety.ts';
import { attackItself } from './self-attack.ts';

/** How long the sessions that are open may go on when the server is told to stop. */
const STOP_GRACE_MS = 5_000;
/** A command that prepares the state holds it for a moment. */
const OWNERSHIP_WAIT_MS = 2_000;

const EX_UNAVAILABLE = 69;
const EX_SOFTWARE = 70;
const EX_CONFIG = 78;

const [configFile = '', ...flags] = process.argv.slice(2);

class StartFailure extends Error {
  readonly exitCode: number;

  constructor(text: string, exitCode: number) {
    super(text);
    this.exitCode = exitCode;
  }
}

giveBackAtRest();
const link = linkToSupervisor('the worker');
try {
  await main();
  await link[Symbol.asyncDispose]();
} catch (error) {
  await link.tell({ kind: 'failed', ...describeFailure(error) });
  process.exit(describeFailure(error).exitCode);
}

async function main(): Promise<void> {
  const first = await link.next();
  if (first.kind !== 'settings') return;
  const { handover } = first;
  const config = readConfig(handover);
  using owned = takeOwnership(config.state_directory, OWNERSHIP_WAIT_MS);
  if (owned === undefined) {
    throw new StartFailure(
      `another server is running on ${config.state_directory}; \`valija status\` tells of it`,
      EX_UNAVAILABLE,
    );
  }
  const prepared = prepareState({ folder: config.state_directory, program: ownVersion() });
  if (!prepared.ok) throw new StartFailure(prepared.error, EX_CONFIG);
  await using house = await compose(config, {
    logToTerminal: flags.includes('--log-to-terminal'),
    secrets: handover.secrets,
    channelTo: (role, user) => link.peers.channelTo(role, user),
  });
  for (const text of prepared.value) house.log.write('info', 'valija', text);
  await using _maildrop = openMaildrop({
    folder: config.maildrop_directory,
    damagedFolder: `${config.maildrop_directory}.damaged`,
    messageSizeLimit: config.message_size_limit,
    users: house.systemUsers,
    contentStore: house.contentStore,
    post: (message) => house.intake.posting.postLocal(message),
    log: house.log,
  });
  link.peers.open((peer, channel) => {
    if (peer.role === 'outbound') attachQueue(channel, house);
  });
  const examined = await house.safety.examine(config, () => attackItself(config, house, house.intake));
  await using doors = await openDoors(config, house, handover.sockets, (id) => link.takeSocket(id));
  await using auth = new AuthSockets(house);
  (await auth.prepare(config)).enter();
  house.log.write('info', 'valija', `daemon started -- version ${house.version}, configuration ${configFile}`);
  for (const { service, address, port } of doors.bound) {
    house.log.write('info', 'valija', `listening on ${address} port ${port}: ${service}`);
  }
  house.safety.enter(examined);
  house.domains.watch.start();
  house.configRecord.loaded(handover.text, config, 'start');
  await link.tell({ kind: 'ready', listeners: doors.bound });
  house.certificates.begin({
    hostedDomains: async () => (await house.admin.listDomains()).filter((one) => !one.disabled).map(({ name }) => name),
    ownMail: () => house.intake.posting.ownMail,
  });
  const reason = await serveUntilTold(config, { house, doors, auth });
  house.log.write('info', 'valija', `terminating on ${reason}`);
  await doors.stop(STOP_GRACE_MS);
}

/** Why it is to stop. */
async function serveUntilTold(first: Config, server: Server): Promise<string> {
  const { house } = server;
  let config = first;
  for (;;) {
    const request = await link.next();
    switch (request.kind) {
      case 'settings':
        config = await change(config, request.handover, server);
        break;
      case 'note':
        house.log.write(request.level, 'supervisor', request.text);
        break;
      case 'not-reloaded':
        house.log.write('error', 'supervisor', `not reloaded, the settings in force stay: ${request.text}`);
        house.configRecord.refused(request.text, request.spanish);
        break;
      case 'secrets':
        await house.certificates.takeSecrets(request.secrets);
        break;
      case 'make-room':
        break;
      case 'stop':
        return request.reason;
      default:
        return unreachable(request);
    }
  }
}

/** The settings that are in force then. Sessions go on with those that they began with. */
async function change(before: Config, handover: Handover, server: Server): Promise<Config> {
  const { house, doors } = server;
  try {
    const after = readConfig(handover);
    const fixed = findFixedChanges(before, after);
    if (fixed.length > 0) throw new StartFailure(`${fixed.join(', ')}: this changes at a restart only`, EX_CONFIG);
    await changeSettings({ before, after, ...handover }, server);
    house.configRecord.loaded(handover.text, after, handover.again ? 'restored' : 'SIGHUP');
    house.log.write('info', 'valija', `reloaded -- version ${house.version}, configuration ${configFile}`);
    await link.tell({ kind: 'ready', listeners: doors.bound });
    return after;
  } catch (error) {
    const { text } = describeFailure(error);
    house.log.write('error', 'valija', `not reloaded, the settings in force stay: ${text}`);
    house.configRecord.refused(text);
    link.closeRest();
    await link.tell({ kind: 'refused', text });
    return before;
  }
}

function readConfig({ text }: Handover): Config {
  const parsed = parseConfig(text, configFile);
  if (!parsed.ok) throw new StartFailure(parsed.error.map(formatComplaint).join('\n'), EX_CONFIG);
  return parsed.value;
}

function describeFailure(error: unknown): { text: string; exitCode: number } {
  if (error instanceof StartFailure) return { text: error.message, exitCode: error.exitCode };
  if (error instanceof UnsafeSettings) return { text: error.message, exitCode: EX_CONFIG };
  if (error instanceof WorldError) return { text: error.message, exitCode: EX_UNAVAILABLE };
  return { text: traceOf(error), exitCode: EX_SOFTWARE };
}
