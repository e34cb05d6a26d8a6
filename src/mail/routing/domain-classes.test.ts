import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mistakeInEnglish } from '#base/mistakes/mistake.ts';
import { memoryDirectory } from '../../../test/world/directory.ts';
import { routingHouse } from '../../../test/world/routing-house.ts';
import { literalTable } from '../../../test/world/tables.ts';
import { findNamedOverlaps, overlapMistake } from './domain-classes.ts';
import { refuseOverlaps } from './hosted-domains.ts';
import { tableSettings } from './settings.ts';

const NONE = { mydestination: [], relay_domains: [], virtual_alias_domains: [], virtual_mailbox_domains: [] };

test('[C64] a domain in two classes is named, with both settings', () => {
  const overlaps = findNamedOverlaps({
    ...NONE,
    mydestination: ['mail.valija.test', 'Example.com'],
    virtual_mailbox_domains: ['example.com', 'otro.test'],
    relay_domains: ['otro.test', 'hash:/x', 'sub.example.com'],
    virtual_alias_domains: ['hash:/x'],
  });
  assert.deepEqual(overlaps, [
    { domain: 'example.com', settings: ['mydestination', 'virtual_mailbox_domains'] },
    { domain: 'otro.test', settings: ['virtual_mailbox_domains', 'relay_domains'] },
  ]);
  assert.match(
    mistakeInEnglish(overlapMistake(overlaps[0]!)),
    /example\.com is in mydestination and in virtual_mailbox_domains/,
  );
});

test('[C64] what only the directory and the tables know is found at the start', async () => {
  const table = literalTable('test:virtual', { 'example.com': 'x', 'hosted.test': 'x' });
  const { routing } = routingHouse({
    settings: { virtual_alias_domains: ['test:virtual'], relay_domains: ['example.com', 'escuela.test'] },
    tables: { virtual_alias_maps: table },
  });
  assert.deepEqual(await routing.findOverlaps(['hosted.test', 'escuela.test', 'libre.test', 'mail.valija.test']), [
    { domain: 'hosted.test', settings: ['valija domain', 'virtual_alias_domains'] },
    { domain: 'example.com', settings: ['relay_domains', 'virtual_alias_domains'] },
    { domain: 'escuela.test', settings: ['valija domain', 'relay_domains'] },
  ]);
});

test('[C64] valija domain add refuses a domain of another class', async () => {
  const { routing } = routingHouse({ settings: { relay_domains: ['escuela.test'] } });
  const added: string[] = [];
  const admin = refuseOverlaps({ addDomain: async (name: string) => added.push(name) } as never, routing);
  const outcome = await admin.addDomain('Escuela.test.', {});
  assert.equal(outcome.ok, false);
  assert.match(outcome.ok ? '' : outcome.error.message, /escuela\.test is in valija domain and in relay_domains/);
  await admin.addDomain('libre.test', {});
  assert.deepEqual(added, ['libre.test']);
});

test('a domain of the directory stands above the names of the machine', async () => {
  const directory = memoryDirectory({ domains: ['mail.valija.test'], accounts: [{ address: 'ana@mail.valija.test' }] });
  const { routeOf } = routingHouse({ directory });
  assert.equal((await routeOf('ana@mail.valija.test')).addressClass, 'hosted');
  assert.equal((await routeOf('ana@localhost')).addressClass, 'local');
});

test('every table that the settings name is to be opened, each once', () => {
  const maps = {
    alias_maps: ['texthash:/etc/aliases'],
    canonical_maps: [],
    fallback_transport_maps: [],
    mailbox_transport_maps: [],
    recipient_canonical_maps: [],
    relay_recipient_maps: ['hash:/a'],
    sender_canonical_maps: [],
    sender_dependent_relayhost_maps: [],
    transport_maps: ['hash:/a'],
    virtual_alias_maps: ['hash:/v'],
    virtual_mailbox_maps: [],
  };
  assert.deepEqual(
    tableSettings({ ...NONE, ...maps, relay_domains: ['a.test', 'hash:/r'], virtual_alias_domains: ['hash:/v'] }),
    ['texthash:/etc/aliases', 'hash:/a', 'hash:/v', 'hash:/r'],
  );
});
