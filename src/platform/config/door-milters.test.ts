import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nonSmtpdMilters, smtpdMilters } from './door-milters.ts';
import { parseConfig } from './load-config.ts';

const DOORS = `myhostname = "mail.valija.test"
[[listen]]
service = "smtp"
port = 25
[[listen]]
service = "submission"
port = 587
myhostname = "smtp.valija.test"
smtpd_milters = ["unix:/run/own"]
[[listen]]
service = "lmtp"
port = 24
[[listen]]
service = "submissions"
port = 465
smtpd_milters = []
`;

function load(text: string) {
  const parsed = parseConfig(text, 'valija.toml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function complaintOf(text: string): string {
  const parsed = parseConfig(`${text}\n${DOORS}`, 'valija.toml');
  const [first] = parsed.ok ? [] : parsed.error;
  return `${first?.line} ${first?.key}: ${first?.message}`;
}

test('each listener has the milters of the file, or its own; LMTP only its own [C24]', () => {
  const config = load(`smtpd_milters = ["inet:127.0.0.1:8891"]\n${DOORS}`);
  const doors = config.listen.map((entry) => smtpdMilters(entry, config));
  assert.deepEqual(
    doors.map((door) => door?.milters.map(({ name }) => name)),
    [['inet:127.0.0.1:8891'], ['unix:/run/own'], undefined, undefined],
  );
  assert.equal(doors[1]?.macros.daemonName, 'smtp.valija.test');
  assert.equal(nonSmtpdMilters(config), undefined);
});

test('a milter may have settings of its own; the others hold for all', () => {
  const config = load(`milter_default_action = "reject"
milter_connect_timeout = "3s"
milter_protocol = "4 no_header_reply"
milter_mail_macros = ["i", "{auth_authen}"]
milter_macro_defaults = ["{auth_type}=none"]
milter_macro_daemon_name = "ORIGINATING"
non_smtpd_milters = ["{ inet:a:1, default_action=accept, command_timeout=7s }", "inet:b:2"]
${DOORS}`);
  const posted = nonSmtpdMilters(config);
  const [own, other] = posted?.milters ?? [];
  assert.deepEqual(
    [own?.defaultAction, own?.connectTimeoutMs, own?.commandTimeoutMs, own?.contentTimeoutMs],
    ['accept', 3_000, 7_000, 300_000],
  );
  assert.deepEqual([other?.defaultAction, other?.commandTimeoutMs], ['reject', 30_000]);
  assert.deepEqual(other?.protocol, { version: 4, noHeaderReply: true });
  assert.deepEqual(other?.macros.mail, ['i', '{auth_authen}']);
  assert.deepEqual(posted?.macros.defaults, new Map([['auth_type', 'none']]));
  assert.equal(posted?.macros.daemonName, 'ORIGINATING');
});

test('what is no milter, and no setting of one, is told with its line', () => {
  assert.match(
    complaintOf('smtpd_milters = ["inet:8891@localhost"]'),
    /^1 smtpd_milters: "inet:8891@localhost" is no milter; the forms are inet:HOST:PORT and unix:\/PATH; PORT@HOST/,
  );
  assert.match(complaintOf('milter_protocol = "5"'), /^1 milter_protocol: must be 2, 3, 4 or 6/);
  assert.match(complaintOf('milter_default_action = "discard"'), /must be one of "accept", "reject", "tempfail"/);
  assert.match(complaintOf('milter_mail_macros = ["auth_authen"]'), /a macro is one letter, or a name within braces/);
});
