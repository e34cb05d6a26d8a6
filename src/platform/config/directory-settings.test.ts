import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { formatComplaint } from './toml-text.ts';

const LISTEN = '[[listen]]\nservice = "smtp"\nport = 0\n';
const LDAP = 'type = "ldap"\nuris = ["ldap://a"]\nbase = "dc=a"\nuser_filter = "(mail=%u)"\n';
const SQL = 'type = "sql"\ndriver = "pgsql"\ndbname = "mail"\n';

function complaintsOf(lines: string): string[] {
  const parsed = parseConfig(`[[directory]]\n${lines}\n${LISTEN}`, '/etc/valija/valija.toml');
  return parsed.ok ? [] : parsed.error.map(formatComplaint);
}

const MISTAKES: readonly (readonly [lines: string, complaint: RegExp])[] = [
  ['type = "ldpa"', /:2: directory\[1\]\.type: /],
  ['type = "passwd-file"', /directory\[1\]\.path: is missing/],
  ['type = "passwd-file"\npath = "/etc/%x"', /:3: directory\[1\]\.path: "%x" is not known; there are %u/],
  [
    'type = "passwd-file"\npath = "a"\nshadow_pat = "b"',
    /:4: directory\[1\]\.shadow_pat: .*did you mean shadow_path\?/,
  ],
  ['type = "passwd-file"\npath = "a"\ndomains = ["a b"]', /directory\[1\]\.domains\[1\]: "a b" is no domain name/],
  [`${LDAP}uris = ["http://a"]`, /this is not TOML/],
  [LDAP.replace('ldap://a', 'http://a'), /uris\[1\]: the form is "ldap:\/\/host"/],
  [`${LDAP}user_attrs = "a b"`, /user_attrs: "a b" is no attribute=field/],
  [`${LDAP.replace('ldap:', 'ldaps:')}start_tls = true`, /start_tls: is for ldap:\/\/ alone/],
  [SQL, /user_query: is missing; a database is asked by user_query, by password_query, or by both/],
  [`${SQL}user_query = "SELECT 1 WHERE a = '%q'"`, /user_query: "%q" is not known/],
  [`${SQL}user_query = "SELECT '%u'"\ntimeout = "soon"`, /timeout: a time is a number with one of/],
  [`${SQL}user_query = "SELECT '%u'"\nconnection_limit = 0`, /connection_limit: /],
  [`${SQL}user_query = "a"\ndomain_query = "SELECT '%d'"`, /domain_query: hangs on no address/],
  [`${LDAP.replace(/base = .*/, 'base = "dc=%d"')}domain_filter = "(a=b)"`, /domain_filter: needs a `base`/],
];

for (const [lines, complaint] of MISTAKES) {
  test(`a mistake is told where it stands: ${String(complaint)}`, () => {
    const [first = 'nothing'] = complaintsOf(lines);
    assert.match(first, complaint);
  });
}

test('files are taken from the folder of the settings', () => {
  const lines = [
    ...['[[directory]]', 'type = "passwd-file"', 'path = "%d/passwd"', 'shadow_path = "/var/%n/shadow"'],
    ...['[[directory]]', 'type = "sql"', 'driver = "sqlite"', 'dbname = "mail.db"', 'user_query = "SELECT \'%u\'"'],
  ];
  const parsed = parseConfig(`${lines.join('\n')}\n${LISTEN}`, '/etc/valija/valija.toml');
  assert.ok(parsed.ok);
  const [files, database] = parsed.value.directory;
  assert.equal(files?.type === 'passwd-file' && files.path, '/etc/valija/%d/passwd');
  assert.equal(files?.type === 'passwd-file' && files.shadow_path, '/var/%n/shadow');
  assert.equal(database?.type === 'sql' && database.dbname, '/etc/valija/mail.db');
});
