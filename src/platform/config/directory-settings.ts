// `[[directory]]`: where accounts live beside the embedded directory. Queries, filters and maps of attributes are Dovecot's;
// servers are named as Postfix names them.

import { z } from 'zod';
import { type Mistake, mistake, type PlainPhrase } from '#base/mistakes/mistake.ts';
import type { Result } from '#base/result.ts';
import { parseAttributeMap } from '#mail/directory-sources/attribute-map.ts';
import { bindQuery, QUESTION_MARKS } from '#mail/directory-sources/bound-query.ts';
import { parseTemplate } from '#mail/directory-sources/variables.ts';
import { complain } from './issue-mistake.ts';
import { count, domainName, limit, seconds, textLike, textWithout } from './setting-kinds.ts';

const written = (parse: (text: string) => Result<unknown, Mistake>) =>
  textWithout((text) => {
    const parsed = parse(text);
    return parsed.ok ? undefined : parsed.error;
  });

const template = () => written(parseTemplate);
const query = () => written((text) => bindQuery(text, parseTemplate, QUESTION_MARKS));
const attributes = () => written((text) => parseAttributeMap(text));

const domain = domainName().transform((text) => text.toLowerCase());

const everySource = {
  name: textLike(/^[\x20-\x7e]{1,60}$/, 'source-name-form')
    .optional()
    .describe('What the log and `valija account` call it; its type and place in the file, where nothing is said.'),
  domains: z
    .array(domain)
    .default([])
    .describe(
      'The domains that it is asked for. Those need no `valija domain add`; without any, it is asked for those that have one.',
    ),
  mail: z
    .boolean()
    .default(true)
    .describe(
      'Whether mail to its domains goes to its accounts; false: it only says who may log in, and `virtual_mailbox_maps` and the like say where mail goes.',
    ),
  default_password_scheme: textLike(/^[A-Za-z0-9.-]{1,40}$/, 'password-scheme-form')
    .default('CRYPT')
    .describe('The scheme of passwords that bear none in braces.'),
};

const cached = {
  cache_ttl: seconds('60s').describe(
    'How long an answer is kept; a password that does not fit it is asked for again at once. "0s" keeps nothing.',
  ),
  cache_negative_ttl: seconds('5s').describe('The same of «there is no such one».'),
  cache_limit: count().default(10_000).describe('How many answers are kept, of each kind.'),
};

const asked = {
  timeout: seconds('5s').describe('How long a connection, and each answer, may take; then the next host is asked.'),
  connection_limit: count().default(10).describe('Connections to it at the same time.'),
  waiting_limit: limit()
    .default(1_000)
    .describe('Questions that wait for one of them; more are answered with «later» at once.'),
};

const passwdFile = z.strictObject({
  type: z.literal('passwd-file').describe('Files in the form of /etc/passwd, with Dovecot’s extra fields.'),
  ...everySource,
  path: template().describe(
    'The file. With %d there is one a domain, with %n one an account: "/var/mail/vhosts/%d/%n/passwd". It belongs to root or to the server, and nobody else may read the passwords in it.',
  ),
  shadow_path: template()
    .optional()
    .describe('The file with the passwords, where they are not in the first: "/var/mail/vhosts/%d/%n/shadow".'),
});

const ldap = z.strictObject({
  type: z.literal('ldap').describe('A directory server, asked by LDAP.'),
  ...everySource,
  uris: z
    .array(textLike(/^ldaps?:\/\/[^\s/]+\/?$/, 'ldap-uri-form'))
    .min(1)
    .describe('The servers: "ldap://ldap.example.org", "ldaps://…". The next is asked when one does not answer.'),
  start_tls: z.boolean().default(false).describe('Whether connections of ldap:// change to TLS first.'),
  tls_ca_cert_file: z
    .string()
    .optional()
    .describe('Whose certificates are believed, in place of the system’s list (PEM).'),
  tls_require_cert: z
    .boolean()
    .default(true)
    .describe('Whether a certificate must be valid, and the server’s; false protects against listeners only.'),
  dn: z.string().default('').describe('The name under which is searched; empty: nobody’s.'),
  dnpass: z.string().default('').describe('The password of `dn`.'),
  base: template().describe('Where the search begins: "ou=people,dc=example,dc=org"; %d and the like may stand in it.'),
  scope: z.enum(['subtree', 'onelevel', 'base']).default('subtree').describe('How deep is searched.'),
  auth_bind: z
    .boolean()
    .default(false)
    .describe('Whether the server tries passwords itself, so that it need not hand out hashes.'),
  auth_bind_userdn: template()
    .optional()
    .describe(
      'The name to try a password with, "uid=%n,ou=people,dc=example,dc=org"; without it the entry’s own, searched for first.',
    ),
  user_filter: template().describe(
    'Who has this address: "(&(objectClass=posixAccount)(|(mail=%u)(mailAlternateAddress=%u)))".',
  ),
  user_attrs: attributes()
    .default('mail=user, cn=name, mailAlternateAddress=addresses')
    .describe('Which attributes become which fields: user, name, addresses, quota_rule, disabled, nologin.'),
  pass_filter: template().optional().describe('Who may log in by this address, where that is not `user_filter`.'),
  pass_attrs: attributes()
    .default('mail=user, userPassword=password')
    .describe('Which attributes become which fields at a login: user, password, nologin.'),
  alias_filter: template()
    .optional()
    .describe('Which entry is the alias of this address: "(&(objectClass=nisMailAlias)(mail=%u))".'),
  alias_attribute: z.string().default('rfc822MailMember').describe('Where that alias leads.'),
  domain_filter: template()
    .optional()
    .describe(
      'Which entries below `base` name the domains that it has, beside `domains`: "(objectClass=domainRelatedObject)"; asked anew after `cache_ttl`.',
    ),
  domain_attribute: z.string().default('associatedDomain').describe('Where they name them.'),
  iterate_filter: template().default('(mail=*)').describe('Whom `valija account list` shows, with `user_attrs`.'),
  ...asked,
  ...cached,
});

const sql = z.strictObject({
  type: z.literal('sql').describe('A database.'),
  ...everySource,
  driver: z.enum(['sqlite', 'pgsql', 'mysql']).describe('Which: a file of SQLite’s, PostgreSQL, or MySQL and MariaDB.'),
  hosts: z
    .array(z.string().min(1))
    .default(['localhost'])
    .describe(
      'The servers: "db.example.org", "db.example.org:5433", "unix:/run/mysqld/mysqld.sock". The next is asked when one does not answer.',
    ),
  dbname: z.string().min(1).describe('The database; of SQLite its file, which is only read.'),
  user: z.string().default('').describe('The name to log in to the server with.'),
  password: z.string().default('').describe('Its password.'),
  user_query: query()
    .optional()
    .describe(
      'Whose mail comes to this address, as columns named for fields: "SELECT email AS user, name, quota_rule FROM users WHERE email = \'%u\'". Values are bound, never part of the text.',
    ),
  password_query: query()
    .optional()
    .describe(
      'Who may log in by it: "SELECT email AS user, password FROM users WHERE email = \'%u\'"; without it, `user_query` with a column `password`.',
    ),
  alias_query: query()
    .optional()
    .describe(
      'Where mail to this address goes, one target or several a row: "SELECT goto FROM alias WHERE address = \'%u\'".',
    ),
  domain_query: query()
    .optional()
    .describe(
      'The domains that it has, beside `domains`, in the first column: "SELECT domain FROM domain WHERE active = 1"; asked anew after `cache_ttl`.',
    ),
  iterate_query: query().optional().describe('Whom `valija account list` shows: "SELECT email AS user FROM users".'),
  ...asked,
  ...cached,
});

const SOCKET = /^(?:(?:unix:)?\/.+|inet:(?:[0-9.]+|\[[0-9a-fA-F:.]+\]):\d{1,5})$/;
const socket = () => textLike(SOCKET, 'auth-socket-form');

const dovecot = z.strictObject({
  type: z.literal('dovecot').describe('A Dovecot beside us, asked by its auth protocol.'),
  ...everySource,
  auth_socket: socket().describe(
    'Where it tries passwords: the socket that a Postfix has in `smtpd_sasl_path`, "/run/dovecot/auth-client".',
  ),
  userdb_socket: socket()
    .optional()
    .describe(
      'Where it says who is there, "/run/dovecot/auth-userdb"; without it no mail comes to its accounts, and they only log in.',
    ),
  username: template()
    .default('%u')
    .describe('What it calls the owner of an address: "%u", or "%n" without the domain.'),
  timeout: seconds('10s').describe('How long a connection, and each answer, may take.'),
  question_limit: count().default(1_000).describe('Questions under way at once; more are answered with «later».'),
  ...cached,
});

function hasVariables(text: string | undefined): boolean {
  const parts = parseTemplate(text ?? '');
  return parts.ok && parts.value.some((part) => 'variable' in part);
}

const directorySchema = z
  .discriminatedUnion('type', [passwdFile, ldap, sql, dovecot])
  .superRefine((source, context) => {
    const wrongIs = (key: string, phrase: PlainPhrase) => complain(context, mistake(phrase), [key]);
    if (source.type === 'sql' && source.user_query === undefined && source.password_query === undefined) {
      wrongIs('user_query', 'sql-without-query');
    }
    if (source.type === 'sql' && hasVariables(source.domain_query)) {
      wrongIs('domain_query', 'domain-query-variable');
    }
    if (source.type === 'ldap' && source.domain_filter !== undefined && hasVariables(source.base)) {
      wrongIs('domain_filter', 'domain-filter-base');
    }
    if (source.type === 'ldap' && source.start_tls && source.uris.some((uri) => uri.startsWith('ldaps:'))) {
      wrongIs('start_tls', 'start-tls-in-tls');
    }
  });

/** For the manual, and to guess what a misspelt key should have been. */
export const DIRECTORY_KINDS = [passwdFile, ldap, sql, dovecot] as const;

export type DirectorySettings = z.output<typeof directorySchema>;
export type PasswdFileSettings = Extract<DirectorySettings, { type: 'passwd-file' }>;
export type LdapSettings = Extract<DirectorySettings, { type: 'ldap' }>;
export type DovecotSettings = Extract<DirectorySettings, { type: 'dovecot' }>;
export type SqlSettings = Extract<DirectorySettings, { type: 'sql' }>;

export const directorySettings = {
  directory: z
    .array(directorySchema)
    .default([])
    .describe('One entry for each place, beside the embedded directory, where accounts live; asked in this order.'),
};
