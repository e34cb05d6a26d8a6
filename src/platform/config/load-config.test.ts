import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from './load-config.ts';
import { formatComplaint } from './toml-text.ts';

const GOOD = `
myhostname = "mail.valija.test"
smtpd_timeout = "5m"

[[listen]]
service = "smtp"
port = 2025

[[listen]]
service = "imaps"
address = "::1"
port = 2993
`;

function complaintsOf(text: string): string[] {
  const outcome = parseConfig(text, 'valija.toml');
  assert.equal(outcome.ok, false);
  return outcome.ok ? [] : outcome.error.map(formatComplaint);
}

test('a good file is read, with defaults, times in milliseconds and absolute paths', () => {
  const outcome = parseConfig(GOOD, '/srv/valija.toml');
  assert.ok(outcome.ok);
  assert.equal(outcome.value.smtpd_timeout, 300_000);
  assert.equal(outcome.value.message_size_limit, 52_428_800);
  assert.equal(outcome.value.state_directory, '/srv');
  assert.equal(outcome.value.virtual_mailbox_base, '/srv/vhosts');
  assert.deepEqual(outcome.value.listen[0], { service: 'smtp', address: '127.0.0.1', port: 2025 });
});

test('a misspelt key is answered with its line and the near one', () => {
  assert.deepEqual(complaintsOf(`mesage_size_limit = 5\n${GOOD}`), [
    'valija.toml:1: mesage_size_limit: there is no such setting; did you mean message_size_limit?',
  ]);
});

test('[C67] what Postfix says otherwise is answered with how it is said here', () => {
  assert.deepEqual(complaintsOf(`virtual_uid_maps = ["static:5000"]\n${GOOD}`), [
    'valija.toml:1: virtual_uid_maps: there is no such setting: all virtual mail has one owner here: mail_owner = "vmail"',
  ]);
});

test('an unknown key of a listener points at that listener', () => {
  assert.deepEqual(complaintsOf(`${GOOD}prot = 5\n`), [
    'valija.toml:13: listen[2].prot: there is no such setting; did you mean port?',
  ]);
});

test('an unknown key is answered with a near one of its own table, whatever it is called', () => {
  const issuer = '[[oauth_issuer]]\nissuer = "https://id.example.org"\naudience = ["a"]\njwks_file = "keys"\n';
  assert.deepEqual(
    complaintsOf(`__proto__ = 1\n${GOOD}[[auth_socket]]\npath = "a"\nmod = "0600"\n${issuer}scop = "x"\n`),
    [
      'valija.toml:16: auth_socket[1].mod: there is no such setting; did you mean mode?',
      'valija.toml:21: oauth_issuer[1].scop: there is no such setting; did you mean scope?',
      'valija.toml:1: __proto__: there is no such setting',
    ],
  );
});

test('a relay host that no mail could go to is refused where it is written', () => {
  assert.deepEqual(complaintsOf(`relayhost = "[mail.example.org:587]"\n${GOOD}`), [
    'valija.toml:1: relayhost: "[mail.example.org:587]" is no host, [host], host:port or [address]',
  ]);
});

test('reports are from an address, and nothing that would make another header of it', () => {
  for (const name of ['dmarc_report_from', 'tls_report_sender']) {
    for (const text of ['postmaster', 'Postmaster <p@valija.test>', 'p@valija.test\\r\\nBcc: x@example.org']) {
      const complaints = complaintsOf(`${name} = "${text}"\n${GOOD}`);
      assert.deepEqual(complaints, [`valija.toml:1: ${name}: an address, such as "postmaster@example.org"`], text);
    }
  }
});

test('a wrong type says which is right, and where', () => {
  const [complaint] = complaintsOf(GOOD.replace('port = 2025', 'port = "2025"'));
  assert.equal(complaint, 'valija.toml:7: listen[1].port: expected number, received string');
});

test('a transport that is none is refused, with those that there are', () => {
  assert.deepEqual(complaintsOf(`default_transport = "uucp:host"\n${GOOD}`), [
    'valija.toml:1: default_transport: uucp is none of smtp, relay, lmtp, local, virtual, error, retry, discard',
  ]);
  assert.ok(parseConfig(`mailbox_transport = "lmtp:unix:/run/dovecot/lmtp"\n${GOOD}`, 'valija.toml').ok);
});

test('a missing key points at its table', () => {
  const [complaint] = complaintsOf(GOOD.replace('port = 2025', ''));
  assert.equal(complaint, 'valija.toml:5: listen[1].port: is missing; expected number');
});

test('an unknown service lists the known ones', () => {
  const [complaint] = complaintsOf(GOOD.replace('"smtp"', '"smpt"'));
  assert.match(complaint ?? '', /^valija\.toml:6: listen\[1\]\.service: must be one of "smtp", "submission"/);
});

test('a bad time says the right form', () => {
  const [complaint] = complaintsOf(GOOD.replace('"5m"', '"5 minutes"'));
  assert.match(complaint ?? '', /^valija\.toml:3: smtpd_timeout: a time is a number with one of s, m, h, d, w/);
});

test('what is not TOML is refused with its line', () => {
  assert.match(complaintsOf('myhostname = "a"\nlisten = [\n')[0] ?? '', /^valija\.toml:\d+: this is not TOML: /);
});

test('a certificate without its key is refused', () => {
  const [complaint] = complaintsOf(`smtpd_tls_cert_file = "c.pem"\n${GOOD}`);
  assert.match(complaint ?? '', /^valija\.toml:1: smtpd_tls_cert_file: .* go together/);
});

test('two listeners on one address and port are refused', () => {
  const [complaint] = complaintsOf(`${GOOD}\n[[listen]]\nservice = "pop3"\nport = 2025\n`);
  assert.match(complaint ?? '', /^valija\.toml:16: listen\[3\]\.port: 127\.0\.0\.1 port 2025 is taken by listen\[1\]/);
});
