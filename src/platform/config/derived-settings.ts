// Defaults that hang on other settings, or on the machine: read anew each time the settings are.

import { existsSync, readFileSync } from 'node:fs';
import { parseDomainName } from '#protocols/message/domain-name.ts';
import { type MechanismName, USUAL_MECHANISMS } from '#protocols/sasl/mechanisms.ts';
import type { Config, WrittenConfig } from './schema.ts';

/** Where the machine says what it is. */
export interface MachineFiles {
  readonly mailname: string;
  readonly aliases: string;
}

const MACHINE_FILES: MachineFiles = { mailname: '/etc/mailname', aliases: '/etc/aliases' };

export function deriveSettings(written: WrittenConfig, files: MachineFiles = MACHINE_FILES): Config {
  const { myhostname, virtual_alias_maps, virtual_mailbox_maps } = written;
  const mydomain = written.mydomain ?? domainOf(myhostname);
  const names = [myhostname, `localhost.${mydomain}`, 'localhost'].map((name) => name.toLowerCase());
  const hasAliases = written.system_users && existsSync(files.aliases);
  return {
    ...written,
    listen: written.listen.map((entry) => ({ ...entry, address: spokenAddress(entry.address, written) })),
    mydomain,
    myorigin: findOrigin(written.myorigin, files.mailname) ?? myhostname,
    mydestination: written.mydestination ?? [...new Set(names)],
    dkim_internal_hosts: written.dkim_internal_hosts ?? written.mynetworks,
    auth_mechanisms: written.auth_mechanisms ?? USUAL_MECHANISMS.filter((name) => isForAll(name, written)),
    alias_maps: written.alias_maps ?? (hasAliases ? [`texthash:${files.aliases}`] : []),
    virtual_alias_domains: written.virtual_alias_domains ?? virtual_alias_maps.filter(hasKeys),
    virtual_mailbox_domains: written.virtual_mailbox_domains ?? virtual_mailbox_maps.filter(hasKeys),
  };
}

/** What a source says its passwords are kept as, so that there are keys of SCRAM or they can be made. */
const KEYED_SCHEMES: readonly string[] = ['PLAIN', 'CLEAR', 'CLEARTEXT', 'SCRAM-SHA-256'];

/** A client takes the strongest that is offered, and does not try another one when that fails. */
function isForAll(mechanism: MechanismName, { system_users, directory }: WrittenConfig): boolean {
  if (mechanism !== 'SCRAM-SHA-256') return true;
  const areKeyed = directory.every(
    (source) =>
      source.type !== 'dovecot' &&
      !(source.type === 'ldap' && source.auth_bind) &&
      KEYED_SCHEMES.includes(source.default_password_scheme.toUpperCase()),
  );
  return !system_users && areKeyed;
}

/** All addresses of the machine are those of the protocols that are in use. */
function spokenAddress(address: string, { inet_protocols }: WrittenConfig): string {
  return address === '::' && !inet_protocols.includes('ipv6') ? '0.0.0.0' : address;
}

/** Of a host without a domain as Postfix has it. */
function domainOf(host: string): string {
  const dot = host.indexOf('.');
  return dot === -1 ? 'localdomain' : host.slice(dot + 1).toLowerCase();
}

/** A setting that is a path names the file, and stays a path where that says nothing. `undefined` where nobody says it. */
function findOrigin(written: string | undefined, mailname: string): string | undefined {
  if (written === undefined) return firstLineOf(mailname);
  return written.startsWith('/') ? (firstLineOf(written) ?? written) : written.toLowerCase();
}

/** The domain that it names. */
function firstLineOf(file: string): string | undefined {
  try {
    const [line = ''] = readFileSync(file, 'utf8').split('\n');
    const name = parseDomainName(line.trim());
    return name.ok ? name.value : undefined;
  } catch {
    // There is no such file, or it is not ours to read.
    return undefined;
  }
}

/** A pattern would say of every domain that it is one of ours. */
function hasKeys(table: string): boolean {
  return !/^(?:regexp|pcre|cidr|static|fail):/.test(table);
}
