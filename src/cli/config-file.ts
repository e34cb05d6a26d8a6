// Which configuration a command works with: the one that was named, or the first that is there.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import type { CommandContext } from './command-context.ts';
import { badConfig } from './config-complaints.ts';
import { CommandFailure, EXIT } from './exit-code.ts';

const USUAL_CONFIG_FILES = ['state/valija.toml', '/etc/valija/valija.toml'] as const;

/** --config, VALIJA_CONFIG, or the first of the usual places; absolute. */
export function findConfigFile({ globalOptions, environment, say }: CommandContext): string {
  const named = globalOptions().config ?? environment['VALIJA_CONFIG'];
  if (named !== undefined && named !== '') return resolve(named);
  const found = findUsualFile();
  if (found !== undefined) return found;
  const places = USUAL_CONFIG_FILES.map((file) => resolve(file)).join(', ');
  throw new CommandFailure(EXIT.configuration, say('config.not-found', { places }));
}

/** What would be found if none were named with --config. */
export function findUnnamedConfigFile({ environment }: CommandContext): string | undefined {
  const named = environment['VALIJA_CONFIG'];
  return named !== undefined && named !== '' ? resolve(named) : findUsualFile();
}

function findUsualFile(): string | undefined {
  return USUAL_CONFIG_FILES.map((file) => resolve(file)).find((file) => existsSync(file));
}

export function loadSettings(context: CommandContext): Config {
  return readSettings(context, findConfigFile(context));
}

export function readSettings(context: CommandContext, file: string): Config {
  const loaded = loadConfig(file);
  if (loaded.ok) return loaded.value;
  throw badConfig(context, loaded.error);
}
