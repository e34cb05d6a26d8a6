import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { err, ok } from '#base/result.ts';
import type { DnsAnswer, DnsType, Resolver } from '#mail/ports/resolver.ts';
import { createAuthority } from '../../../test/world/certificate-authority.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { until } from '../../../test/world/until.ts';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { StsPolicyKeeper } from './sts-policy-keeper.ts';

const authority = await createAuthority();
const HOST = 'mta-sts.example.org';
const GOOD = await authority.sign([HOST]);
const POLICY = 'version: STSv1\r\nmode: enforce\r\nmx: mx1.example.org\r\nmax_age: 604800\r\n';
const DAY = 86_400_000;

type Answering = (request: IncomingMessage, response: ServerResponse) => void;

function serve(text = POLICY, type = 'text/plain; charset=utf-8', status = 200): Answering {
  return (_request, response) => void response.writeHead(status, { 'content-type': type }).end(text);
}

interface House {
  readonly certificate?: { readonly pem: string; readonly key: string };
  readonly timeoutMs?: number;
}

async function openHouse(t: TestContext, { certificate = GOOD, timeoutMs = 30_000 }: House = {}) {
  const state = { answer: serve(), records: ['v=STSv1; id=A1;'] as readonly string[] | 'servfail', fetches: 0 };
  const asked: string[] = [];
  const server = createServer({ cert: certificate.pem, key: certificate.key }, (request, response) => {
    state.fetches++;
    asked.push(`${request.headers.host} ${request.url}`);
    state.answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close().closeAllConnections());
  const folder = mkdtempSync(join(tmpdir(), 'valija-sts-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const time = new VirtualTime();
  const log = collectingLog();
  const resolver: Resolver = {
    async resolve<Type extends DnsType>(name: string): Promise<DnsAnswer<Type>> {
      if (state.records === 'servfail') return { kind: 'failed', reason: 'servfail' };
      if (state.records.length === 0 || name !== '_mta-sts.example.org')
        return { kind: 'no-such-name', isAuthenticated: false };
      const found = {
        kind: 'found',
        records: state.records,
        canonicalName: name,
        ttlSeconds: 1,
        isAuthenticated: false,
      };
      return found as unknown as DnsAnswer<Type>;
    },
  };
  const open = () =>
    new StsPolicyKeeper(
      {
        folder,
        resolver,
        findAddresses: async (host) => (host === HOST ? ok(['127.0.0.1']) : err(`no ${host}`)),
        clock: time,
        alarm: time,
        log,
      },
      {
        port: (server.address() as AddressInfo).port,
        authorities: [authority.pem],
        timeoutMs,
        policySizeLimit: 65_536,
        refreshMs: DAY,
        mostPolicies: 100,
      },
    );
  return { state, asked, folder, time, log, open, keeper: open() };
}

test('[C71] a policy is fetched once, kept by its id, and held over a restart', async (t) => {
  const house = await openHouse(t);
  const expected = {
    kind: 'policy',
    id: 'A1',
    policy: { mode: 'enforce', maxAgeSeconds: 604_800, mx: ['mx1.example.org'] },
  };
  const both = await Promise.all([house.keeper.find('example.org'), house.keeper.find('example.org')]);
  assert.deepEqual(both, [expected, expected]);
  assert.deepEqual(house.asked, [`${HOST} /.well-known/mta-sts.txt`]);
  await house.keeper[Symbol.asyncDispose]();
  await using again = house.open();
  assert.deepEqual(await again.find('example.org'), expected);
  assert.equal(house.state.fetches, 1);
  house.state.records = ['v=STSv1; id=A2'];
  house.state.answer = serve(POLICY.replace('enforce', 'testing'));
  const changed = await again.find('example.org');
  assert.ok(changed.kind === 'policy' && changed.id === 'A2' && changed.policy.mode === 'testing');
});

test('a domain without a record has no policy, and nobody asks its web server', async (t) => {
  const house = await openHouse(t);
  await using keeper = house.keeper;
  house.state.records = [];
  assert.deepEqual(await keeper.find('example.org'), { kind: 'none' });
  assert.equal(house.state.fetches, 0);
});

test('[C71] a kept policy holds until its max_age is over, whatever becomes of its record and its host', async (t) => {
  const house = await openHouse(t);
  await using keeper = house.keeper;
  await keeper.find('example.org');
  house.state.answer = serve('gone', 'text/plain', 404);
  for (const records of ['servfail', [], ['v=STSv1; id=A2'], ['v=STSv1; id=A1', 'v=STSv1; id=A2']] as const) {
    house.state.records = records;
    house.time.jump(DAY);
    const found = await keeper.find('example.org');
    assert.ok(found.kind === 'policy' && found.id === 'A1', String(records));
  }
  house.time.jump(4 * DAY);
  house.state.records = ['v=STSv1; id=A1'];
  assert.deepEqual(await keeper.find('example.org'), {
    kind: 'unavailable',
    failure: 'sts-policy-fetch-error',
    text: 'the answer is 404',
  });
});

test('it is fetched anew ahead of time, beside the mail and by the hour', async (t) => {
  const house = await openHouse(t);
  await using keeper = house.keeper;
  await keeper.find('example.org');
  house.time.jump(DAY);
  assert.equal((await keeper.find('example.org')).kind, 'policy');
  await until('a second fetch', () => house.state.fetches === 2);
  await keeper.refresh();
  assert.equal(house.state.fetches, 2);
  house.time.jump(2 * DAY);
  // All of it is over when it ends: after a long pause, many are old.
  await keeper.refresh();
  assert.equal(house.state.fetches, 3);
  house.time.jump(30 * DAY);
  house.state.records = [];
  await keeper.refresh();
  assert.deepEqual(readdirSync(house.folder), []);
});

const FAULTS: readonly (readonly [what: string, answer: Answering, failure: string, text: RegExp])[] = [
  [
    'a redirect',
    (_, answer) => void answer.writeHead(301, { location: '/other' }).end(),
    'sts-policy-fetch-error',
    /301/,
  ],
  ['HTML', serve(POLICY, 'text/html'), 'sts-policy-fetch-error', /text\/html, not text\/plain/],
  ['megabytes', serve('x'.repeat(1_000_000)), 'sts-policy-fetch-error', /longer than 65536 octets/],
  ['nonsense', serve('hello'), 'sts-policy-invalid', /version: STSv1/],
  ['all on one line', serve(POLICY.replaceAll('\r\n', ' ')), 'sts-policy-invalid', /version: STSv1/],
  ['a broken answer', (request) => void request.socket.destroy(), 'sts-policy-fetch-error', /./],
];

for (const [what, answer, failure, text] of FAULTS) {
  test(`[C71] ${what} is no policy: mail goes as without, and the host is left alone for a while`, async (t) => {
    const house = await openHouse(t);
    await using keeper = house.keeper;
    house.state.answer = answer;
    for (let round = 0; round < 2; round++) {
      const found = await keeper.find('example.org');
      assert.ok(found.kind === 'unavailable' && found.failure === failure, JSON.stringify(found));
      assert.match(found.text, text);
    }
    assert.equal(house.state.fetches, 1);
    house.state.answer = serve();
    house.time.jump(300_000);
    assert.equal((await keeper.find('example.org')).kind, 'policy');
  });
}

test('[C71] a host that stalls is given up', async (t) => {
  const house = await openHouse(t, { timeoutMs: 200 });
  await using keeper = house.keeper;
  house.state.answer = (_request, response) =>
    void response.writeHead(200, { 'content-type': 'text/plain' }).write('ver');
  assert.deepEqual(await keeper.find('example.org'), {
    kind: 'unavailable',
    failure: 'sts-policy-fetch-error',
    text: 'it took too long',
  });
});

const stranger = await createAuthority('Stranger');
for (const [what, certificate] of [
  ['for another name', await authority.sign(['www.example.org'])],
  ['that is over', await authority.sign([HOST], { days: -1 })],
  ['of an unknown authority', await stranger.sign([HOST])],
] as const) {
  test(`[C71] a certificate ${what} is none for the policy host`, async (t) => {
    const house = await openHouse(t, { certificate });
    await using keeper = house.keeper;
    const found = await keeper.find('example.org');
    assert.ok(found.kind === 'unavailable' && found.failure === 'sts-webpki-invalid', JSON.stringify(found));
    assert.equal(house.state.fetches, 0);
  });
}

test('a file that cannot be read is a policy that is fetched again', async (t) => {
  const house = await openHouse(t);
  await using keeper = house.keeper;
  writeFileSync(join(house.folder, 'example.org.json'), '{"id": 3');
  assert.equal((await keeper.find('example.org')).kind, 'policy');
  assert.equal(house.state.fetches, 1);
});

test('a file of somebody else in the folder does not keep old policies from going', async (t) => {
  const house = await openHouse(t);
  await using keeper = house.keeper;
  await keeper.find('example.org');
  writeFileSync(join(house.folder, 'a copy of it.json'), '{}');
  writeFileSync(join(house.folder, 'Example.net.json'), '{}');
  house.time.jump(30 * DAY);
  house.state.records = [];
  await keeper.refresh();
  assert.deepEqual(readdirSync(house.folder).sort(), ['Example.net.json', 'a copy of it.json']);
});
