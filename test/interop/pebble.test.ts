// Certificates from a real authority, in each way that a name is proven, with an authority that refuses nonces, stalls, or
// finds nobody.

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { ChallengeAnswers } from '#platform/acme/challenge-answers.ts';
import { type Obtained, type ObtainWorld, obtainCertificate } from '#platform/acme/obtain-certificate.ts';
import { answerTlsChallenge } from '#platform/acme/tls-challenge.ts';
import { zoneTextRecords } from '#platform/acme/zone-text-records.ts';
import { openResolver } from '#platform/dns/resolver.ts';
import { openDnsUpdates } from '#platform/dns/update.ts';
import { steadyClock, systemClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { SocketConnection } from '#platform/sockets/socket-connection.ts';
import { freePort } from '../world/free-port.ts';
import { type Knot, type KnotZone, startKnot } from './knot-server.ts';
import { type Pebble, type PebbleSettings, startPebble } from './pebble-server.ts';
import { programTest } from './real-program.ts';
import { startUnbound } from './unbound-server.ts';

const NAMES = ['mail.valija.test', 'autoconfig.valija.test', 'mta-sts.valija.test'];
const FACTS = { connectionId: 'c1', clientAddress: '::1', clientPort: 1, serverAddress: '::1', serverPort: 2 };

interface House extends AsyncDisposable {
  readonly pebble: Pebble;
  readonly answers: ChallengeAnswers;
  /** What authorities asked for, by HTTP. */
  readonly asked: string[];
  readonly reports: string[];
  obtain(names: readonly string[], change?: Partial<ObtainWorld>): Promise<Obtained>;
}

/** Answers on two ports as the server's own listeners do. */
async function openHouse(t: TestContext, given: Partial<PebbleSettings> = {}): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'valija-acme-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const answers = new ChallengeAnswers();
  const [asked, reports]: string[][] = [[], []];
  const web = createHttpServer((request, response) => {
    asked?.push(`${request.headers.host} ${request.url}`);
    const answer = answers.findKeyAuthorization(request.url?.split('/').at(-1) ?? '');
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer);
  }).listen(0, '127.0.0.1');
  const secure = createServer((socket) => {
    const connection = new SocketConnection(socket, FACTS, {
      heedsNames: false,
      context: () => assert.fail('only challenges are answered here'),
    });
    answerTlsChallenge(connection, answers).then(
      (answered) => answered || connection.destroy(),
      () => connection.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await Promise.all([web, secure].map((server) => server.listening || once(server, 'listening')));
  const port = (server: typeof secure) => (server.address() as AddressInfo).port;
  const pebble = await startPebble({ names: NAMES, httpPort: port(web), tlsPort: port(secure), ...given });
  const trusted = readFileSync(pebble.authoritiesFile, 'utf8');
  const world: ObtainWorld = {
    clock: systemClock,
    secretKey: undefined,
    replaced: undefined,
    contact: 'postmaster@valija.test',
    requestTimeoutMs: 30_000,
    orderTimeoutMs: 120_000,
    stopped: new AbortController().signal,
    authorities: [{ directory: pebble.directory, trusted, external: undefined }],
    challengeTypes: ['http-01'],
    proving: { answers, textRecords: undefined, dnsWaitMs: 0 },
    accountFolder: join(folder, 'accounts'),
    report: (text) => reports?.push(text),
  };
  return {
    ...{ pebble, answers, asked: asked ?? [], reports: reports ?? [] },
    obtain: (names, change = {}) => obtainCertificate(names, { ...world, ...change }),
    async [Symbol.asyncDispose]() {
      await pebble[Symbol.asyncDispose]();
      web.close();
      secure.close();
    },
  };
}

async function mustBeIssued(pebble: Pebble, obtained: Obtained, names: readonly string[]) {
  assert.equal(obtained.kind, 'issued', JSON.stringify(obtained));
  assert.ok(obtained.kind === 'issued');
  assert.deepEqual([...obtained.pair.facts.names].sort(), [...names].sort());
  const [leaf, issuer] = obtained.pair.certificate
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .map((one) => new X509Certificate(one));
  assert.ok(leaf !== undefined && issuer !== undefined);
  assert.ok(leaf.verify(issuer.publicKey));
  assert.ok(issuer.verify(new X509Certificate(await pebble.root()).publicKey));
  return obtained;
}

programTest(
  'pebble',
  '[C51] HTTP-01, while half of all good nonces are refused; the account is kept, and the key',
  async (t) => {
    await using house = await openHouse(t, { refusedNonces: 50 });
    const first = await mustBeIssued(house.pebble, await house.obtain(NAMES), NAMES);
    assert.equal(first.leftOut.size, 0);
    assert.equal(new Set(house.asked).size, NAMES.length);
    for (const line of house.asked)
      assert.equal(house.answers.findKeyAuthorization(line.split('/').at(-1) ?? ''), undefined);
    const again = await house.obtain(NAMES, { secretKey: first.pair.secretKey });
    const second = await mustBeIssued(house.pebble, again, NAMES);
    assert.notEqual(second.pair.facts.fingerprint, first.pair.facts.fingerprint);
    assert.equal(second.pair.secretKey, first.pair.secretKey);
  },
);

programTest('pebble', '[C51] TLS-ALPN-01', async (t) => {
  await using house = await openHouse(t);
  const challengeTypes = ['tls-alpn-01'] as const;
  await mustBeIssued(house.pebble, await house.obtain(NAMES, { challengeTypes }), NAMES);
  assert.equal(house.answers.awaitsTls, false);
});

programTest(
  'pebble',
  '[C51] the account key is for its owner alone, and one account serves for all orders',
  async (t) => {
    await using house = await openHouse(t);
    const folder = mkdtempSync(join(tmpdir(), 'valija-accounts-'));
    t.after(() => rmSync(folder, { recursive: true }));
    await house.obtain(NAMES, { accountFolder: folder });
    const [file = ''] = readdirSync(folder);
    const text = readFileSync(join(folder, file), 'utf8');
    assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600);
    await house.obtain(NAMES, { accountFolder: folder });
    assert.deepEqual(readdirSync(folder), [file]);
    assert.equal(readFileSync(join(folder, file), 'utf8'), text);
  },
);

programTest(
  'pebble',
  '[C51] a name that cannot be proven is left out, and keeps no other from its certificate',
  async (t) => {
    await using house = await openHouse(t, { names: NAMES.slice(0, 2) });
    const obtained = await mustBeIssued(house.pebble, await house.obtain(NAMES), NAMES.slice(0, 2));
    assert.deepEqual([...obtained.leftOut.keys()], NAMES.slice(2));
    assert.match(house.reports.join('\n'), /^mta-sts\.valija\.test: http-01: .*\((dns|connection|unauthorized)\)$/m);
  },
);

programTest('pebble', '[C51] what fails by HTTP is tried by TLS', async (t) => {
  await using house = await openHouse(t, { httpPort: await freePort() });
  const obtained = await house.obtain(NAMES, { challengeTypes: ['http-01', 'tls-alpn-01'] });
  assert.equal((await mustBeIssued(house.pebble, obtained, NAMES)).leftOut.size, 0);
});

programTest(
  'pebble',
  '[C51] an authority that is not there, and one that stalls, are passed over in time',
  async (t) => {
    await using house = await openHouse(t);
    await using stalling = await startPebble({ names: NAMES, httpPort: 1, tlsPort: 1 });
    stalling.pause();
    const good = { directory: house.pebble.directory, trusted: readFileSync(house.pebble.authoritiesFile, 'utf8') };
    const absent = { ...good, directory: `https://127.0.0.1:${await freePort()}/dir` };
    const stalled = { ...good, directory: stalling.directory };
    const authorities = [absent, stalled, good].map((one) => ({ ...one, external: undefined }));
    const obtained = await house.obtain(NAMES, { authorities, requestTimeoutMs: 1_000 });
    await mustBeIssued(house.pebble, obtained, NAMES);
    assert.match(house.reports[0] ?? '', /ECONNREFUSED/);
    assert.match(house.reports[1] ?? '', /did not answer in time/);
    const none = await house.obtain(NAMES, { authorities: authorities.slice(0, 2), orderTimeoutMs: 1_000 });
    assert.equal(none.kind, 'failed');
  },
);

const ZONE = { name: 'valija.test', text: NAMES.map((name) => `${name}. A 192.0.2.1`).join('\n') };
const SECRET = Buffer.alloc(32, 'a secret of the test').toString('base64');

interface ZoneHouse extends House {
  readonly knot: Knot;
  obtainByDns(names: readonly string[]): Promise<Obtained>;
}

/** Proves in the DNS alone, by changes of these zones. */
async function openZoneHouse(t: TestContext, zones: readonly KnotZone[]): Promise<ZoneHouse> {
  const algorithm = 'hmac-sha256';
  await using opened = new AsyncDisposableStack();
  const knot = opened.use(await startKnot({ zones, key: { name: 'valija-key', algorithm, secret: SECRET } }));
  const world = { clock: steadyClock, randomness: systemRandomness };
  const resolver = opened.use(openResolver({ servers: [knot], hostsFile: '/dev/null' }, world));
  const { address: server, port } = knot;
  const settings = { server, port, keyName: 'valija-key', algorithm, secret: SECRET } as const;
  const updates = openDnsUpdates(settings, { clock: systemClock, randomness: systemRandomness });
  // A name server follows no alias into another of its zones; whoever asks it does.
  const unbound = opened.use(await startUnbound({ authority: knot, zones: zones.map(({ name }) => name) }));
  const house = opened.use(await openHouse(t, { dnsServer: `${unbound.address}:${unbound.port}` }));
  const proving = { answers: house.answers, textRecords: zoneTextRecords(updates, resolver), dnsWaitMs: 0 };
  const resources = opened.move();
  return {
    ...house,
    knot,
    obtainByDns: (names) => house.obtain(names, { challengeTypes: ['dns-01'], proving }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

programTest(
  'unbound',
  '[C51] DNS-01 by dynamic updates: pebble finds the records, and then they are gone',
  async (t) => {
    await using house = await openZoneHouse(t, [ZONE]);
    await mustBeIssued(house.pebble, await house.obtainByDns(NAMES), NAMES);
    for (const name of NAMES) assert.equal(await house.knot.dig(`_acme-challenge.${name}`, 'TXT'), '');
  },
);

programTest(
  'unbound',
  '[C51] DNS-01 where challenges are delegated: to a zone of ours, and to one that is not',
  async (t) => {
    const [mail = '', autoconfig = '', sts = ''] = NAMES;
    const aliases = `_acme-challenge.${mail}. CNAME mail.acme.test.\n_acme-challenge.${sts}. CNAME sts.others.test.`;
    const fixed = { name: ZONE.name, text: `${ZONE.text}\n${aliases}\n_acme-challenge.${autoconfig}. NS ns.test.` };
    const ours = { name: 'acme.test', text: 'mail CNAME a.mail\nb A 192.0.2.1' };
    const apex = { name: `_acme-challenge.${autoconfig}`, text: 'b A 192.0.2.1' };
    const others = { name: 'others.test', text: 'b A 192.0.2.1', isFixed: true };
    await using house = await openZoneHouse(t, [{ ...fixed, isFixed: true }, ours, apex, others]);
    const names = NAMES.slice(0, 2);
    const obtained = await mustBeIssued(house.pebble, await house.obtainByDns(NAMES), names);
    assert.match(
      obtained.leftOut.get(sts) ?? '',
      /CNAME record of _acme-challenge\.mta-sts\.valija\.test leads to sts\.others\.test, in the zone others\.test, .*\((?:NOTAUTH|REFUSED)\)/,
    );
    for (const name of ['a.mail.acme.test', `_acme-challenge.${autoconfig}`, 'sts.others.test'])
      assert.equal(await house.knot.dig(name, 'TXT'), '', name);
  },
);
