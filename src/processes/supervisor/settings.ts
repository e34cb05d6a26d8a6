// What valija.toml says, as far as the supervisor needs it: an unprivileged process has read it, out of a descriptor that is
// opened here. Keys that only root can read are read here, as bytes that nobody looks at.

import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { type BoundListener, formatMessage, parseSettingsMessage, type SettingsMessage } from '../messages.ts';
import { ROSTER } from '../roster.ts';
import { type Credentials, checkOwner, findCredentials } from './privileges.ts';
import { EX_CONFIG, EX_SOFTWARE, StartFailure } from './start-failure.ts';
import { startProcess } from './start-process.ts';

const READING_TIMEOUT_MS = 20_000;

export interface Secret {
  readonly file: string;
  readonly content: string;
}

export interface Settings {
  readonly text: string;
  readonly listeners: readonly BoundListener[];
  readonly secrets: readonly Secret[];
  /** How often those are looked at. */
  readonly secretCheckMs: number;
  /** The machine's own users have mail here, and their mboxes in that folder. */
  readonly systemUsers: boolean;
  readonly mailSpool: string;
  /** Whom the state and all virtual mail belong to, where processes change their users. */
  readonly mailOwner: string;
}

/** `owner`: whom the state belonged to so far; `undefined` where nobody changes users. Throws StartFailure with the complaint. */
export async function readSettings(configFile: string, owner: string | undefined): Promise<Settings> {
  const first = await readAs(configFile, owner);
  if (owner !== undefined) checkOwner(configFile);
  // Which keys are kept from the server, only the user can say as whom it will run.
  const isOwners = owner === undefined || first.mailOwner === owner;
  const { secretFiles, ...settings } = isOwners ? first : await readAs(configFile, first.mailOwner);
  return { ...settings, secrets: owner === undefined ? [] : secretFiles.map(readSecret) };
}

type ReadSettings = Omit<Extract<SettingsMessage, { kind: 'settings' }>, 'kind'>;

async function readAs(configFile: string, user: string | undefined): Promise<ReadSettings> {
  const credentials = user === undefined ? undefined : findCredentials('settings', user);
  const input = openFile(configFile);
  try {
    const { kind, ...answer } = await askSettingsProcess(configFile, input, credentials);
    if ('exitCode' in answer) throw new StartFailure(answer.text, answer.exitCode, answer.spanish);
    return answer;
  } finally {
    closeSync(input);
  }
}

/** It may be closed to all others, as it has passwords in it. Throws StartFailure. */
function openFile(file: string): number {
  try {
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    throw new StartFailure(`${file}: it cannot be read: ${cause instanceof Error ? cause.message : cause}`, EX_CONFIG);
  }
}

function askSettingsProcess(
  configFile: string,
  input: number,
  credentials: Credentials | undefined,
): Promise<SettingsMessage> {
  const child = startProcess(ROSTER.settings, [configFile], credentials, input);
  const timer = setTimeout(() => child.kill('SIGKILL'), READING_TIMEOUT_MS);
  return new Promise((resolve) => {
    const fail = (text: string) =>
      resolve({
        kind: 'failed',
        text: `${configFile} could not be read: ${text}`,
        spanish: undefined,
        exitCode: EX_SOFTWARE,
      });
    child.once('message', (value) => {
      const message = parseSettingsMessage(value);
      if (message === undefined) fail('its reader spoke another version of our own language');
      else resolve(message);
    });
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      fail(`its reader ended at once (${signal ?? `exit code ${code}`})`);
    });
  });
}

/** Throws StartFailure. */
export function readSecret(file: string): Secret {
  try {
    const secret = { file, content: readFileSync(file, 'utf8') };
    // Too long for a message: it is said here, where the file's name is known.
    formatMessage({ kind: 'secret', ...secret });
    return secret;
  } catch (cause) {
    throw new StartFailure(`${file}: ${cause instanceof Error ? cause.message : cause}`, EX_CONFIG);
  }
}
