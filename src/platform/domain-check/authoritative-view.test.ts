// Several servers of one zone, on addresses of their own, and a resolver that may know something else.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type OpenResolver, openResolver } from '#platform/dns/resolver.ts';
import { openZoneServer, type ZoneServer } from '#platform/dns/zone-server.ts';
import { steadyClock } from '#platform/machine/clock.ts';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { readZone } from '../../../test/world/dns.ts';
import { AuthoritativeView } from './authoritative-view.ts';

const ZONE = 'valija.test';
const SERVERS = '@ NS ns1\n@ NS ns2\nns1 A 127.0.0.1\nns2 A 127.0.0.2';

interface Given {
  readonly first: string;
  readonly second?: string;
  readonly resolver?: string;
  readonly others?: Readonly<Record<string, string>>;
}

/** The second server has the first one's records where nothing else is said; the resolver, too. */
async function openView(t: TestContext, { first, second = first, resolver = first, others = {} }: Given) {
  const zonesOf = (text: string) => [
    readZone('.', ''),
    readZone(ZONE, `${SERVERS}\n${text}`),
    ...Object.entries(others).map(([origin, each]) => readZone(origin, each)),
  ];
  const one = await openZoneServer({ address: '127.0.0.1', port: 0, zones: zonesOf(first) });
  const two = await openZoneServer({ address: '127.0.0.2', port: one.port, zones: zonesOf(second) });
  const told = await openZoneServer({ address: '127.0.0.1', port: 0, zones: zonesOf(resolver) });
  const world = { clock: steadyClock, randomness: systemRandomness };
  const resolving = openResolver({ servers: [told], hostsFile: '/dev/null' }, world);
  const opened: readonly (ZoneServer | OpenResolver)[] = [resolving, one, two, told];
  t.after(async () => {
    for (const each of opened) await each[Symbol.asyncDispose]();
  });
  const { signal } = new AbortController();
  const view = new AuthoritativeView([ZONE], {
    resolver: resolving,
    randomness: systemRandomness,
    port: one.port,
    signal,
  });
  return { view, one, two, told };
}

async function observed(view: AuthoritativeView) {
  const [zone] = await view.zones();
  assert.ok(zone);
  return zone;
}

test('what the zone’s own servers say counts, and the resolver’s difference is told', async (t) => {
  const { view, one } = await openView(t, { first: '@ TXT "new"', resolver: '@ TXT "old"' });
  const answer = await view.resolve(ZONE, 'TXT');
  assert.deepEqual(answer.kind === 'found' && answer.records, ['new']);
  const { stale, disagreements, silent } = await observed(view);
  assert.deepEqual(
    [stale, disagreements, silent],
    [[{ name: ZONE, type: 'TXT', seen: ['old'], hasFailed: false }], [], []],
  );
  assert.ok(one.questions().includes(`udp TXT ${ZONE}`));
});

test('servers that disagree are told, each with what it says; the order of records says nothing', async (t) => {
  const { view } = await openView(t, {
    first: '@ MX 10 a\n@ MX 20 b\nx TXT "one"',
    second: '@ MX 20 b\n@ MX 10 a\nx TXT "two"',
  });
  await view.resolve(ZONE, 'MX');
  await view.resolve(`x.${ZONE}`, 'TXT');
  const { disagreements } = await observed(view);
  assert.deepEqual(disagreements, [
    { name: `x.${ZONE}`, type: 'TXT', seen: [`ns1.${ZONE}: one`, `ns2.${ZONE}: two`], hasFailed: false },
  ]);
});

test('a server that does not answer is told, and the other one’s word counts', async (t) => {
  const { view, two } = await openView(t, { first: '@ TXT "x"' });
  two.setFault(`${ZONE} TXT`, 'refuse');
  const answer = await view.resolve(ZONE, 'TXT');
  assert.equal(answer.kind, 'found');
  assert.deepEqual((await observed(view)).silent, [`ns2.${ZONE}`]);
});

test('where no server of the zone answers, the resolver’s word counts', async (t) => {
  const { view, one, two } = await openView(t, { first: '@ TXT "x"' });
  for (const server of [one, two]) server.setFault(`${ZONE} TXT`, 'refuse');
  const answer = await view.resolve(ZONE, 'TXT');
  assert.deepEqual(answer.kind === 'found' && answer.records, ['x']);
});

test('a proof that fails at the resolver is told from silence', async (t) => {
  const { view, told } = await openView(t, { first: '@ TXT "x"' });
  told.setFault(`${ZONE} TXT`, 'servfail');
  const answer = await view.resolve(ZONE, 'TXT');
  assert.equal(answer.kind, 'found');
  assert.deepEqual((await observed(view)).stale, [{ name: ZONE, type: 'TXT', seen: ['x'], hasFailed: true }]);
});

test('aliases are found, whatever they lead to, and followed into other zones by the resolver', async (t) => {
  const others = { 'example.org': 'www TXT "there"' };
  const { view } = await openView(t, {
    first: 'a CNAME www.example.org.\nb CNAME nowhere.example.org.\n* CNAME a',
    others,
  });
  assert.equal(await view.findAlias(`a.${ZONE}`), 'www.example.org');
  assert.equal(await view.findAlias(`b.${ZONE}`), 'nowhere.example.org');
  assert.equal(await view.findAlias(`*.${ZONE}`), `a.${ZONE}`, 'one step');
  assert.equal(await view.findAlias(ZONE), undefined);
  const answer = await view.resolve(`a.${ZONE}`, 'TXT');
  assert.deepEqual(answer.kind === 'found' && answer.records, ['there']);
});

test('an alias of another zone is found, too, where it leads to nothing', async (t) => {
  const { view } = await openView(t, { first: '', others: { 'example.org': 'mx CNAME gone' } });
  assert.equal(await view.findAlias('mx.example.org'), 'gone.example.org');
});

test('a text is told by its strings, octet by octet: by them it is taken away', async (t) => {
  const { view, one } = await openView(t, { first: 'x TXT "v=spf1 a" " -all"\nx TXT "\\195\\255"\ny CNAME x' });
  one.setFault(`x.${ZONE} TXT`, 'refuse');
  const strings = await view.findStrings(`x.${ZONE}`);
  assert.deepEqual(strings, [[Buffer.from('v=spf1 a'), Buffer.from(' -all')], [Buffer.of(195, 255)]]);
  assert.deepEqual(await view.findStrings(`y.${ZONE}`), [], 'what stands behind an alias is another name’s');
  assert.equal(await view.findStrings('x.example.org'), undefined);
});

test('a zone below that others serve is asked there', async (t) => {
  const others = { 'sub.valija.test': '@ NS ns\nns A 127.0.0.2\nx TXT "deep"' };
  const { view, two } = await openView(t, { first: '', others });
  const answer = await view.resolve(`x.sub.${ZONE}`, 'TXT');
  assert.deepEqual(answer.kind === 'found' && answer.records, ['deep']);
  assert.ok(two.questions().includes(`udp TXT x.sub.${ZONE}`));
  const zones = (await view.zones()).map(({ zone }) => zone);
  assert.deepEqual(zones.sort(), [`sub.${ZONE}`, ZONE].sort());
});
