// The file that an `ldap:` table is named by. ldap_table(5)

import { err, ok, type Result } from '#base/result.ts';
import type { LdapSearch, LdapServerSettings } from '#platform/directory-sources/ldap-client.ts';
import { type ExpansionPart, parseExpansions } from './expansion.ts';
import { parseResultRules, RESULT_NAMES, type ResultRules } from './result-rules.ts';
import { listOf, readSettingsFile } from './settings-file.ts';

export interface LdapTableSettings {
  readonly servers: readonly LdapServerSettings[];
  readonly base: readonly ExpansionPart[];
  readonly scope: LdapSearch['scope'];
  readonly filter: readonly ExpansionPart[];
  /** Their values are results. */
  readonly results: readonly string[];
  /** Their values are results of an entry that leads to no others. */
  readonly leaves: readonly string[];
  /** Where an entry has these, its other attributes say nothing. */
  readonly terminals: readonly string[];
  /** Their values are names of further entries. */
  readonly references: readonly string[];
  readonly mostEntries: number;
  readonly recursionLimit: number;
  readonly rules: ResultRules;
}

const CONNECTION_LIMITS = { connectionLimit: 4, waitingLimit: 1_000 };
const MOST_ENTRIES = 1_000;

const NAMES = [
  ...['server_host', 'server_port', 'timeout', 'search_base', 'query_filter', 'scope', 'size_limit', 'recursion_limit'],
  ...['result_attribute', 'special_result_attribute', 'leaf_result_attribute', 'terminal_result_attribute'],
  ...['bind', 'bind_dn', 'bind_pw', 'start_tls', 'tls_ca_cert_file', 'tls_require_cert'],
  ...RESULT_NAMES,
];
/** Known to Postfix, and without a meaning here. */
const IGNORED = ['cache', 'cache_expiry', 'cache_size', 'chase_referrals', 'debuglevel', 'dereference', 'version'];

const SCOPES: Readonly<Record<string, LdapSearch['scope']>> = { sub: 'sub', one: 'one', base: 'base' };

/** Throws an Error with file and line. */
export function parseLdapSettings(text: string, file: string): LdapTableSettings {
  const settings = interpret(readSettingsFile(text, file, [...NAMES, 'result_filter', ...IGNORED]));
  if (settings.ok) return settings.value;
  throw new Error(`${file}: ${settings.error}`);
}

function interpret(written: ReadonlyMap<string, string>): Result<LdapTableSettings, string> {
  // `result_filter` is what Postfix called it before 2.2.
  const format = written.get('result_format') ?? written.get('result_filter');
  const values = new Map([...written, ...(format === undefined ? [] : [['result_format', format] as const])]);
  const base = parseExpansions(values.get('search_base') ?? '');
  if (!base.ok) return err(`search_base: ${base.error}`);
  const filter = parseExpansions(values.get('query_filter') ?? '(mailacceptinggeneralid=%s)');
  if (!filter.ok) return err(`query_filter: ${filter.error}`);
  const scope = SCOPES[values.get('scope') ?? 'sub'];
  if (scope === undefined) return err(`scope: "${values.get('scope')}" is none of sub, one and base`);
  const rules = parseResultRules(values);
  if (!rules.ok) return rules;
  const size = readCount(values, 'size_limit', rules.value.expansionLimit);
  const recursionLimit = readCount(values, 'recursion_limit', 1_000);
  const servers = readServers(values);
  if (!size.ok) return size;
  if (!recursionLimit.ok) return recursionLimit;
  if (!servers.ok) return servers;
  return ok({
    servers: servers.value,
    base: base.value,
    scope,
    filter: filter.value,
    results: listOf(values, 'result_attribute', 'maildrop'),
    leaves: listOf(values, 'leaf_result_attribute'),
    terminals: listOf(values, 'terminal_result_attribute'),
    references: listOf(values, 'special_result_attribute'),
    mostEntries: size.value === 0 ? MOST_ENTRIES : size.value,
    recursionLimit: recursionLimit.value,
    rules: rules.value,
  });
}

function readServers(values: ReadonlyMap<string, string>): Result<LdapServerSettings[], string> {
  const timeout = readCount(values, 'timeout', 10);
  if (!timeout.ok) return timeout;
  const bind = values.get('bind') ?? 'yes';
  if (bind !== 'yes' && bind !== 'no' && bind !== 'simple' && bind !== 'none') {
    return err(`bind: "${bind}" is neither yes nor no; other ways to log in are not supported`);
  }
  const binds = bind === 'yes' || bind === 'simple';
  const login = {
    dn: binds ? (values.get('bind_dn') ?? '') : '',
    password: binds ? (values.get('bind_pw') ?? '') : '',
  };
  const tls = {
    startTls: values.get('start_tls') === 'yes',
    caFile: values.get('tls_ca_cert_file'),
    requireCertificate: values.get('tls_require_cert') === 'yes',
  };
  const port = values.get('server_port') ?? '389';
  const uris = listOf(values, 'server_host', 'localhost').map((host) => uriOf(host, port));
  const local = uris.find((uri) => uri.startsWith('ldapi:'));
  if (local !== undefined) return err(`server_host: "${local}": sockets of the file system are not supported`);
  return ok(uris.map((uri) => ({ uri, ...login, ...tls, ...CONNECTION_LIMITS, timeoutMs: timeout.value * 1_000 })));
}

function uriOf(host: string, port: string): string {
  if (/^ldap[si]?:\/\//.test(host)) return host;
  return /:\d+$/.test(host) ? `ldap://${host}` : `ldap://${host}:${port}`;
}

function readCount(values: ReadonlyMap<string, string>, name: string, usual: number): Result<number, string> {
  const text = (values.get(name) ?? String(usual)).replace(/s$/, '');
  return /^\d{1,9}$/.test(text) ? ok(Number(text)) : err(`${name}: "${text}" is no number`);
}
