// The worker: owns the state, speaks every protocol. Arguments: the configuration file, and `--log-to-terminal`.
// Started by `valija serve`; it tells its parent by IPC that it is ready, or why it is not.

import { WorldError } from '#base/world-error.ts';
import { formatComplaint, loadConfig } from '#platform/config/load-config.ts';
import { takeOwnership } from '#platform/files/owner-lock.ts';
import { prepareState } from '#platform/state/prepare-state.ts';
import { MESSAGES_VERSION, type WorkerMessage } from '#processes/messages.ts';
import { compose, ownVersion } from './compose.ts';
import { openDoors } from './doors.ts';

/** How long the sessions that are open may go on when the server is told to stop. */
const STOP_GRACE_MS = 5_000;
/** A command that prepares the state holds it for a moment. */
const OWNERSHIP_WAIT_MS = 2_000;

const EX_UNAVAILABLE = 69;
const EX_SOFTWARE = 70;
const EX_CONFIG = 78;

const [configFile = '', ...flags] = process.argv.slice(2);

try {
  await main();
  // The channel to the parent would keep the process alive.
  if (process.connected) process.disconnect();
} catch (error) {
  if (error instanceof WorldError) await fail(error.message, EX_UNAVAILABLE);
  await fail(error instanceof Error ? (error.stack ?? error.message) : String(error), EX_SOFTWARE);
}

async function main(): Promise<void> {
  const loaded = loadConfig(configFile);
  if (!loaded.ok) return fail(loaded.error.map(formatComplaint).join('\n'), EX_CONFIG);
  const config = loaded.value;
  using owned = takeOwnership(config.state_directory, OWNERSHIP_WAIT_MS);
  if (owned === undefined) {
    return fail(
      `another server is running on ${config.state_directory}; \`valija status\` tells of it`,
      EX_UNAVAILABLE,
    );
  }
  const prepared = prepareState({ folder: config.state_directory, program: ownVersion() });
  if (!prepared.ok) return fail(prepared.error, EX_CONFIG);
  const told = untilToldToStop();
  await using house = await compose(config, { logToTerminal: flags.includes('--log-to-terminal') });
  for (const text of prepared.value) house.log.write('info', 'valija', text);
  await using doors = await openDoors(config, house);
  process.on('SIGHUP', () => house.reload());
  house.log.write('info', 'valija', `daemon started -- version ${house.version}, configuration ${configFile}`);
  await tell({ version: MESSAGES_VERSION, kind: 'ready', listeners: doors.bound });
  house.log.write('info', 'valija', `terminating on ${await told}`);
  await doors.stop(STOP_GRACE_MS);
}

/** The signal, or that the program which started us is gone. */
function untilToldToStop(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve(signal));
    process.once('disconnect', () => resolve('the end of its parent'));
  });
}

function tell(message: WorkerMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });
}

async function fail(text: string, exitCode: number): Promise<void> {
  if (process.send === undefined) process.stderr.write(`${text}\n`);
  await tell({ version: MESSAGES_VERSION, kind: 'failed', text, exitCode });
  process.exit(exitCode);
}
