// Reads valija.toml for the supervisor, which as root must not: says what it holds and which sockets to bind, or what is
// wrong with it, and ends. Argument: the file; it is the standard input, since it may be root's alone.

import { accessSync, constants, readFileSync } from 'node:fs';
import { type MistakeLanguage, mistake } from '#base/mistakes/mistake.ts';
import { messageOf } from '#base/thrown.ts';
import { parseSafeConfig } from '#platform/config/interlock.ts';
import type { Config } from '#platform/config/schema.ts';
import { type ConfigComplaint, describeComplaint, isDanger } from '#platform/config/toml-text.ts';
import { formatMessage, LONGEST_MESSAGE_BYTES, type SettingsMessage } from '#processes/messages.ts';

const EX_CONFIG = 78;
const INPUT = 0;
const LEAST_CHECK_MS = 1_000;
/** Of one language: dangers take three of them, and all is one message. */
const MOST_REFUSAL_BYTES = Math.floor(LONGEST_MESSAGE_BYTES / 4);

const [file = ''] = process.argv.slice(2);
process.send?.(answer(), () => process.disconnect());

function answer(): SettingsMessage {
  let text: string;
  try {
    text = readFileSync(INPUT, 'utf8');
  } catch (cause) {
    return failed(`${file}: it cannot be read: ${messageOf(cause)}`);
  }
  const parsed = parseSafeConfig(text, file);
  if (!parsed.ok) return failed(describeRefusal(parsed.error), describeAll(parsed.error, 'es'));
  const listeners = parsed.value.listen.map(({ service, address, port }) => ({ service, address, port }));
  try {
    return formatMessage({ kind: 'settings', text, listeners, ...needs(parsed.value) });
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    return failed(`${file}: it is too long: our processes hand it on in one message of ${LONGEST_MESSAGE_BYTES} bytes`);
  }
}

/** Dangers in every language, for whoever starts a server that is open to the world shall understand why it does not. */
function describeRefusal(complaints: readonly ConfigComplaint[]): string {
  const languages = complaints.some(({ wrong }) => isDanger(wrong)) ? (['en', 'es'] as const) : (['en'] as const);
  return languages.map((language) => describeAll(complaints, language)).join('\n');
}

/** As many as fit, and how many do not. */
function describeAll(complaints: readonly ConfigComplaint[], language: MistakeLanguage): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const complaint of complaints) {
    const line = describeComplaint(complaint, language);
    bytes += Buffer.byteLength(JSON.stringify(line));
    if (bytes > MOST_REFUSAL_BYTES) {
      const wrong = mistake('complaints-more', { count: complaints.length - lines.length });
      return [...lines, describeComplaint({ file, line: undefined, key: undefined, wrong }, language)].join('\n');
    }
    lines.push(line);
  }
  return lines.join('\n');
}

function needs(config: Config) {
  return {
    secretFiles: secretFiles(config),
    secretCheckMs: Math.max(LEAST_CHECK_MS, config.certificate_check_interval),
    systemUsers: config.system_users,
    mailSpool: config.mail_spool_directory,
    mailOwner: config.mail_owner,
  };
}

/** Keys, and certificates beside them, that are there for root only, as certbot keeps them. */
function secretFiles(config: Config): string[] {
  const { smtpd_tls_cert_file, smtpd_tls_key_file, certificate } = config;
  const named = [
    smtpd_tls_cert_file,
    smtpd_tls_key_file,
    ...certificate.flatMap((one) => [one.cert_file, one.key_file]),
  ];
  return [...new Set(named.flatMap((file) => (file !== undefined && isKeptFromUs(file) ? [file] : [])))];
}

/** One that is not there at all is the worker's to tell of. */
function isKeptFromUs(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return false;
  } catch (cause) {
    return cause instanceof Error && 'code' in cause && cause.code === 'EACCES';
  }
}

function failed(text: string, spanish?: string): SettingsMessage {
  return formatMessage({ kind: 'failed', text, spanish, exitCode: EX_CONFIG });
}
