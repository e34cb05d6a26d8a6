// Reads valija.toml for the supervisor, which as root must not: says what it holds and which sockets to bind, or what is
// wrong with it, and ends. Argument: the file.

import { accessSync, constants, readFileSync } from 'node:fs';
import { parseSafeConfig } from '#platform/config/interlock.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint } from '#platform/config/toml-text.ts';
import { formatMessage, LONGEST_MESSAGE_BYTES, type SettingsMessage } from '#processes/messages.ts';

const EX_CONFIG = 78;

const [file = ''] = process.argv.slice(2);
process.send?.(answer(), () => process.disconnect());

function answer(): SettingsMessage {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    return failed(`${file}: it cannot be read: ${cause instanceof Error ? cause.message : cause}`);
  }
  const parsed = parseSafeConfig(text, file, ['en', 'es']);
  if (!parsed.ok) return failed(parsed.error.map(formatComplaint).join('\n'));
  const listeners = parsed.value.listen.map(({ service, address, port }) => ({ service, address, port }));
  try {
    return formatMessage({ kind: 'settings', text, listeners, ...needs(parsed.value) });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return failed(`${file}: it is too long: our processes hand it on in one message of ${LONGEST_MESSAGE_BYTES} bytes`);
  }
}

function needs(config: Config) {
  return {
    secretFiles: secretFiles(config),
    systemUsers: config.system_users,
    mailSpool: config.mail_spool_directory,
  };
}

/** Keys that are there for root only. */
function secretFiles({ smtpd_tls_key_file: keyFile }: Config): string[] {
  if (keyFile === undefined) return [];
  try {
    accessSync(keyFile, constants.R_OK);
    return [];
  } catch {
    return [keyFile];
  }
}

function failed(text: string): SettingsMessage {
  return formatMessage({ kind: 'failed', text, exitCode: EX_CONFIG });
}
