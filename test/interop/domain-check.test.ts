// A domain from nothing to green: published by dynamic updates into a signed zone of a real authoritative server, looked at
// through a real validating resolver, with a greeting on the mail port and a policy over HTTPS.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServerFacts } from '#mail/domain-records/server-facts.ts';
import type { DomainAdvisor, DomainReport, Publication } from '#mail/ports/domain-advisor.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { openDnsUpdates } from '#platform/dns/update.ts';
import { type AdvisorSettings, openDomainAdvisor } from '#platform/domain-check/domain-advisor.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { makeSelfSigned } from '#platform/tls/self-signed.ts';
import { DOMAIN, KEYS, ownPolicyText, SERVER } from '../world/checked-domain.ts';
import { startServer } from '../world/running-server.ts';
import { until } from '../world/until.ts';
import { valija } from '../world/valija-command.ts';
import { type Knot, type KnotZone, startKnot } from './knot-server.ts';
import { programTest } from './real-program.ts';
import { startUnbound, type Unbound } from './unbound-server.ts';

const SECRET = Buffer.alloc(32, 'secret').toString('base64');
const KEY = { name: 'valija-key', algorithm: 'hmac-sha256', secret: SECRET } as const;
const ADDRESS = '127.0.0.1';
const US: ServerFacts = { ...SERVER, addresses: [ADDRESS], egress: [ADDRESS] };

const ROOT = { name: '', text: 'ns.test. A 127.0.0.1' };
const REVERSE = { name: '127.in-addr.arpa', text: '1.0.0 PTR mail.valija.test.' };
const PEER = { name: 'example.org', text: '@ MX 10 mx\nmx A 127.0.0.1' };
const LIST = { name: 'list.example.net', text: '2.0.0.127 A 127.0.0.2' };

/** The name server's own name lies in the zone, as it mostly does. */
function ownZone(text: string): KnotZone {
  return { name: DOMAIN, text: `@ NS ns\nns A 127.0.0.1\n${text}`, isSigned: true };
}

interface House extends AsyncDisposable {
  readonly knot: Knot;
  readonly advisor: (facts?: Partial<ServerFacts>) => DomainAdvisor;
}

async function openHouse(zone: KnotZone, anchorOf: (knot: Knot) => Promise<string>): Promise<House> {
  await using opened = new AsyncDisposableStack();
  const knot = opened.use(await startKnot({ zones: [zone, ROOT, REVERSE, PEER, LIST], key: KEY }));
  const zones = [DOMAIN, '127.in-addr.arpa', 'example.org', 'list.example.net', 'test', ''];
  const anchors = [await anchorOf(knot)];
  const unbound = opened.use(await startUnbound({ authority: knot, zones, anchors }));
  const smtp = opened.use(await greet());
  const web = opened.use(await servePolicy());
  const settings = { ...web.settings, smtpPort: smtp.port };
  const resources = opened.move();
  return {
    knot,
    advisor: (facts = {}) => advisorOf({ ...US, ...facts }, { knot, unbound, settings }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

function advisorOf(
  facts: ServerFacts,
  {
    knot,
    unbound,
    settings,
  }: { knot: Knot; unbound: Unbound; settings: Pick<AdvisorSettings, 'policies' | 'smtpPort'> },
): DomainAdvisor {
  const world = { clock: systemClock, randomness: systemRandomness };
  const { address: server, port } = knot;
  const update = { server, port, keyName: KEY.name, algorithm: KEY.algorithm, secret: KEY.secret };
  return openDomainAdvisor({
    ...world,
    findServer: async () => facts,
    listKeys: async () => KEYS,
    openDns: () => openResolver({ servers: [unbound], hostsFile: '/dev/null' }, { ...world, clock: steadyClock }),
    settings: () => ({
      ...settings,
      ...{ blockLists: ['list.example.net'], peer: 'example.org', nameServerPort: port },
      updates: { server, open: () => openDnsUpdates(update, world) },
    }),
  });
}

async function greet() {
  const server = createServer((socket) => {
    socket.on('error', () => undefined).resume();
    socket.end('220 mail.valija.test ESMTP Valija\r\n');
  }).listen(0, ADDRESS);
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, [Symbol.asyncDispose]: () => closed(server) };
}

async function servePolicy() {
  const nowMs = Date.now();
  const { certificate, secretKey } = await makeSelfSigned(`mta-sts.${DOMAIN}`, nowMs - 86_400_000, nowMs + 86_400_000);
  const server = createHttpsServer({ cert: certificate, key: secretKey }, (_, response) => {
    response.setHeader('content-type', 'text/plain');
    response.end(ownPolicyText(US));
  }).listen(0, ADDRESS);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const policies = { port, authorities: [certificate], timeoutMs: 20_000, policySizeLimit: 65_536 };
  return { settings: { policies }, [Symbol.asyncDispose]: () => closed(server) };
}

/** Whoever is still there is shown out. */
async function closed(server: Server & { closeAllConnections?(): void }): Promise<void> {
  server.closeAllConnections?.();
  await new Promise((done) => server.close(done));
}

async function check(advisor: DomainAdvisor): Promise<DomainReport> {
  const report = await advisor.check(DOMAIN);
  assert.ok(report.ok);
  return report.value;
}

/** The resolver remembers for a second what was not there. */
async function checkUntilGreen(advisor: DomainAdvisor): Promise<DomainReport> {
  let report = await check(advisor);
  await until(`green, after ${rulesOf(report).join(', ')}`, async () => {
    report = await check(advisor);
    return report.isGreen;
  });
  return report;
}

async function publish(advisor: DomainAdvisor, dryRun = false): Promise<Publication> {
  const publication = await advisor.publish(DOMAIN, { dryRun });
  assert.ok(publication.ok, publication.ok ? '' : publication.error.message);
  return publication.value;
}

function rulesOf({ findings }: DomainReport): string[] {
  return findings.filter(({ severity }) => severity !== 'ok' && severity !== 'advice').map(({ rule }) => rule);
}

const itsOwnKey = (knot: Knot) => anchorOf(knot, DOMAIN);

async function anchorOf(knot: Knot, zone: string): Promise<string> {
  return `${zone}. IN DNSKEY ${(await knot.dig(zone, 'DNSKEY')).split('\n')[0]}`;
}

programTest('unbound', '[C72] a domain from nothing to green, by dynamic updates into a signed zone', async () => {
  const former = '@ TXT "v=spf1 a" " -all"\n@ TXT "keep me"\nautoconfig A 127.0.0.9\n* CNAME mail\nmail A 127.0.0.9';
  await using house = await openHouse(ownZone(former), itsOwnKey);
  const advisor = house.advisor();
  const before = await check(advisor);
  assert.equal(before.isGreen, false);
  assert.ok(rulesOf(before).includes('mx-missing'), rulesOf(before).join(', '));

  const dry = await publish(advisor, true);
  assert.equal(dry.isDone, false);
  assert.deepEqual(dry.remove.map(({ data }) => data).sort(), ['"v=spf1 a" " -all"', '127.0.0.9']);
  assert.deepEqual(
    dry.conflicts.map(({ name }) => name),
    [`autoconfig.${DOMAIN}`],
  );
  assert.equal(await house.knot.dig(DOMAIN, 'MX'), '');

  const done = await publish(advisor);
  assert.deepEqual([done.isDone, done.add.length], [true, dry.add.length]);
  const texts = await house.knot.dig(DOMAIN, 'TXT');
  assert.deepEqual(texts.split('\n').sort(), ['"keep me"', '"v=spf1 mx ip4:127.0.0.1 -all"']);
  const again = await publish(advisor);
  assert.deepEqual([again.isDone, again.add, again.remove], [false, [], []]);

  const after = await checkUntilGreen(advisor);
  assert.ok(after.findings.some(({ rule }) => rule === 'mx-wildcard-alias'));
  assert.equal(after.isGreen, true);
  const proven = after.findings.filter(({ check, severity }) => check === 'tlsa' && severity === 'ok');
  assert.equal(proven.length, 1, 'the resolver proved the TLSA record');
});

programTest('unbound', '[C70] what changes here is published anew, and what it supersedes goes', async () => {
  await using house = await openHouse(ownZone('@ MX 0 .'), itsOwnKey);
  await publish(house.advisor());
  const tlsaData = `3 1 1 ${'cd'.repeat(32)}`;
  const changed = house.advisor({ tlsaData, settings: { ...US.settings, dmarcPolicy: 'reject' } });
  assert.ok(rulesOf(await check(changed)).includes('tlsa-differs'));
  const { add, remove } = await publish(changed);
  const named = (records: Publication['add']) => records.map(({ name, type }) => `${name} ${type}`).sort();
  const expected = [`_25._tcp.mail.${DOMAIN} TLSA`, `_dmarc.${DOMAIN} TXT`];
  assert.deepEqual([named(add), named(remove)], [expected, expected]);
  assert.match(await house.knot.dig(`_dmarc.${DOMAIN}`, 'TXT'), /^"v=DMARC1; p=reject;[^\n]*"$/);
  assert.deepEqual(rulesOf(await checkUntilGreen(changed)), []);
});

programTest('unbound', 'a zone whose proof fails is told from one that is not there', async () => {
  const another = async (knot: Knot) => (await itsOwnKey(knot)).replace(/[^ ]{8}$/, 'AAAAAAAA');
  await using house = await openHouse(ownZone(''), another);
  const report = await check(house.advisor());
  // Nothing of it resolves, so that nobody finds its servers either: that is what the world sees.
  assert.deepEqual(
    report.findings.filter(({ check }) => check === 'zone').map(({ rule }) => rule),
    ['zone-unanswered'],
  );
  assert.equal(report.isGreen, false);
});

programTest('knotd', 'valija domain publish: a dry run shows the difference, then it is made', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('port 53 is root’s');
  const address = '127.0.0.78';
  const policy = '_dmarc TXT "v=DMARC1; p=reject; rua=mailto:x@example.org"';
  const own = { name: DOMAIN, text: `@ NS ns\nns A ${address}\n@ TXT "v=spf1 a -all"\n${policy}` };
  await using knot = await startKnot({ zones: [own, ROOT], key: KEY, address, port: 53 });
  const folder = mkdtempSync(join(tmpdir(), 'valija-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const keyFile = join(folder, 'update.key');
  writeFileSync(keyFile, `key "${KEY.name}" {\n\talgorithm ${KEY.algorithm};\n\tsecret "${KEY.secret}";\n};\n`);
  const settings = `resolver_addresses = ["${address}"]\nproxy_interfaces = ["${address}"]\ndns_update_server = "${address}"\ndns_update_key_file = "${keyFile}"\n`;
  await using server = await startServer({ settings });
  const dry = await valija(server, 'domain', 'publish', DOMAIN, '--dry-run');
  assert.equal(dry.code, 0, dry.errors);
  assert.match(
    dry.output,
    /nothing was changed:\n(?:- .*\n)*- valija\.test\. IN TXT "v=spf1 a -all"\n(?:- .*\n)*\+ valija\.test\. 3600 IN MX 10 mail\.valija\.test\.\n/,
  );
  const kept = '_dmarc.valija.test: p=reject; rua=mailto:x@example.org\n';
  assert.ok(dry.output.endsWith(`\nKept of the DMARC record at ${kept}`), dry.output);
  assert.equal(await knot.dig(DOMAIN, 'MX'), '');
  const done = await valija(server, 'domain', 'publish', DOMAIN, '--lang', 'es');
  assert.match(done.output, /^Cambiado en la zona valija\.test, en 127\.0\.0\.78:\n/);
  assert.ok(done.output.endsWith(`\nSe conserva del registro DMARC de ${kept}`), done.output);
  assert.equal(
    await knot.dig(`_dmarc.${DOMAIN}`, 'TXT'),
    '"v=DMARC1; p=reject; rua=mailto:postmaster@valija.test,mailto:x@example.org"',
  );
  assert.equal(await knot.dig(DOMAIN, 'MX'), '10 mail.valija.test.');
  assert.equal(await knot.dig(DOMAIN, 'TXT'), `"v=spf1 mx ip4:${address} -all"`);
  const again = await valija(server, 'domain', 'publish', DOMAIN);
  assert.equal(again.output, `The zone valija.test has all of it already.\nKept of the DMARC record at ${kept}`);

  writeFileSync(keyFile, `${KEY.name}:${Buffer.alloc(32, 'wrong').toString('base64')}\n`);
  await knot.setZone(own);
  const refused = await valija(server, 'domain', 'publish', DOMAIN);
  assert.notEqual(refused.code, 0);
  assert.match(refused.errors, /update of the zone valija\.test at 127\.0\.0\.78 port 53: .*\(NOTAUTH\)/);
});
