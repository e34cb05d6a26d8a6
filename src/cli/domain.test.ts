// `valija domain add` and `records`, without a server: what people paste, and what scripts read.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { DomainPlan } from '#mail/domain-records/plan-domain.ts';
import { parseZone } from '#platform/dns/zone-file.ts';
import { writeConfig } from '../../test/world/given-state.ts';
import { valija } from '../../test/world/valija-command.ts';

const DOMAIN = 'nuevo.test';

function given(t: TestContext, settings = '') {
  const folder = mkdtempSync(join(tmpdir(), 'valija-domain-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return writeConfig(folder, settings);
}

test('[C72] domain add makes keys, and prints every record with its reason', async (t) => {
  const state = given(t, 'proxy_interfaces = ["192.0.2.1"]\n');
  const { output, code } = await valija(state, 'domain', 'add', DOMAIN);
  assert.equal(code, 0);
  assert.match(output, /^Domain nuevo\.test added\.\n\nPublish these records/);
  assert.match(
    output,
    /\nwhere mail for the domain is to be brought \(needed\)\n {2}nuevo\.test\. {2}MX {2}10 mail\.valija\.test\.\n/,
  );
  assert.match(output, /\n {2}mail\.valija\.test\. {2}A {2}192\.0\.2\.1\n/);
  assert.equal(output.match(/_domainkey\.nuevo\.test\. +TXT {2}"v=DKIM1; k=(?:rsa|ed25519); p=/g)?.length, 2);
  assert.match(output, /No certificate was seen/);
});

test('[C72] the records as a zone file, and as JSON', async (t) => {
  const state = given(t);
  const zone = await valija(state, 'domain', 'add', DOMAIN, '--zone', '--no-keys');
  const parsed = parseZone({ origin: DOMAIN, text: zone.output });
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error);
  assert.deepEqual([...parsed.value.records.keys()].slice(0, 2), [DOMAIN, `_dmarc.${DOMAIN}`]);
  assert.match(zone.output, /^; The public addresses of this server are not known/);
  const { output } = await valija(state, 'domain', 'records', DOMAIN, '--json');
  const { records, gaps } = JSON.parse(output) as DomainPlan;
  assert.deepEqual(gaps, ['unknown-addresses', 'no-keys', 'no-certificate']);
  const [mx] = records;
  const expected = { name: DOMAIN, type: 'MX', ttlSeconds: 3_600, data: '10 mail.valija.test.' };
  assert.deepEqual(mx, { purpose: 'mx', weight: 'required', ...expected });
});

test('where there are no domains the check says so', async (t) => {
  const state = given(t);
  const none = await valija(state, 'domain', 'check');
  assert.deepEqual([none.code, none.output], [0, 'No domains yet. Add one with: valija domain add example.org\n']);
  assert.equal((await valija(state, 'domain', 'check', '--json')).output, '[]\n');
});

test('in Spanish, and what is wrong', async (t) => {
  const state = given(t, 'relayhost = "[smtp.example.org]"\n');
  const shown = await valija(state, 'domain', 'records', DOMAIN, '--lang', 'es');
  assert.match(shown.output, /adónde hay que llevar el correo del dominio \(necesario\)/);
  assert.match(shown.output, /Todo el correo sale por \[smtp\.example\.org\]/);
  const malformed = await valija(state, 'domain', 'records', 'no es un nombre', '--lang', 'es');
  assert.equal(malformed.code, 65);
  assert.match(malformed.errors, /no es un nombre de dominio/);
  const byHand = await valija(state, 'domain', 'publish', DOMAIN);
  assert.equal(byHand.code, 65);
  assert.match(byHand.errors, /no name server takes updates: set dns_update_server/);
});

test('a name server without its key is no setting', async (t) => {
  assert.throws(() => given(t, 'dns_update_server = "192.0.2.53"\n'), /dns_update_server.*go together/s);
});
