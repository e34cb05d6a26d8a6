// What systemd asks of a service of `Type=notify`: sockets that it has bound (sd_listen_fds(3)), and word of how
// the service is (sd_notify(3)), which its own `systemd-notify` carries. Without systemd all of this does nothing.

import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

const FIRST_DESCRIPTOR = 3;
const MOST_DESCRIPTORS = 256;

export type Environment = Readonly<Record<string, string | undefined>>;

/** Those of the sockets that are meant for this process. */
export function inheritedDescriptors({ LISTEN_PID, LISTEN_FDS = '0' }: Environment): number[] {
  const count = /^\d{1,3}$/.test(LISTEN_FDS) ? Number(LISTEN_FDS) : 0;
  if (LISTEN_PID !== String(process.pid) || count > MOST_DESCRIPTORS) return [];
  return Array.from({ length: count }, (_, at) => FIRST_DESCRIPTOR + at);
}

export function inheritedSockets(environment: Environment): Socket[] {
  // Neither read nor written: it is only handed on.
  return inheritedDescriptors(environment).map((fd) => new Socket({ fd, readable: false, writable: false }));
}

/** How often systemd must hear from us; `undefined` where it need not. */
export function watchdogMs(environment: Environment): number | undefined {
  const limitMs = Number(environment['WATCHDOG_USEC'] ?? 0) / 1_000;
  const forUs = [undefined, String(process.pid)].includes(environment['WATCHDOG_PID']);
  return forUs && limitMs > 0 ? limitMs / 2 : undefined;
}

/** Takes variables of sd_notify(3): `READY=1`, `STATUS=…`. */
export function openNotifier(
  environment: Environment,
  complain: (text: string) => void,
): (...variables: readonly string[]) => void {
  if (environment['NOTIFY_SOCKET'] === undefined) return () => undefined;
  let complained = false;
  return (...variables) => {
    const told = spawn('systemd-notify', [`--pid=${process.pid}`, ...variables], { stdio: 'ignore' });
    told.once('error', (error) => {
      if (!complained) complain(`systemd asks for notices, and systemd-notify cannot be run: ${error.message}`);
      complained = true;
    });
  };
}
