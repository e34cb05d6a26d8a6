// The supervisor: binds, starts processes, starts them again, and does nothing else. Where root started it, it is the
// only one that stays root; it reads no byte from strangers and nothing that unprivileged users can write.
// Arguments: the configuration file; `--log-to-terminal`; and `--as-started`, for development: nobody changes their user,
// and root binds loopback only.

import { resolve } from 'node:path';
import { inheritedSockets, openNotifier, watchdogMs } from '#processes/systemd.ts';
import type { SocketUse, StarterMessage } from '../messages.ts';
import { formatMessage } from '../messages.ts';
import { BoundSockets } from './bound-sockets.ts';
import { Household } from './household.ts';
import { checkOwner } from './privileges.ts';
import type { Outcome } from './process-keeper.ts';
import { readSettings } from './settings.ts';
import { EX_SOFTWARE, StartFailure } from './start-failure.ts';
import { Trial } from './trial.ts';

/** npm, the terminal and systemd may all pass on one and the same request. */
const SAME_REQUEST_MS = 500;

/** Without files that only root can read. */
const IDLE_LOOK_MS = 60_000;

const WENT_BACK = 'the configuration was not confirmed in time: the one before it is back';

const [file = '', ...flags] = process.argv.slice(2);
const configFile = resolve(file);

try {
  await main();
} catch (error) {
  if (error instanceof StartFailure) await fail(error.message, error.exitCode);
  else await fail(error instanceof Error ? (error.stack ?? error.message) : String(error), EX_SOFTWARE);
}

async function main(): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const asStarted = flags.includes('--as-started');
  const changesUsers = isRoot && !asStarted;
  const sockets = new BoundSockets({ loopbackOnly: isRoot && asStarted, inherited: inheritedSockets(process.env) });
  let listeners: readonly SocketUse[] = [];
  const notify = openNotifier(process.env, (text) => household.note('warn', text));
  // Started before the settings are read: both take their time, and there are two processors.
  const household = new Household({
    args: [configFile, ...flags.filter((flag) => flag === '--log-to-terminal')],
    changesUsers,
    handle: (id) => sockets.handle(id),
    replaced: (pid) => void tellStarter({ kind: 'ready', listeners, workerPid: pid }),
    alive: () => notify('WATCHDOG=1'),
  });
  stopWhenTold(household, () => notify('STOPPING=1'));

  const trial = new Trial({
    configFile,
    checkOwner: (path) => changesUsers && checkOwner(path),
    timeOver: () => reloadSoon(),
  });

  /** Reads the file, binds what is new, and unbinds what is no longer wanted. */
  async function applyFile(): Promise<Outcome> {
    if (trial.look()) household.note('warn', WENT_BACK);
    const settings = await readSettings(configFile, changesUsers ? household.owner : undefined);
    const uses = sockets.bind(settings.listeners);
    const outcome = await household.apply({ settings, sockets: uses });
    if (outcome.kind === 'ready') listeners = uses;
    sockets.keepOnly(listeners);
    return outcome;
  }

  /** A file that is wrong changes nothing, but what the settings in force name is read again. */
  async function reload(): Promise<void> {
    notify('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1_000n}`);
    try {
      await applyFile();
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      household.keptSettings(text, error instanceof StartFailure ? error.spanish : undefined);
      await household.applyAgain();
    }
    notify('READY=1');
  }

  let busy = start();
  const reloadSoon = () => {
    busy = busy.then(reload);
  };
  process.on('SIGHUP', reloadSoon);
  await busy;

  /** A minute later by default; settings that name no such file may be followed by others. */
  function lookAtSecrets(): void {
    const nextMs = household.lookAtSecrets() ?? IDLE_LOOK_MS;
    setTimeout(lookAtSecrets, nextMs);
  }

  async function start(): Promise<void> {
    const outcome = await applyFile().catch((error: unknown) => {
      household.kill();
      throw error;
    });
    if (outcome.kind !== 'ready') {
      household.kill();
      throw startFailure(outcome);
    }
    lookAtSecrets();
    const interval = watchdogMs(process.env);
    if (interval !== undefined) setInterval(() => household.ping(), interval);
    notify('READY=1', `STATUS=${listeners.length} listeners`);
    await tellStarter({ kind: 'ready', listeners, workerPid: household.workerPid });
  }
}

function startFailure(outcome: Exclude<Outcome, { kind: 'ready' }>): StartFailure {
  if (outcome.kind === 'failed') return new StartFailure(outcome.text, outcome.exitCode);
  return new StartFailure(
    `the server could not start: one of its processes ended at once (${outcome.text})`,
    EX_SOFTWARE,
  );
}

/** The first request lets sessions end, bounded; a second one does not. */
function stopWhenTold(household: Household, announce: () => void): void {
  let toldMs = 0;
  const stop = () => {
    const nowMs = Date.now();
    if (toldMs === 0) {
      toldMs = nowMs;
      announce();
      void household.stop().then(() => process.exit(0));
    } else if (nowMs - toldMs > SAME_REQUEST_MS) {
      household.kill();
      process.exit(0);
    }
  };
  for (const request of ['SIGTERM', 'SIGINT'] as const) process.on(request, stop);
  // The program that started us and waits for us is gone.
  process.once('disconnect', stop);
}

function tellStarter(body: StarterMessage): Promise<void> {
  return new Promise((settle) => {
    if (!process.connected || process.send === undefined) settle();
    else process.send(formatMessage(body), () => settle());
  });
}

async function fail(text: string, exitCode: number): Promise<void> {
  if (!process.connected) process.stderr.write(`valija: ${text}\n`);
  await tellStarter({ kind: 'failed', text, exitCode });
  process.exit(exitCode);
}
