// A whole server as an administrator installs it: started by root, each of its processes as its own user, and the users
// of the machine with their mail. Runs as root only; the copy of the checkout is one that every user can read.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseStarterMessage } from '#processes/messages.ts';
import { copyCheckout } from './readable-checkout.ts';
import { shareUsers } from './shared-users.ts';

export interface RootServer extends AsyncDisposable {
  /** Open to all. */
  readonly folder: string;
  readonly configFile: string;
  readonly port: number;
  /** The `sendmail` command, as /usr/sbin/sendmail is installed. */
  readonly sendmail: string;
  log(): string;
}

/** The system's users that the server runs as. */
export const shareOwnUsers = () => shareUsers(['valija', 'valija-auth'], '--shell', '/bin/false');

export interface RootServerOptions {
  /** The network that it stands in. */
  readonly namespace?: string;
  /** Whom the state belongs to; the settings are root's, and of that group. */
  readonly owner?: string;
  readonly configMode?: number;
}

export async function startRootServer(
  settings: (folder: string) => string,
  { namespace, owner = 'valija', configMode = 0o644 }: RootServerOptions = {},
): Promise<RootServer> {
  await using opened = new AsyncDisposableStack();
  opened.use(await shareOwnUsers());
  const { folder, checkout } = opened.use(copyCheckout());
  const state = join(folder, 'state');
  mkdirSync(state, { mode: 0o751 });
  const [uid = 0, gid = 0] = idsOf(owner);
  chownSync(state, uid, gid);
  const configFile = join(folder, 'valija.toml');
  const lines = ['state_directory = "state"', 'system_users = true', settings(folder)];
  writeFileSync(configFile, `${lines.join('\n')}\n[[listen]]\nservice = "smtp"\nport = 0\n`);
  chownSync(configFile, 0, gid);
  chmodSync(configFile, configMode);

  const enclosed = namespace !== undefined && {
    execPath: 'ip',
    execArgv: ['netns', 'exec', namespace, process.execPath],
  };
  const child = fork(join(checkout, 'src/processes/supervisor/main.ts'), [configFile], {
    ...enclosed,
    stdio: 'inherit',
  });
  const ended = once(child, 'exit');
  opened.defer(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  const [value] = await Promise.race([once(child, 'message'), ended]);
  const first = parseStarterMessage(value);
  if (first?.kind !== 'ready') throw new Error(first?.kind === 'failed' ? first.text : 'it did not start');
  const everything = opened.move();
  return {
    ...{ folder, configFile },
    port: first.listeners[0]?.port ?? 0,
    sendmail: writeSendmail(folder, checkout),
    log: () => readFileSync(join(state, 'log/valija.log'), 'utf8'),
    [Symbol.asyncDispose]: () => everything.disposeAsync(),
  };
}

/** Programs run it by one path and without our environment. */
function writeSendmail(folder: string, checkout: string): string {
  const path = join(folder, 'sendmail');
  const program = join(checkout, 'src/cli/sendmail.ts');
  const configuration = `VALIJA_CONFIG='${join(folder, 'valija.toml')}'`;
  writeFileSync(path, `#!/bin/sh\n${configuration} exec '${process.execPath}' '${program}' "$@"\n`);
  chmodSync(path, 0o755);
  return path;
}

export function idsOf(user: string): readonly number[] {
  const line = readFileSync('/etc/passwd', 'utf8').match(new RegExp(`^${user}:x:(\\d+):(\\d+):`, 'm'));
  return (line ?? []).slice(1).map(Number);
}
