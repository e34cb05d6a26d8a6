// Opens a source as its settings say. Nothing is asked yet: a server that is down stops no start.

import { type Mistake, mistakeInEnglish } from '#base/mistakes/mistake.ts';
import type { Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { parseAttributeMap } from '#mail/directory-sources/attribute-map.ts';
import type { BoundQuery } from '#mail/directory-sources/bound-query.ts';
import { bindQuery, NUMBERED, QUESTION_MARKS } from '#mail/directory-sources/bound-query.ts';
import type { DirectorySource } from '#mail/directory-sources/directory-source.ts';
import { hasVariable, parseTemplate, type TemplatePart } from '#mail/directory-sources/variables.ts';
import type {
  DirectorySettings,
  DovecotSettings,
  LdapSettings,
  PasswdFileSettings,
  SqlSettings,
} from '#platform/config/directory-settings.ts';
import { openDovecotBackend } from '#platform/dovecot-auth/open-dovecot-backend.ts';
import type { Backend } from './backend.ts';
import { Failover } from './failover.ts';
import { HomeFilesBackend } from './home-files-backend.ts';
import { LdapBackend, type LdapQueries } from './ldap-backend.ts';
import { LdapClient } from './ldap-client.ts';
import { LookupSource, type SourceSurroundings } from './lookup-source.ts';
import { MysqlClient } from './mysql-client.ts';
import { PasswdFileBackend } from './passwd-file-backend.ts';
import { PostgresClient } from './postgres-client.ts';
import { SqlBackend } from './sql-backend.ts';
import type { SqlClient, SqlServerSettings } from './sql-client.ts';
import { SqliteClient } from './sqlite-client.ts';

export interface OpenSurroundings extends SourceSurroundings {
  /** Who the server is: whose files are believed. */
  readonly ownUid: number;
}

/** Files are read at each question, or when they have changed: their answers are always fresh. */
const NO_CACHE = { ttlMs: 0, negativeTtlMs: 0, entries: 1 };

/** Closing it is the caller's. */
export function openSource(name: string, settings: DirectorySettings, around: OpenSurroundings): DirectorySource {
  const { domains, mail: hostsMail, default_password_scheme: defaultScheme } = settings;
  const source = { name, domains, hostsMail, defaultScheme, cache: cacheOf(settings) };
  return new LookupSource(source, openBackend(name, settings, around), around);
}

function cacheOf(settings: DirectorySettings) {
  if (settings.type === 'passwd-file') return NO_CACHE;
  const { cache_ttl: ttlMs, cache_negative_ttl: negativeTtlMs, cache_limit: entries } = settings;
  return { ttlMs, negativeTtlMs, entries };
}

function openBackend(name: string, settings: DirectorySettings, around: OpenSurroundings): Backend {
  switch (settings.type) {
    case 'passwd-file':
      return openFiles(settings, around);
    case 'ldap':
      return openLdap(name, settings, around);
    case 'sql':
      return openSql(name, settings, around);
    case 'dovecot':
      return openDovecot(name, settings);
    default:
      return unreachable(settings);
  }
}

function openFiles({ domains, path, shadow_path }: PasswdFileSettings, { ownUid, log }: OpenSurroundings): Backend {
  const paths = { path: checked(parseTemplate(path)), shadowPath: shadow_path && checked(parseTemplate(shadow_path)) };
  const options = { ...paths, shadowPath: paths.shadowPath || undefined, domains, ownUid, warn };
  const isOfAccount = hasVariable(options.path, 'username') || hasVariable(options.path, 'user');
  return isOfAccount ? new HomeFilesBackend(options) : new PasswdFileBackend(options);

  function warn(text: string): void {
    log.write('warn', 'directory', text);
  }
}

function openLdap(name: string, settings: LdapSettings, { nowMs }: OpenSurroundings): Backend {
  const clients = settings.uris.map(
    (uri) =>
      new LdapClient({
        uri,
        startTls: settings.start_tls,
        caFile: settings.tls_ca_cert_file,
        requireCertificate: settings.tls_require_cert,
        dn: settings.dn,
        password: settings.dnpass,
        timeoutMs: settings.timeout,
        connectionLimit: settings.connection_limit,
        waitingLimit: settings.waiting_limit,
      }),
  );
  return new LdapBackend(name, new Failover(clients, nowMs), ldapQueries(settings));
}

const SCOPES = { subtree: 'sub', onelevel: 'one', base: 'base' } as const;

function ldapQueries(settings: LdapSettings): LdapQueries {
  const { auth_bind, auth_bind_userdn, pass_filter, alias_filter, domain_filter } = settings;
  const bindName = auth_bind_userdn === undefined ? 'entry' : checked(parseTemplate(auth_bind_userdn));
  return {
    base: checked(parseTemplate(settings.base)),
    scope: SCOPES[settings.scope],
    userFilter: checked(parseTemplate(settings.user_filter)),
    userAttributes: checked(parseAttributeMap(settings.user_attrs)),
    loginFilter: pass_filter === undefined ? undefined : checked(parseTemplate(pass_filter)),
    loginAttributes: checked(parseAttributeMap(settings.pass_attrs)),
    aliasFilter: alias_filter === undefined ? undefined : checked(parseTemplate(alias_filter)),
    aliasAttribute: settings.alias_attribute,
    listFilter: checked(parseTemplate(settings.iterate_filter)),
    domainFilter: domain_filter === undefined ? undefined : checked(parseTemplate(domain_filter)),
    domainAttribute: settings.domain_attribute,
    bind: auth_bind ? bindName : 'no',
  };
}

function openSql(name: string, settings: SqlSettings, { nowMs }: OpenSurroundings): Backend {
  const markOf = settings.driver === 'pgsql' ? NUMBERED : QUESTION_MARKS;
  const bind = (text: string | undefined): BoundQuery<TemplatePart> | undefined =>
    text === undefined ? undefined : checked(bindQuery<TemplatePart, Mistake>(text, parseTemplate, markOf));
  const queries = {
    user: bind(settings.user_query),
    login: bind(settings.password_query),
    alias: bind(settings.alias_query),
    list: bind(settings.iterate_query),
    domains: bind(settings.domain_query),
  };
  // A file has no host.
  const hosts = settings.driver === 'sqlite' ? [settings.dbname] : settings.hosts;
  const clients = hosts.map((host) => openClient(settings.driver, { host, ...serverOf(settings) }));
  return new SqlBackend(name, new Failover(clients, nowMs), queries);
}

function openDovecot(name: string, settings: DovecotSettings): Backend {
  return openDovecotBackend({
    name,
    authSocket: settings.auth_socket,
    userdbSocket: settings.userdb_socket,
    username: checked(parseTemplate(settings.username)),
    timeoutMs: settings.timeout,
    mostQuestions: settings.question_limit,
  });
}

function serverOf(settings: SqlSettings): Omit<SqlServerSettings, 'host'> {
  return {
    database: settings.dbname,
    user: settings.user,
    password: settings.password,
    timeoutMs: settings.timeout,
    connectionLimit: settings.connection_limit,
    waitingLimit: settings.waiting_limit,
  };
}

function openClient(driver: SqlSettings['driver'], server: SqlServerSettings): SqlClient {
  switch (driver) {
    case 'sqlite':
      return new SqliteClient(server);
    case 'pgsql':
      return new PostgresClient(server);
    case 'mysql':
      return new MysqlClient(server);
    default:
      return unreachable(driver);
  }
}

/** The settings were read with the same eyes: what is wrong in them was said there. */
function checked<T>(parsed: Result<T, Mistake>): T {
  if (!parsed.ok) throw new Error(mistakeInEnglish(parsed.error));
  return parsed.value;
}
