// Where the message goes: by the configuration, where this user may read it. Never by a file below the folder the command
// is run in, for cron runs it in places where others may write.

import { accessSync, constants, existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '#platform/config/load-config.ts';
import type { Config } from '#platform/config/schema.ts';
import { listComplaints } from '../config-complaints.ts';
import { EXIT } from '../exit-code.ts';
import { findLanguage } from '../texts/say.ts';
import { SendmailFailure } from './failure.ts';

/** Where the packaged server has its state, and what holds where its configuration is for its own eyes. */
const PACKAGED_MAILDROP = '/var/lib/valija/maildrop';
const DEFAULT_SIZE_LIMIT = 52_428_800;
const CHECKOUT_CONFIG = fileURLToPath(new URL('../../../state/valija.toml', import.meta.url));
const PACKAGED_CONFIG = '/etc/valija/valija.toml';

export interface Place {
  readonly folder: string;
  readonly messageSizeLimit: number;
}

export function findMaildrop(configFile: string | undefined, language = findLanguage([], process.env)): Place {
  const config = findConfig(configFile, language);
  if (config === undefined) return { folder: PACKAGED_MAILDROP, messageSizeLimit: DEFAULT_SIZE_LIMIT };
  return { folder: config.maildrop_directory, messageSizeLimit: config.message_size_limit };
}

/** `undefined` where there is none that this user may read. */
export function findConfig(
  configFile: string | undefined,
  language = findLanguage([], process.env),
): Config | undefined {
  const file = findConfigPath(configFile);
  if (file === undefined || !isReadable(file)) return undefined;
  const loaded = loadConfig(file);
  if (loaded.ok) return loaded.value;
  const complaints = listComplaints(loaded.error, language);
  throw new SendmailFailure(EXIT.configuration, { key: 'sendmail.bad-config', values: { complaints } });
}

/** -C, VALIJA_CONFIG, a checkout's own, the packaged one. */
export function findConfigPath(configFile: string | undefined): string | undefined {
  const named = configFile ?? process.env['VALIJA_CONFIG'];
  if (named !== undefined && named !== '') return resolve(named);
  return [CHECKOUT_CONFIG, PACKAGED_CONFIG].find((file) => existsSync(file));
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
