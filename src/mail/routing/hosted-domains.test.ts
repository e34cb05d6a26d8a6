import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatAddrSpec } from '#protocols/message/addr-spec.ts';
import { memoryDirectory } from '../../../test/world/directory.ts';
import { routingHouse } from '../../../test/world/routing-house.ts';
import type { Route } from './route.ts';

const CLOSED = { name: 'cerrado.test', disabled: true };

const DIRECTORY = memoryDirectory({
  domains: ['valija.test', { name: 'escuela.test', catchAll: 'info@escuela.test' }, CLOSED],
  accounts: [
    { address: 'usuario1@valija.test' },
    { address: 'usuario2@valija.test', addresses: ['dos@valija.test'] },
    { address: 'antiguo@valija.test', disabled: true },
    { address: 'info@valija.test' },
    { address: 'info@escuela.test' },
    { address: 'usuario1@cerrado.test' },
  ],
  aliases: {
    'todos@valija.test': ['usuario1@valija.test', 'usuario2@valija.test', 'equipo@valija.test'],
    'equipo@valija.test': ['dos@valija.test', 'usuario1+equipo@valija.test'],
    'a@valija.test': ['b@valija.test'],
    'b@valija.test': ['a@valija.test'],
    'c@valija.test': ['d@valija.test', 'usuario1@valija.test'],
    'd@valija.test': ['c@valija.test'],
    'fuera@valija.test': ['usuario1@valija.test', 'ana@example.com'],
    'resto@valija.test': ['usuario1@valija.test', 'nadie@valija.test', 'antiguo@valija.test'],
    'ido@valija.test': ['antiguo@valija.test'],
    'mudado@valija.test': ['usuario1@cerrado.test', 'usuario2@valija.test'],
    'ventas@cerrado.test': ['usuario1@valija.test'],
  },
});

const routeOf = (address: string) => routingHouse({ directory: DIRECTORY }).routeOf(address);

function destinations(route: Route): string[] {
  assert.equal(route.kind, 'deliverable');
  return route.destinations.map((destination) => {
    assert.equal(destination.kind, 'mailbox');
    return `${formatAddrSpec(destination.address)} → ${destination.account.id}`;
  });
}

test('an address leads to its account', async () => {
  assert.deepEqual(destinations(await routeOf('usuario2@valija.test')), [
    'usuario2@valija.test → usuario2@valija.test',
  ]);
});

test('[C63] the same local part in two domains is two people', async () => {
  assert.deepEqual(destinations(await routeOf('info@valija.test')), ['info@valija.test → info@valija.test']);
  assert.deepEqual(destinations(await routeOf('info@escuela.test')), ['info@escuela.test → info@escuela.test']);
});

test('two ways to one account give one copy, and every step is told', async () => {
  const route = await routeOf('todos@valija.test');
  assert.deepEqual(destinations(route), [
    'usuario1@valija.test → usuario1@valija.test',
    'usuario2@valija.test → usuario2@valija.test',
  ]);
  assert.deepEqual(route.steps, [
    'alias todos@valija.test → usuario1@valija.test, usuario2@valija.test, equipo@valija.test',
    'address usuario1@valija.test → usuario1@valija.test',
    'address usuario2@valija.test → usuario2@valija.test',
    'alias equipo@valija.test → dos@valija.test, usuario1+equipo@valija.test',
    'again dos@valija.test → usuario2@valija.test',
    'again usuario1+equipo@valija.test → usuario1@valija.test',
  ]);
});

test('aliases in a circle end, and what they reach besides is reached', async () => {
  assert.equal((await routeOf('a@valija.test')).kind, 'alias-loop');
  assert.deepEqual(destinations(await routeOf('c@valija.test')), ['usuario1@valija.test → usuario1@valija.test']);
});

test('plus-addresses and the catch-all keep the address that was meant', async () => {
  assert.deepEqual(destinations(await routeOf('usuario1+listas@valija.test')), [
    'usuario1+listas@valija.test → usuario1@valija.test',
  ]);
  assert.deepEqual(destinations(await routeOf('quien@escuela.test')), ['quien@escuela.test → info@escuela.test']);
});

test('members that are gone do not hold up the others', async () => {
  assert.deepEqual(destinations(await routeOf('resto@valija.test')), ['usuario1@valija.test → usuario1@valija.test']);
  assert.equal((await routeOf('ido@valija.test')).kind, 'disabled');
});

test('a disabled domain takes nothing, and does not hold up the other members of an alias', async () => {
  for (const name of ['usuario1', 'ventas', 'nadie', 'postmaster']) {
    assert.equal((await routeOf(`${name}@cerrado.test`)).kind, 'disabled', name);
  }
  const moved = await routeOf('mudado@valija.test');
  assert.deepEqual(destinations(moved), ['usuario2@valija.test → usuario2@valija.test']);
  assert.ok(moved.steps.includes('domain-disabled usuario1@cerrado.test'));
});

test('what leads to other servers is told apart by the class of the address itself', async () => {
  const foreign = await routeOf('ana@example.com');
  assert.deepEqual([foreign.kind, foreign.addressClass], ['deliverable', 'foreign']);
  const alias = await routeOf('fuera@valija.test');
  assert.equal(alias.addressClass, 'hosted');
  assert.deepEqual(alias.steps.slice(1), [
    'address usuario1@valija.test → usuario1@valija.test',
    'elsewhere ana@example.com → smtp:example.com',
  ]);
  assert.equal((await routeOf('nadie@valija.test')).kind, 'unknown-user');
});

test('[T16] a quoted local part is a local part, whatever stands in it', async () => {
  const { routing } = routingHouse({ directory: DIRECTORY });
  const route = await routing.findRoute({ localPart: 'usuario1@valija.test x', domain: 'interno.test' }, undefined);
  assert.equal(route.addressClass, 'foreign');
  const quoted = await routing.findRoute({ localPart: 'ana@example.com x', domain: 'valija.test' }, undefined);
  assert.equal(quoted.kind, 'unknown-user');
});

test('postmaster always finds somebody', async () => {
  assert.deepEqual(destinations(await routeOf('Postmaster@valija.test')), [
    'Postmaster@valija.test → usuario1@valija.test',
  ]);
  assert.deepEqual(destinations(await routeOf('postmaster@mail.valija.test')), [
    'postmaster@mail.valija.test → usuario1@valija.test',
  ]);
  assert.equal((await routeOf('postmaster@example.com')).addressClass, 'foreign');
});

test('postmaster is whoever has the name, before the first account', async () => {
  const directory = memoryDirectory({
    domains: ['valija.test'],
    accounts: [{ address: 'usuario1@valija.test' }, { address: 'usuario2@valija.test' }],
    aliases: { 'postmaster@valija.test': ['usuario2@valija.test'] },
  });
  const route = await routingHouse({ directory }).routeOf('postmaster@valija.test');
  assert.deepEqual(destinations(route), ['usuario2@valija.test → usuario2@valija.test']);
});

test('a chain of aliases has an end, and so has a list', async () => {
  const chain = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`p${i}@valija.test`, [`p${i + 1}@valija.test`]]),
  );
  const members = Array.from({ length: 40 }, (_, i) => `m${i}@valija.test`);
  const directory = memoryDirectory({ domains: ['valija.test'], aliases: { ...chain, 'l@valija.test': members } });
  const limits = { virtual_alias_recursion_limit: 10, virtual_alias_expansion_limit: 30 };
  for (const address of ['p0@valija.test', 'l@valija.test']) {
    assert.equal((await routingHouse({ directory, settings: limits }).routeOf(address)).kind, 'alias-limit');
  }
});
