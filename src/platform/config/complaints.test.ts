// Each thing that can be wrong in a file, in both languages: the same facts, and no English words in Spanish.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Fact, Mistake, MistakePhrase } from '#base/mistakes/mistake.ts';
import { MISTAKES_ENGLISH } from '#base/mistakes/mistakes-english.ts';
import { mistakeOf } from './issue-mistake.ts';
import { loadConfig, parseConfig } from './load-config.ts';
import { parseLab } from './load-lab.ts';
import { configSchema } from './schema.ts';
import { type ConfigComplaint, describeComplaint, describeWrong, isDanger } from './toml-text.ts';

const LISTEN = '[[listen]]\nservice = "smtp"\nport = 2025\n';
const ISSUER = '[[oauth_issuer]]\nissuer = "https://id.example.org"\naudience = ["a"]\n';
const SQL = '[[directory]]\ntype = "sql"\ndriver = "sqlite"\ndbname = "a"\n';
const LDAP = '[[directory]]\ntype = "ldap"\nuris = ["ldaps://a"]\nbase = "dc=%d"\nuser_filter = "(mail=%u)"\n';
const FILES = '[[directory]]\ntype = "passwd-file"\npath = "/etc/p"\n';
const DOVECOT = '[[directory]]\ntype = "dovecot"\n';
const list = (text: string) => `smtpd_recipient_restrictions = ["${text}"]`;

/** Each with the phrases that tell of it: at the top of a file that is good otherwise, or behind it. */
const AT_TOP: readonly (readonly [text: string, ...MistakePhrase[]])[] = [
  ['a = ', 'not-toml', 'toml-value'],
  ['# \u0001', 'toml-control-in-comment'],
  ['a = "\u0001"', 'toml-control-in-string'],
  ['a = 1 2', 'toml-line-end'],
  ['a = [1 2]', 'toml-comma'],
  ['[[a]\n', 'toml-table-array-end'],
  ['a b = 1', 'toml-key-character'],
  ['a = 012', 'toml-leading-zero'],
  ['"""a""" = 1', 'toml-key-multiline'],
  ['a = 1__2', 'toml-underscore'],
  ['a = 99999999999999999999', 'toml-integer-lossy'],
  ['a = 2020-13-45', 'toml-date'],
  ['a = 2020-01-1', 'toml-date-part'],
  ['a = 2020-01-04T1:00:00', 'toml-time-part'],
  ['a = "\\uZZZZ"', 'toml-unicode-hex'],
  ['a = "\\uD800"', 'toml-unicode'],
  ['a = """\\ x"""', 'toml-escape-line-end'],
  ['a = "\\q"', 'toml-escape-unknown'],
  ['a = 1\na = 2', 'toml-table-redefined'],
  ['a = { b = 1, b = 2 }', 'toml-redefined'],
  ['= 1', 'toml-key-end'],
  ['a. .b = 1', 'toml-key-empty'],
  ['a = 0x', 'toml-number-unfinished'],
  ['a = 0b12', 'toml-number-character'],
  [`a = ${'['.repeat(2_000)}`, 'toml-too-deep'],
  ['xyzzy = 1', 'setting-unknown'],
  ['mynetwork = []', 'setting-unknown-near'],
  ['virtual_uid_maps = ["a"]', 'setting-said-otherwise', 'otherwise-mail-owner'],
  ['virtual_gid_maps = ["a"]', 'otherwise-mail-owner-group'],
  ['virtual_minimum_uid = 1', 'otherwise-mail-owner-least'],
  ['myhostname = 5', 'type-wrong', 'type-string', 'type-number'],
  ['smtpd_recipient_limit = 1.5', 'type-int'],
  ['smtpd_recipient_limit = nan', 'type-wrong'],
  ['dkim_sign = "yes"', 'type-boolean'],
  ['mynetworks = { a = 1 }', 'type-array', 'type-object'],
  ['smtpd_restriction_classes = []', 'type-record'],
  ['myhostname = 2020-01-01', 'type-date'],
  ['maillog_level = "loud"', 'value-none-of'],
  ['myhostname = ""', 'text-too-short'],
  [`dmarc_report_organization = "${'x'.repeat(101)}"`, 'text-too-long'],
  ['inet_protocols = []', 'list-too-short'],
  ['smtpd_recipient_limit = 0', 'number-too-small'],
  ['smtp_tcp_port = 70000', 'number-too-big'],
  ['domain_report_address = "a"', 'format-email'],
  ['smtp_bind_address = "a"', 'format-ipv4'],
  ['smtp_bind_address6 = "a"', 'format-ipv6'],
  ['smtpd_timeout = true', 'input-malformed'],
  ['smtpd_restriction_classes = { "a-b" = [] }', 'key-malformed'],
  ['smtpd_timeout = "soon"', 'time-form'],
  ['dmarc_report_from = "a"', 'address-form'],
  ['mynetworks = ["a"]', 'network-malformed'],
  ['mynetworks = ["10.0.0.0/33"]', 'network-prefix'],
  ['mynetworks = ["10.0.0.1/8"]', 'network-bits'],
  ['canonical_maps = ["/etc/x"]', 'table-malformed'],
  ['mydomain = "$myhostname"', 'domain-name-variable'],
  ['mydomain = "a b"', 'domain-malformed'],
  ['default_transport = "uucp:a"', 'transport-unknown'],
  ['relayhost = " "', 'destination-empty'],
  ['relayhost = "[a:1]"', 'destination-malformed'],
  ['resolver_addresses = ["a"]', 'name-server-form'],
  ['recipient_delimiter = "a"', 'delimiters-form'],
  ['srs_secrets = ["short"]', 'srs-secret-short'],
  ['greylist_whitelist_clients = ["a b"]', 'greylist-clients-form'],
  ['greylist_whitelist_recipients = ["a b"]', 'greylist-recipients-form'],
  ['report_recipients = ["a"]', 'report-recipients-form'],
  ['postscreen_greet_banner = "ñ"', 'banner-form'],
  ['smtpd_milters = ["a"]', 'service-malformed', 'service-milter'],
  ['smtpd_milters = ["unix:a"]', 'service-path'],
  ['smtpd_milters = ["inet:1@a"]', 'service-port-first'],
  ['smtpd_milters = ["{ inet:a:1, {b }"]', 'service-braces'],
  ['smtpd_milters = ["{ inet:a:1, color=blue }"]', 'service-override', 'override-unknown'],
  ['smtpd_milters = ["{ inet:a:1, protocol=9 }"]', 'override-value'],
  ['milter_connect_macros = ["{1}"]', 'milter-macro-form'],
  ['milter_protocol = "9"', 'milter-protocol-form'],
  ['milter_macro_defaults = ["a"]', 'macro-default-form'],
  ['domain_check_lists = ["zen.example*x"]', 'list-weight'],
  ['domain_check_lists = ["=127.0.0.2"]', 'list-domain'],
  ['domain_check_lists = ["zen.example=127"]', 'list-filter'],
  [list('{'), 'restriction-element', 'brace-not-closed'],
  [list('}'), 'brace-not-opened'],
  [list('reject_unauth_destnation'), 'restriction-element-near', 'restriction-unknown'],
  [list('warn_if_reject'), 'restriction-must-follow'],
  [list('permit_tls_clientcerts'), 'restriction-absent', 'absent-client-certificates'],
  [list('check_etrn_access'), 'absent-etrn'],
  [list('reject_maps_rbl'), 'absent-instead'],
  [list('permit_mx_backup'), 'absent-mx-backup'],
  [list('check_sender_access'), 'argument-missing', 'argument-table'],
  [list('check_sender_access /etc/x'), 'argument-wrong', 'table-none'],
  [list('check_policy_service a'), 'argument-service', 'service-policy'],
  [list('reject_rbl_client'), 'argument-list'],
  [list('permit_dnswl_client a.example*2'), 'list-weight-above-zero'],
  [list('sleep x'), 'argument-seconds', 'seconds-none'],
  ['smtpd_data_restrictions = ["hash:/x"]', 'table-without-access'],
  ['smtpd_restriction_classes = { a = ["a"] }', 'class-to-itself'],
  [
    'smtpd_delay_reject = false\nsmtpd_client_restrictions = ["reject_invalid_helo_hostname"]',
    'restriction-too-early',
    'needs-greeting',
  ],
  ['smtpd_delay_reject = false\nsmtpd_helo_restrictions = ["reject_non_fqdn_sender"]', 'needs-sender'],
  ['smtpd_delay_reject = false\nsmtpd_helo_restrictions = ["reject_unlisted_recipient"]', 'needs-recipient'],
  ['smtpd_tls_cert_file = "a"', 'both-or-neither'],
  ['dns_update_server = "192.0.2.1"', 'both-or-neither'],
  ['smtp_tls_security_level = "dane-only"\nsmtp_dns_support_level = "enabled"', 'dane-only-without-dnssec'],
  ['smtp_tls_security_level = "dane-only"\nignore_mx_lookup_error = true', 'dane-only-with-errors'],
  ['mydestination = ["a.test"]\nrelay_domains = ["a.test"]', 'domain-of-two-classes'],
  ['srs_domain = "a b"', 'srs-domain-malformed', 'srs-without-secret'],
  ['myorigin = "a b"', 'origin-malformed'],
  ['myorigin = "/nowhere/mailname"', 'origin-file'],
];

const BEHIND: readonly (readonly [text: string, ...MistakePhrase[]])[] = [
  ['a', 'toml-key-incomplete'],
  ['a = "x', 'toml-string-unfinished'],
  ['a = {', 'toml-table-unfinished'],
  ['a = [', 'toml-array-unfinished'],
  ['[[listen]]\nservice = "imap"\n', 'setting-missing'],
  ['[[listen]]\nservice = "imap"\nport = 2025\n', 'listener-taken'],
  [
    'smtpd_tls_security_level = "may"\n[[listen]]\nservice = "http"\nport = 1\nsmtpd_tls_security_level = "may"\n',
    'tls-level-elsewhere',
    'tls-http',
  ],
  ['[[listen]]\nservice = "imaps"\nport = 1\nsmtpd_tls_security_level = "may"\n', 'tls-of-its-own'],
  ['[[listen]]\nservice = "submission"\nport = 1\nsmtpd_tls_security_level = "none"\n', 'submission-without-tls'],
  ['[[acme]]\ndirectory = "https://a.example/"\n', 'no-challenge-possible'],
  ['[[acme]]\ndirectory = "a"\n', 'format-url'],
  ['[[auth_socket]]\npath = "a"\nmode = "9"\n', 'mode-form'],
  [ISSUER, 'issuer-proofs'],
  [`${ISSUER}jwks_uri = "http://a.example/"\n`, 'keys-address-form'],
  [`${ISSUER}introspection_uri = "https://a.example/"\n`, 'introspection-client'],
  [`${ISSUER}jwks_file = "a"\n`.repeat(2), 'issuer-taken'],
  ['[[directory]]\ntype = "nis"\n', 'kind-none-of'],
  [`${FILES}name = ""\n`, 'source-name-form'],
  [`${FILES}default_password_scheme = "{}"\n`, 'password-scheme-form'],
  [FILES.replace('/etc/p', '/etc/%x'), 'variable-unknown'],
  [LDAP.replace('ldaps://a', 'a'), 'ldap-uri-form'],
  [`${LDAP}start_tls = true\n`, 'start-tls-in-tls'],
  [`${LDAP}domain_filter = "(a=b)"\n`, 'domain-filter-base'],
  [`${LDAP}user_attrs = "a b"\n`, 'attribute-malformed'],
  [`${LDAP}user_attrs = "=x"\n`, 'attribute-without-value'],
  [SQL, 'sql-without-query'],
  [`${SQL}user_query = "SELECT 1"\ndomain_query = "SELECT '%d'"\n`, 'domain-query-variable'],
  [`${DOVECOT}auth_socket = "a"\n`, 'auth-socket-form'],
];

const LAB = '[[server]]\nmyhostname = "a.test"\naddress = "127.0.0.9"\n';

/** What no file of ours can bring about: zod and the TOML parser have it, or a table says it while mail comes in. */
const ELSEWHERE: readonly MistakePhrase[] = [
  'file-unreadable',
  'complaints-more',
  'toml-unsafe-property',
  'list-too-long',
  'number-no-multiple',
  'format-other',
  'element-malformed',
  'class-name-form',
  'milters-none',
  'needs-client',
  'needs-data',
];

function phrasesOf(wrong: Mistake): MistakePhrase[] {
  const inner = Object.values(wrong.facts).flatMap((fact) => (typeof fact === 'object' ? phrasesOf(fact) : []));
  return [wrong.phrase, ...inner];
}

/** What the file says itself: the same in every language. */
function factsOf(wrong: Mistake): Exclude<Fact, Mistake>[] {
  return Object.values(wrong.facts).flatMap((fact) => (typeof fact === 'object' ? factsOf(fact) : [fact]));
}

/** Words that no Spanish sentence has; names of settings and what the file says are taken out before. */
const ENGLISH_WORDS = /\b(?:the|is|of|and|or|with|must|needs|expected|invalid|such|there|not|none|it|an)\b/i;

function checkBoth({ wrong, ...place }: ConfigComplaint): MistakePhrase[] {
  assert.ok(!isDanger(wrong));
  const english = describeComplaint({ ...place, wrong }, 'en');
  const spanish = describeComplaint({ ...place, wrong }, 'es');
  assert.notEqual(spanish, english);
  let words = describeWrong(wrong, 'es');
  for (const fact of factsOf(wrong)) {
    for (const text of [english, spanish]) assert.ok(text.includes(String(fact)), `${text} without ${fact}`);
    words = words.replaceAll(String(fact), '');
  }
  assert.doesNotMatch(words, ENGLISH_WORDS, english);
  assert.doesNotMatch(spanish + english, /\{\w+\}(?!["\]}])/, 'a gap was left open');
  return phrasesOf(wrong);
}

function told(outcome: ReturnType<typeof parseConfig> | ReturnType<typeof parseLab>, text: string): MistakePhrase[] {
  assert.ok(!outcome.ok, `it was taken: ${text}`);
  return outcome.error.flatMap(checkBoth);
}

test('everything that can be wrong in a file is said in English and in Spanish, with the same facts', () => {
  assert.ok(parseConfig(LISTEN, 'valija.toml').ok);
  const seen = new Set<MistakePhrase>();
  const cases = [
    ...AT_TOP.map(([text, ...phrases]) => ({ text: `${text}\n${LISTEN}`, phrases })),
    ...BEHIND.map(([text, ...phrases]) => ({ text: LISTEN + text, phrases })),
  ];
  for (const { text, phrases } of cases) {
    const found = told(parseConfig(text, 'valija.toml'), text);
    for (const phrase of phrases) assert.ok(found.includes(phrase), `${phrase} in ${found}: ${text.slice(0, 80)}`);
    for (const phrase of found) seen.add(phrase);
  }
  const onlyIpv4 = 'inet_protocols = ["ipv4"]\n[[listen]]\nservice = "smtp"\nport = 25\naddress = "::1"\n';
  const labs = [LAB.replace('127.0.0.9', '127.0.0.1'), LAB + LAB];
  for (const phrase of [
    ...told(parseConfig(onlyIpv4, 'valija.toml'), onlyIpv4),
    ...told(loadConfig('/nowhere/valija.toml'), '/nowhere/valija.toml'),
    ...labs.flatMap((text) => told(parseLab(text, 'lab.toml'), text)),
  ]) {
    seen.add(phrase);
  }
  const untold = Object.keys(MISTAKES_ENGLISH).filter((phrase) => !seen.has(phrase as MistakePhrase));
  assert.deepEqual(untold.sort(), [...ELSEWHERE].sort());
});

test('in English what zod finds is said as zod says it', () => {
  const bad: readonly Readonly<Record<string, unknown>>[] = [
    { myhostname: 5, listen: {}, dkim_sign: 'a', mynetworks: [7], smtpd_recipient_limit: 0, smtp_tcp_port: 1e9 },
    { myhostname: '', inet_protocols: [], dmarc_report_organization: 'x'.repeat(101), smtp_bind_address: 'a' },
    { smtp_bind_address6: 'a', domain_report_address: 'a', acme: [{ directory: 'a' }], directory: [{ type: 'a' }] },
    { smtpd_timeout: true, smtpd_recipient_limit: 1.5, smtp_tcp_port: Number.NaN, message_size_limit: Infinity },
    { smtpd_restriction_classes: { '-': [] }, listen: [{ service: 'smtp', port: 1, address: 'a' }] },
  ];
  const issues = bad.flatMap((document) => configSchema.safeParse(document, { reportInput: true }).error?.issues ?? []);
  assert.ok(issues.length > 15);
  for (const issue of issues) {
    if (issue.code === 'unrecognized_keys' || issue.code === 'custom' || issue.code === 'invalid_value') continue;
    if (issue.code === 'invalid_type' && issue.input === undefined) continue;
    assert.equal(describeWrong(mistakeOf(issue), 'en'), issue.message.replace(/^Invalid input: /, ''));
  }
});

test('forms that have words of their own are told by a phrase, never by a sentence', () => {
  const sentences: string[] = [];
  const seen = new Set<unknown>();
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null || seen.has(value)) return;
    seen.add(value);
    for (const [key, inner] of Object.entries(value)) {
      // What zod calls with an issue to learn the words.
      if (key === 'error' && typeof inner === 'function') sentences.push(String(inner({ code: 'custom', input: '' })));
      look(inner);
    }
    if ('_zod' in value) look((value as { readonly _zod: { readonly def: unknown } })._zod.def);
  };
  look(configSchema);
  assert.ok(sentences.length > 10);
  assert.deepEqual(
    sentences.filter((sentence) => !Object.hasOwn(MISTAKES_ENGLISH, sentence)),
    [],
  );
});

test('the TOML parser says nothing that is not known', () => {
  const folder = dirname(fileURLToPath(import.meta.resolve('smol-toml')));
  const code = readdirSync(folder).filter((name) => name.endsWith('.js'));
  const said = code.flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/TomlError\.x\(['`]([^'`]+)['`]/g)].map(([, words]) => words),
  );
  assert.ok(said.length > 30);
  const known: readonly string[] = Object.values(MISTAKES_ENGLISH);
  assert.deepEqual(
    said.filter((words) => !known.includes(words ?? '')),
    [],
  );
});
