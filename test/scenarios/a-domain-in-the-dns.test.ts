// A domain is taken on, published, and looked at every day: the whole server, a name server on the usual port of an address of
// its own, and the commands. Ports below 1024 are root's.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import type { DomainPlan } from '#mail/domain-records/plan-domain.ts';
import { formatRecord } from '#mail/domain-records/published-record.ts';
import type { DomainReport } from '#mail/ports/domain-advisor.ts';
import { openZoneServer } from '#platform/dns/zone-server.ts';
import { readZone } from '../world/dns.ts';
import { type RunningServer, startServer } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';

const ADDRESS = '127.0.0.77';
const DOMAIN = 'nuevo.test';
const SERVERS = `@ NS ns\nns A ${ADDRESS}`;

const SETTINGS = `
resolver_addresses = ["${ADDRESS}"]
proxy_interfaces = ["${ADDRESS}"]
inet_protocols = ["ipv4"]
mta_sts_mode = "none"
domain_check_peer = "example.org"
domain_check_lists = ["list.example.net"]
domain_check_interval = "2s"
`;

const OTHERS = {
  '.': '',
  'valija.test': `${SERVERS}\nmail A ${ADDRESS}\nmail TXT "v=spf1 a -all"`,
  '127.in-addr.arpa': '77.0.0 PTR mail.valija.test.',
  'example.org': `@ MX 10 mx\nmx A ${ADDRESS}`,
};

function zonesWith(text: string) {
  return Object.entries({ ...OTHERS, [DOMAIN]: `${SERVERS}\n${text}` }).map(([origin, each]) => readZone(origin, each));
}

async function openNeighbours() {
  const zones = await openZoneServer({ address: ADDRESS, port: 53, zones: zonesWith('') });
  const greeter = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.end('220 mail.valija.test ESMTP\r\n');
  }).listen(25, ADDRESS);
  await once(greeter, 'listening');
  return {
    zones,
    async [Symbol.asyncDispose]() {
      await zones[Symbol.asyncDispose]();
      await new Promise((done) => greeter.close(done));
    },
  };
}

async function rulesAt(server: RunningServer): Promise<{ code: number; rules: string[] }> {
  const { code, output } = await valija(server, 'domain', 'check', DOMAIN, '--json');
  const { findings } = JSON.parse(output) as DomainReport;
  const wrong = findings.filter(({ severity }) => severity !== 'ok' && severity !== 'advice');
  return { code, rules: [...new Set(wrong.map(({ rule }) => rule))] };
}

const notRoot = process.getuid?.() === 0 ? false : 'port 53 is root’s';

test('[C72] from domain add to green, and told when it is green no more', { skip: notRoot }, async () => {
  await using neighbours = await openNeighbours();
  await using server = await startServer({ settings: SETTINGS });
  const added = await valija(server, 'domain', 'add', DOMAIN, '--json');
  assert.equal(added.code, 0, added.errors);
  const { records } = (JSON.parse(added.output) as { plan: DomainPlan }).plan;
  assert.equal(records.filter(({ purpose }) => purpose === 'dkim').length, 2);

  const before = await rulesAt(server);
  assert.deepEqual(before, { code: 65, rules: ['mx-missing', 'spf-missing', 'dkim-missing', 'dmarc-missing'] });
  const shown = await valija(server, 'domain', 'check', DOMAIN);
  assert.match(
    shown.output,
    /✗ Mail exchanger\n {4}nuevo\.test has no MX record\.\n {6}publish: nuevo\.test\. 3600 IN MX 10 mail\.valija\.test\.\n {4}why: /,
  );

  const published = records.filter(({ name }) => name.endsWith(DOMAIN)).map(formatRecord);
  neighbours.zones.setZones(zonesWith(published.join('\n')));
  assert.deepEqual(await rulesAt(server), { code: 0, rules: [] });
  const green = await valija(server, 'domain', 'check', DOMAIN, '--watch', '--lang', 'es');
  assert.match(green.output, /nuevo\.test: se cumple todo aquello de lo que depende el correo\.\n$/);

  neighbours.zones.setZones(zonesWith(published.filter((line) => !line.includes('v=spf1')).join('\n')));
  const told = 'nuevo.test: spf-missing nuevo.test: «valija domain check nuevo.test» explains';
  await until('the daily look tells what changed', () => server.log().includes(told));
  assert.match((await valija(server, 'status')).output, /nuevo\.test: spf-missing/);
});
