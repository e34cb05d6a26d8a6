// Reads `valija.toml`. A bad file is refused whole, each complaint with file, line, key, what is wrong and what is right.

import { isIPv6 } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { type Mistake, mistake, type PlainPhrase } from '#base/mistakes/mistake.ts';
import { err, ok, type Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { findNamedOverlaps, overlapMistake } from '#mail/routing/domain-classes.ts';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { findCertificateMistakes } from './certificate-mistakes.ts';
import { deriveSettings } from './derived-settings.ts';
import { DIRECTORY_KINDS, type DirectorySettings } from './directory-settings.ts';
import { checkRestrictions } from './door-restrictions.ts';
import { mistakeOf } from './issue-mistake.ts';
import { findKeyLine } from './key-lines.ts';
import { findNearWord } from './near-word.ts';
import { type Config, configSchema } from './schema.ts';
import { findOutwardTlsMistakes, findTlsMistakes } from './tls-levels.ts';
import { type ConfigComplaint, parseTomlText, readTomlText } from './toml-text.ts';

/** Paths in the result are absolute: relative ones are taken from the file's own folder. */
export function loadConfig(file: string): Result<Config, ConfigComplaint[]> {
  const text = readTomlText(file);
  return text.ok ? parseConfig(text.value, file) : text;
}

export function parseConfig(text: string, file: string): Result<Config, ConfigComplaint[]> {
  const document = parseTomlText(text, file);
  if (!document.ok) return document;
  const outcome = configSchema.safeParse(document.value, { reportInput: true });
  if (!outcome.success) {
    return err(outcome.error.issues.flatMap((issue) => complaints(issue, text, file)));
  }
  const config = deriveSettings(outcome.data);
  const wrong = CHECKS.flatMap((check) => check(config, text, file));
  return wrong.length > 0 ? err(wrong) : ok(withAbsolutePaths(config, dirname(resolve(file))));
}

/** What no setting can see of itself. */
const CHECKS: readonly ((config: Config, text: string, file: string) => ConfigComplaint[])[] = [
  checkKeyPair,
  checkUpdateKey,
  checkListeners,
  checkTlsLevels,
  checkCertificates,
  checkDomainClasses,
  checkForwarding,
  checkRestrictions,
];

function checkKeyPair(config: Config, text: string, file: string): ConfigComplaint[] {
  const { smtpd_tls_cert_file: certificate, smtpd_tls_key_file: secretKey } = config;
  if ((certificate === undefined) === (secretKey === undefined)) return [];
  const key = certificate === undefined ? 'smtpd_tls_key_file' : 'smtpd_tls_cert_file';
  const wrong = mistake('both-or-neither', { first: 'smtpd_tls_cert_file', second: 'smtpd_tls_key_file' });
  return [{ file, line: findKeyLine(text, [key]), key, wrong }];
}

function checkUpdateKey(config: Config, text: string, file: string): ConfigComplaint[] {
  const { dns_update_server: server, dns_update_key_file: key } = config;
  if ((server === undefined) === (key === undefined)) return [];
  const named = server === undefined ? 'dns_update_key_file' : 'dns_update_server';
  const wrong = mistake('both-or-neither', { first: 'dns_update_server', second: 'dns_update_key_file' });
  return [{ file, line: findKeyLine(text, [named]), key: named, wrong }];
}

function checkListeners(config: Config, text: string, file: string): ConfigComplaint[] {
  const taken = new Map<string, number>();
  return config.listen.flatMap(({ address, port }, at) => {
    if (isIPv6(address) && !config.inet_protocols.includes('ipv6')) {
      const path = ['listen', at, 'address'];
      const wrong = mistake('listener-ipv6', { address });
      return [{ file, line: findKeyLine(text, path), key: formatKey(path), wrong }];
    }
    const place = `${address} port ${port}`;
    const first = taken.get(place);
    if (first === undefined || port === 0) {
      taken.set(place, at);
      return [];
    }
    const path = ['listen', at, 'port'];
    const wrong = mistake('listener-taken', { address, port, first: first + 1 });
    return [{ file, line: findKeyLine(text, path), key: formatKey(path), wrong }];
  });
}

function checkTlsLevels(config: Config, text: string, file: string): ConfigComplaint[] {
  return [...findTlsMistakes(config), ...findOutwardTlsMistakes(config)].map(({ path, wrong }) => {
    return { file, line: findKeyLine(text, path), key: formatKey(path), wrong };
  });
}

function checkCertificates(config: Config, text: string, file: string): ConfigComplaint[] {
  return findCertificateMistakes(config).map(({ path, wrong }) => {
    return { file, line: findKeyLine(text, path), key: formatKey(path), wrong };
  });
}

function checkDomainClasses(config: Config, text: string, file: string): ConfigComplaint[] {
  return findNamedOverlaps(config).map((overlap) => {
    const [first, second] = overlap.settings;
    // The one that is written says more than one that is there by default.
    const key = findKeyLine(text, [second]) === undefined ? first : second;
    return { file, line: findKeyLine(text, [key]), key, wrong: overlapMistake(overlap) };
  });
}

function checkForwarding({ srs_domain, srs_secrets, myorigin }: Config, text: string, file: string): ConfigComplaint[] {
  const wrong: ConfigComplaint[] = [];
  const complain = (key: string, mistaken: Mistake) => {
    wrong.push({ file, line: findKeyLine(text, [key]), key, wrong: mistaken });
  };
  if (srs_domain !== '' && !parseDomainName(srs_domain).ok) complain('srs_domain', mistake('srs-domain-malformed'));
  if (srs_domain !== '' && srs_secrets.length === 0) complain('srs_domain', mistake('srs-without-secret'));
  if (!parseDomainName(myorigin).ok) complain('myorigin', originMistake(myorigin));
  return wrong;
}

function originMistake(myorigin: string): Mistake {
  if (!myorigin.startsWith('/')) return mistake('origin-malformed', { text: JSON.stringify(myorigin) });
  return mistake('origin-file', { file: myorigin });
}

function complaints(issue: z.core.$ZodIssue, text: string, file: string): ConfigComplaint[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      return { file, line: findKeyLine(text, path), key: formatKey(path), wrong: unknownKey(key, issue.path) };
    });
  }
  return [{ file, line: findKeyLine(text, issue.path), key: formatKey(issue.path), wrong: mistakeOf(issue) }];
}

/** What Postfix has, and is said otherwise here. */
const SAID_OTHERWISE: Readonly<Record<string, PlainPhrase>> = {
  virtual_uid_maps: 'otherwise-mail-owner',
  virtual_gid_maps: 'otherwise-mail-owner-group',
  virtual_minimum_uid: 'otherwise-mail-owner-least',
};

function unknownKey(key: string, path: readonly PropertyKey[]): Mistake {
  const otherwise = path.length === 0 && Object.hasOwn(SAID_OTHERWISE, key) ? SAID_OTHERWISE[key] : undefined;
  if (otherwise !== undefined) return mistake('setting-said-otherwise', { otherwise: mistake(otherwise) });
  const near = findNearWord(key, keysAt(path));
  return near === undefined ? mistake('setting-unknown') : mistake('setting-unknown-near', { near });
}

/** The settings that may stand there. */
function keysAt([table]: readonly PropertyKey[]): string[] {
  switch (table) {
    case 'listen':
      return Object.keys(configSchema.shape.listen.element.shape);
    case 'directory':
      return DIRECTORY_KINDS.flatMap(({ shape }) => Object.keys(shape));
    case 'certificate':
    case 'acme':
    case 'auth_socket':
    case 'oauth_issuer':
      return Object.keys(configSchema.shape[table].unwrap().element.shape);
    default:
      return Object.keys(configSchema.shape);
  }
}

/** `listen[2].port`. */
export function formatKey(path: readonly PropertyKey[]): string {
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part + 1}]` : `${i > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const state = resolve(folder, config.state_directory);
  return {
    ...config,
    state_directory: state,
    virtual_mailbox_base: resolve(state, config.virtual_mailbox_base),
    maildrop_directory: resolve(state, config.maildrop_directory),
    directory: config.directory.map((source) => withAbsoluteFiles(source, folder)),
    maillog_file: config.maillog_file === '' ? '' : resolve(state, config.maillog_file),
    ...(config.smtpd_tls_cert_file !== undefined && {
      smtpd_tls_cert_file: resolve(folder, config.smtpd_tls_cert_file),
    }),
    certificate: config.certificate.map(({ cert_file, key_file }) => ({
      cert_file: resolve(folder, cert_file),
      ...(key_file !== undefined && { key_file: resolve(folder, key_file) }),
    })),
    acme: config.acme.map(({ CAfile, ...authority }) => ({
      ...authority,
      ...(CAfile !== undefined && { CAfile: resolve(folder, CAfile) }),
    })),
    auth_socket: config.auth_socket.map((socket) => ({ ...socket, path: resolve(state, socket.path) })),
    oauth_issuer: config.oauth_issuer.map(({ jwks_file, ...issuer }) => ({
      ...issuer,
      ...(jwks_file !== undefined && { jwks_file: resolve(folder, jwks_file) }),
    })),
    ...(config.dns_update_key_file !== undefined && {
      dns_update_key_file: resolve(folder, config.dns_update_key_file),
    }),
    ...(config.smtp_tls_CAfile !== undefined && { smtp_tls_CAfile: resolve(folder, config.smtp_tls_CAfile) }),
    ...(config.smtpd_tls_key_file !== undefined && { smtpd_tls_key_file: resolve(folder, config.smtpd_tls_key_file) }),
  };
}

function withAbsoluteFiles(source: DirectorySettings, folder: string): DirectorySettings {
  switch (source.type) {
    case 'passwd-file': {
      const { path, shadow_path: shadowPath } = source;
      return {
        ...source,
        path: resolve(folder, path),
        ...(shadowPath && { shadow_path: resolve(folder, shadowPath) }),
      };
    }
    case 'ldap':
      return {
        ...source,
        ...(source.tls_ca_cert_file && { tls_ca_cert_file: resolve(folder, source.tls_ca_cert_file) }),
      };
    case 'sql':
      return source.driver === 'sqlite' ? { ...source, dbname: resolve(folder, source.dbname) } : source;
    case 'dovecot':
      return source;
    default:
      return unreachable(source);
  }
}
