import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { RULE_GROUNDS } from '#mail/journey/rule-grounds.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import { configSchema } from '#platform/config/schema.ts';
import { openSettingFinder } from './settings.ts';

const FILE = `mynetworks = ["192.0.2.0/24"]
smtpd_recipient_restrictions = [
  "reject_rbl_client zen.example",
  "check_policy_service inet:127.0.0.1:10023",
]
[[listen]]
service = "smtp"
port = 2525
`;

function openFinder(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'valija-why-settings-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'valija.toml');
  writeFileSync(file, FILE);
  const config = loadConfig(file);
  assert.ok(config.ok);
  return { file, find: openSettingFinder(file, config.value) };
}

test('a setting is told with its value and its line; one that stands nowhere, as the default', (t) => {
  const { file, find } = openFinder(t);
  assert.deepEqual(find('mynetworks'), { value: '["192.0.2.0/24"]', place: { file, line: 1 } });
  assert.deepEqual(find('relay_domains'), { value: '[]', place: undefined });
  assert.equal(find('no_such_setting'), undefined);
  assert.equal(find('constructor'), undefined);
});

test('of a list, the line of the entry that decided; where it came through a class, that of the class', (t) => {
  const { find } = openFinder(t);
  const lineOf = (element: string) => find('smtpd_recipient_restrictions', element)?.place?.line;
  assert.equal(lineOf('reject_rbl_client zen.example'), 3);
  assert.equal(lineOf('check_policy_service inet:127.0.0.1:10023 → reject'), 4);
  assert.equal(lineOf('reject_unauth_destination'), 2);
});

test('every setting that a rule rests on is one of valija.toml', () => {
  const known = new Set(Object.keys(configSchema.shape));
  for (const [rule, { settings = [] }] of Object.entries(RULE_GROUNDS)) {
    for (const name of settings) assert.ok(known.has(name), `${rule}: ${name}`);
  }
});
