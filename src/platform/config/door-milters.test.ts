import assert from 'node:assert/strict';
import { test } from 'node:test';
import { milterTables, nonSmtpdMilters, smtpdMilters } from './door-milters.ts';
import { parseConfig } from './load-config.ts';
import { describeWrong } from './toml-text.ts';

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
  return first === undefined ? '' : `${first.line} ${first.key}: ${describeWrong(first.wrong, 'en')}`;
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

test('an entry of smtpd_milter_maps names milters as smtpd_milters does, or none [C24]', () => {
  const config = load(`smtpd_milter_maps = ["cidr:/a"]\nmilter_header_checks = ["pcre:/b"]\n${DOORS}`);
  const [door, own, lmtp] = config.listen.map((entry) => smtpdMilters(entry, config));
  assert.deepEqual([door?.maps?.tables, own?.maps?.tables, lmtp], [['cidr:/a'], ['cidr:/a'], undefined]);
  assert.deepEqual([door?.headerChecks, milterTables(config)], [['pcre:/b'], ['pcre:/b', 'cidr:/a']]);
  const read = (value: string) => {
    const list = door?.maps?.read(value);
    return list?.ok ? list.value.map(({ name, commandTimeoutMs }) => `${name} ${commandTimeoutMs}`) : list?.error;
  };
  assert.deepEqual(read('disable'), []);
  assert.deepEqual(read('inet:a:1, { unix:/b, command_timeout=3s, {default_action = accept} } inet:c:2'), [
    'inet:a:1 30000',
    'unix:/b 3000',
    'inet:c:2 30000',
  ]);
  assert.match(String(read('a:1')), /is no milter/);
  assert.match(String(read(' , ')), /it names no milter/);
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
