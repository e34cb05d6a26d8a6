// local_transport, virtual_transport, relay_transport, default_transport; mailbox_transport, fallback_transport and their
// tables; local_recipient_maps.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ends, type RoutingLiteral, routingHouse } from '../../../test/world/routing-house.ts';

/** Address → where it ends, in a world. */
interface Case {
  readonly name: string;
  readonly world: RoutingLiteral;
  readonly leads: Readonly<Record<string, readonly string[]>>;
}

const CASES: readonly Case[] = [
  {
    name: 'the transport of a class, for addresses that exist; transport_maps stand above it',
    world: {
      users: ['usuario1'],
      settings: {
        relay_domains: ['relay.test'],
        virtual_mailbox_domains: ['virtual.test'],
        local_transport: 'lmtp:unix:/run/local',
        virtual_transport: 'lmtp:unix:/run/virtual',
        relay_transport: 'relay:[dentro.example.net]',
        default_transport: 'smtp:[fuera.example.net]:26',
        relayhost: 'relay.example.net',
      },
      tables: {
        alias_maps: { jefa: 'bea@example.org' },
        virtual_mailbox_maps: { 'info@virtual.test': 'virtual.test/info/' },
        transport_maps: { 'otra.example': 'smtp:[otra.example.net]' },
      },
    },
    leads: {
      'usuario1@localhost': ['lmtp:unix:/run/local for usuario1@localhost'],
      'nadie@localhost': ['unknown: local recipient table'],
      'jefa@localhost': ['smtp:[fuera.example.net]:26 for bea@example.org'],
      'info@virtual.test': ['lmtp:unix:/run/virtual for info@virtual.test'],
      'nadie@virtual.test': ['unknown: virtual mailbox table'],
      'bea@relay.test': ['smtp:[dentro.example.net] for bea@relay.test'],
      'bea@example.org': ['smtp:[fuera.example.net]:26 for bea@example.org'],
      'bea@otra.example': ['smtp:[otra.example.net] for bea@otra.example'],
    },
  },
  {
    name: 'a transport without a next hop keeps that of relayhost; a server behind virtual_transport may know everybody',
    world: {
      settings: {
        virtual_mailbox_domains: ['virtual.test'],
        relay_domains: ['relay.test'],
        virtual_transport: 'smtp:[dentro.example.net]',
        relay_transport: 'lmtp',
        default_transport: 'error:5.7.1 nothing leaves here',
        relayhost: '[relay.example.net]:24',
      },
    },
    leads: {
      'info@virtual.test': ['smtp:[dentro.example.net] for info@virtual.test'],
      'bea@relay.test': ['lmtp:inet:[relay.example.net]:24 for bea@relay.test'],
      'bea@example.org': ['error:5.7.1 nothing leaves here for bea@example.org'],
    },
  },
  {
    name: 'mailbox_transport takes the mail of who exists, fallback_transport that of who does not, a table by name first',
    world: {
      users: ['usuario1', 'usuario2', 'usuario3'],
      settings: { mailbox_transport: 'lmtp:unix:/run/dovecot', fallback_transport: 'smtp:[viejo.example.net]' },
      tables: {
        alias_maps: { jefa: 'usuario2' },
        mailbox_transport_maps: { usuario2: 'lmtp:[dos.example.net]', usuario3: 'local:' },
        fallback_transport_maps: { antigua: 'error:5.1.6 she has moved' },
      },
    },
    leads: {
      'usuario1+x@localhost': ['lmtp:unix:/run/dovecot for usuario1+x@localhost'],
      'jefa@localhost': ['lmtp:inet:[dos.example.net] for usuario2@mail.valija.test'],
      'usuario3@localhost': ['local:usuario3 for usuario3@localhost'],
      'ana@localhost': ['lmtp:unix:/run/dovecot for ana@localhost'],
      'nadie@localhost': ['smtp:[viejo.example.net] for nadie@localhost'],
      'antigua@localhost': ['error:5.1.6 she has moved for antigua@localhost'],
    },
  },
  {
    name: 'local_recipient_maps decide who is let in; postmaster always is; who is let in and unknown bounces',
    world: {
      users: ['usuario1', 'usuario2'],
      tables: { alias_maps: { jefa: 'usuario2' }, local_recipient_maps: { usuario1: 'x', jefa: 'x', ida: 'x' } },
    },
    leads: {
      'usuario1+x@localhost': ['local:usuario1 (x) for usuario1+x@localhost'],
      'usuario2@localhost': ['unknown: local recipient table'],
      'jefa@localhost': ['local:usuario2 for usuario2@mail.valija.test'],
      'ida@localhost': ['error:5.1.1 unknown user: "ida" for ida@localhost'],
      'postmaster@localhost': ['ana@hosted.test'],
    },
  },
  {
    name: 'empty local_recipient_maps let everybody in: luser_relay, mailbox_transport, or a bounce',
    world: { users: ['usuario1'], settings: { local_recipient_maps: [] } },
    leads: {
      'usuario1@localhost': ['local:usuario1 for usuario1@localhost'],
      'nadie@localhost': ['error:5.1.1 unknown user: "nadie" for nadie@localhost'],
    },
  },
  {
    name: 'empty local_recipient_maps and mailbox_transport: whoever is behind it decides',
    world: { users: [], settings: { local_recipient_maps: [], mailbox_transport: 'lmtp:unix:/run/dovecot' } },
    leads: { 'nadie@localhost': ['lmtp:unix:/run/dovecot for nadie@localhost'] },
  },
];

for (const { name, world, leads } of CASES) {
  test(name, async () => {
    const { routeOf } = routingHouse(world);
    for (const [address, expected] of Object.entries(leads)) {
      const route = await routeOf(address);
      assert.deepEqual(ends(route), expected, `${address}: ${route.steps.join('; ')}`);
    }
  });
}

test('a transport that nobody knows is the administrator’s mistake, not the sender’s', async () => {
  for (const settings of [
    { default_transport: 'uucp:host' },
    { relay_transport: 'uucp', relay_domains: ['example.org'] },
  ]) {
    const route = await routingHouse({ settings }).routeOf('bea@example.org');
    assert.equal(route.kind, 'broken-table');
  }
});
