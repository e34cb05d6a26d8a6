// The directory for a command: of the running server where one answers, else the database itself. Other parts of the state
// are reached in the same two ways.

import { statSync } from 'node:fs';
import type { Result } from '#base/result.ts';
import type { DirectoryAdmin, Refusal } from '#mail/ports/directory-admin.ts';
import { refuseOverlaps } from '#mail/routing/hosted-domains.ts';
import type { Config } from '#platform/config/schema.ts';
import type { Ask } from './ask-for.ts';
import { askServer, controlPath, NOT_RUNNING } from './ask-server.ts';
import type { CommandContext } from './command-context.ts';
import { loadSettings } from './config-file.ts';
import { CommandFailure, EXIT, type ExitCode } from './exit-code.ts';
import { withOfflineDirectory } from './offline-directory.ts';
import { openOfflineRouting } from './offline-routing.ts';
import { prepareStateForCommand } from './prepare-state.ts';
import { remoteDirectory } from './remote-directory.ts';
import { REFUSALS_ES } from './texts/refusals-es.ts';
import { fillGaps } from './texts/say.ts';
import { nameOfUser } from './user-name.ts';

const EXIT_OF_REFUSAL: Readonly<Record<Refusal['code'], ExitCode>> = {
  exists: EXIT.cannotCreate,
  'in-use': EXIT.cannotCreate,
  'not-found': EXIT.noInput,
  invalid: EXIT.data,
};

export function withAdmin<T>(context: CommandContext, work: (admin: DirectoryAdmin) => Promise<T>): Promise<T> {
  return withServerOrState(context, {
    remote: (ask, goneText) => work(remoteDirectory(ask, goneText)),
    offline: (config) =>
      withOfflineDirectory(config, (admin, directory) => {
        const findOverlaps = async (hosted: readonly string[]) => {
          await using opened = await openOfflineRouting(context, config, { admin, directory });
          return await opened.routing.findOverlaps(hosted);
        };
        return work(refuseOverlaps(admin, { findOverlaps }));
      }),
  });
}

export interface TwoWays<T> {
  readonly remote: (ask: Ask, goneText: string) => Promise<T>;
  /** Nobody else has the state. */
  readonly offline: (config: Config) => Promise<T>;
}

export async function withServerOrState<T>(context: CommandContext, { remote, offline }: TwoWays<T>): Promise<T> {
  const config = loadSettings(context);
  const path = controlPath(config);
  if ((await askServer(context, path, 'status', {})) !== NOT_RUNNING) {
    const ask = (method: string, params: object) => askServer(context, path, method, params);
    return await remote(ask, context.say('status.not-running', { path }));
  }
  refuseForeignState(context, config.state_directory);
  prepareStateForCommand(config.state_directory);
  return await offline(config);
}

/** The value, or the end of the command with the directory's reason, in the reader's language. */
export function mustSucceed<T>(context: CommandContext, outcome: Result<T, Refusal>): T {
  if (outcome.ok) return outcome.value;
  const { code, message, phrase, details } = outcome.error;
  const spanish: Readonly<Record<string, string>> = REFUSALS_ES;
  const template = context.language === 'es' && phrase !== undefined ? spanish[phrase] : undefined;
  throw new CommandFailure(EXIT_OF_REFUSAL[code], template === undefined ? message : fillGaps(template, details));
}

/** SQLite makes files beside the database: made by root, they would lock out the server's own user. */
export function refuseForeignState({ say }: CommandContext, folder: string): void {
  if (process.getuid?.() !== 0) return;
  const owner = statSync(folder, { throwIfNoEntry: false })?.uid ?? 0;
  if (owner === 0) return;
  throw new CommandFailure(EXIT.notPermitted, say('state.foreign-owner', { folder, owner: nameOfUser(owner) }));
}
