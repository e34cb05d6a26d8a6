import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { describeWrong } from './toml-text.ts';

const BASE = `myhostname = "mail.valija.test"
state_directory = "/srv/valija"
[[listen]]
service = "submission"
port = 587
`;

/** What is wrong with it, each with its line; `[]` where nothing is. */
function complaints(added: string): string[] {
  const read = parseConfig(BASE + added, '/etc/valija/valija.toml');
  return read.ok ? [] : read.error.map(({ line, key, wrong }) => `${line} ${key}: ${describeWrong(wrong, 'en')}`);
}

const ISSUER = '[[oauth_issuer]]\nissuer = "https://id.example.org"\naudience = ["correo"]\n';

test('[C56] an issuer needs one proof of its tokens, and no more', () => {
  const told = /^6 oauth_issuer\[1\]\.issuer: |^7 oauth_issuer\[1\]\.issuer: set one of/;
  assert.deepEqual(complaints(`${ISSUER}jwks_uri = "https://id.example.org/keys"\n`), []);
  assert.deepEqual(complaints(`${ISSUER}jwks_file = "keys.json"\n`), []);
  assert.match(complaints(ISSUER)[0] ?? '', told);
  assert.match(complaints(`${ISSUER}jwks_file = "k"\njwks_uri = "https://id.example.org/keys"\n`)[0] ?? '', told);
  const twice = `${ISSUER}jwks_file = "k"\n`;
  assert.match(complaints(twice + twice)[0] ?? '', /^11 oauth_issuer\[2\]\.issuer: .* already, as oauth_issuer\[1\]/);
  const asked = `${ISSUER}introspection_uri = "https://id.example.org/introspect"\n`;
  assert.match(complaints(asked)[0] ?? '', /needs introspection_client_id and introspection_client_secret/);
  assert.deepEqual(complaints(`${asked}introspection_client_id = "a"\nintrospection_client_secret = "b"\n`), []);
});

test('[C56] [T26] keys come by HTTPS, or from this machine; no algorithm has a shared secret', () => {
  for (const uri of ['https://id.example.org/keys', 'http://127.0.0.1:8080/keys', 'http://localhost/keys']) {
    assert.deepEqual(complaints(`${ISSUER}jwks_uri = "${uri}"\n`), [], uri);
  }
  for (const uri of ['http://id.example.org/keys', 'http://localhost.example.org/', 'file:///etc/passwd', '../keys']) {
    assert.match(complaints(`${ISSUER}jwks_uri = "${uri}"\n`)[0] ?? '', /^9 .*an address that begins with https/, uri);
  }
  for (const algorithm of ['HS256', 'none', 'dir']) {
    const wrong = complaints(`${ISSUER}jwks_file = "k"\nalgorithms = ["ES256", "${algorithm}"]\n`);
    assert.match(wrong[0] ?? '', /must be one of "RS256"/, algorithm);
  }
});

test('[C56] SCRAM is offered by default where everybody has keys for it, and where the settings say so', () => {
  const mechanisms = (added: string) => {
    const read = parseConfig(added + BASE, '/etc/valija/valija.toml');
    return read.ok
      ? read.value.auth_mechanisms.join(' ')
      : read.error.map(({ wrong }) => describeWrong(wrong, 'en')).join();
  };
  const source = (written: string) => `[[directory]]\n${written}\n`;
  const all = 'SCRAM-SHA-256 OAUTHBEARER XOAUTH2 PLAIN LOGIN';
  const withoutKeys = 'OAUTHBEARER XOAUTH2 PLAIN LOGIN';
  assert.equal(mechanisms(''), all);
  assert.equal(mechanisms('system_users = true\n'), withoutKeys);
  const parsed = (written: string) => {
    const read = parseConfig(`${BASE}${source(written)}`, '/etc/valija/valija.toml');
    return read.ok
      ? read.value.auth_mechanisms.join(' ')
      : read.error.map(({ wrong }) => describeWrong(wrong, 'en')).join();
  };
  const files = 'type = "passwd-file"\npath = "/etc/valija/%d"\ndefault_password_scheme = ';
  assert.equal(parsed(`${files}"CRYPT"`), withoutKeys);
  for (const scheme of ['plain', 'SCRAM-SHA-256']) assert.equal(parsed(`${files}"${scheme}"`), all, scheme);
  const server = 'type = "ldap"\nuris = ["ldap://a"]\nbase = "o=x"\nuser_filter = "(mail=%u)"\n';
  assert.equal(parsed(`${server}default_password_scheme = "PLAIN"`), all);
  assert.equal(parsed(`${server}default_password_scheme = "PLAIN"\nauth_bind = true`), withoutKeys);
  assert.equal(parsed('type = "dovecot"\nauth_socket = "/run/x"\ndefault_password_scheme = "PLAIN"'), withoutKeys);
  assert.equal(mechanisms('auth_mechanisms = ["plain", "scram-sha-1"]\n'), 'PLAIN SCRAM-SHA-1');
  assert.match(mechanisms('auth_mechanisms = ["CRAM-MD5"]\n') ?? '', /must be one of "SCRAM-SHA-256"/);
});

test('[C57] an auth socket has rights in octal, and a path below the state', () => {
  const read = parseConfig(`${BASE}[[auth_socket]]\npath = "run/auth"\nmode = "0660"\n`, '/etc/valija/valija.toml');
  assert.ok(read.ok);
  assert.equal(read.value.auth_socket[0]?.path, '/srv/valija/run/auth');
  for (const mode of ['660x', '888', '07777', '']) {
    assert.match(complaints(`[[auth_socket]]\npath = "a"\nmode = "${mode}"\n`)[0] ?? '', /^8 .*rights in octal/, mode);
  }
});

test('[C57] a Dovecot beside us is named by its sockets', () => {
  const source = '[[directory]]\ntype = "dovecot"\nauth_socket = ';
  for (const socket of ['/run/dovecot/auth-client', 'unix:/run/x', 'inet:127.0.0.1:12345', 'inet:[::1]:12345']) {
    assert.deepEqual(complaints(`${source}"${socket}"\n`), [], socket);
  }
  for (const socket of ['auth-client', 'inet:dovecot.example.org:12345', 'inet:127.0.0.1', 'tcp:1']) {
    assert.match(complaints(`${source}"${socket}"\n`)[0] ?? '', /^8 .*the form is/, socket);
  }
});
