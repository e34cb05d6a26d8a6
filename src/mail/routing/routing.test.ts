import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ok } from '#base/result.ts';
import { ends, type RoutingLiteral, routingHouse } from '../../../test/world/routing-house.ts';
import { failingTable, patternTable } from '../../../test/world/tables.ts';

/** Address → where it ends, in a world. */
interface Case {
  readonly name: string;
  readonly world: RoutingLiteral;
  readonly sender?: string;
  readonly leads: Readonly<Record<string, readonly string[]>>;
}

const VIRTUAL: RoutingLiteral = {
  settings: { virtual_alias_domains: ['alias.test'] },
  tables: {
    virtual_alias_maps: {
      'info@alias.test': 'ana@hosted.test',
      'todos@alias.test': 'ana@hosted.test, bea@example.org',
      'uno@alias.test': 'dos@alias.test',
      'dos@alias.test': 'info@alias.test',
      'propio@alias.test': 'propio@alias.test, ana@hosted.test',
      '@example.net': '@example.org',
      '@todo.test': 'ana@hosted.test',
      'ana@hosted.test': 'ana@hosted.test, copia@example.org',
      root: 'ana@hosted.test',
      'a@alias.test': 'b@alias.test',
      'b@alias.test': 'a@alias.test',
      'roto@alias.test': ',',
    },
  },
};

const MAILBOXES: RoutingLiteral = {
  settings: { virtual_mailbox_domains: ['example.com'], virtual_mailbox_base: '/var/mail/vhosts' },
  tables: {
    virtual_mailbox_maps: {
      'info@example.com': 'example.com/info/',
      'otro@example.com': 'example.com/info/',
      'caja@example.com': 'example.com/caja',
      '@catch.test': 'catch.test/all/',
      'fuera@example.com': '../../etc/x',
      'hondo@example.com': 'example.com/a/b/',
      'absoluto@example.com': '/etc/cron.d/x',
    },
  },
};

const LOCAL: RoutingLiteral = {
  users: ['root', 'usuario1', 'usuario2'],
  tables: {
    alias_maps: {
      webmaster: 'root',
      abuse: 'webmaster',
      lista: 'usuario1, usuario2, ana@example.org',
      'owner-lista': 'usuario2',
      usuario2: '\\usuario2, ana@example.org',
      orden: '"|/usr/bin/procesa $x"',
      fichero: '/var/spool/fichero',
      incluida: ':include:/etc/lista',
      mala: ':include:/etc/mala',
      nada: ':include:/no/hay',
      bomba: 'bomba2, bomba2',
      bomba2: 'bomba',
    },
  },
  readInclude: async (path) => {
    if (path === '/etc/lista') return ok('usuario1\nbea@example.org\n');
    if (path === '/etc/mala') return ok('|rm -rf /');
    return { ok: false, error: 'there is no such file' };
  },
};

const CASES: readonly Case[] = [
  {
    name: 'virtual_alias_maps: addresses, chains, catch-alls, bare names, identities',
    world: VIRTUAL,
    leads: {
      'info@alias.test': ['ana@hosted.test', 'smtp:example.org for copia@example.org'],
      'uno@alias.test': ['ana@hosted.test', 'smtp:example.org for copia@example.org'],
      'todos@alias.test': [
        'smtp:example.org for bea@example.org',
        'ana@hosted.test',
        'smtp:example.org for copia@example.org',
      ],
      'propio@alias.test': ['ana@hosted.test', 'smtp:example.org for copia@example.org'],
      'ana@hosted.test': ['ana@hosted.test', 'smtp:example.org for copia@example.org'],
      'quien@example.net': ['smtp:example.org for quien@example.org'],
      'quien@todo.test': ['ana@hosted.test', 'smtp:example.org for copia@example.org'],
      'root@localhost': ['ana@hosted.test', 'smtp:example.org for copia@example.org'],
      'nadie@alias.test': ['unknown: virtual alias table'],
      'a@alias.test': ['alias-loop'],
      'roto@alias.test': ['broken-table'],
    },
  },
  {
    name: 'an extension is tried with and without, and what matched nothing goes along',
    world: {
      settings: { virtual_alias_domains: ['alias.test'] },
      tables: { virtual_alias_maps: { 'uno@alias.test': 'ana@example.org', 'uno+x@alias.test': 'bea@example.org' } },
    },
    leads: {
      'uno+lista@alias.test': ['smtp:example.org for ana+lista@example.org'],
      'uno+x@alias.test': ['smtp:example.org for bea@example.org'],
    },
  },
  {
    name: '[C65] virtual_mailbox_maps: Maildirs, mbox files, catch-alls, and paths that lead nowhere good',
    world: MAILBOXES,
    leads: {
      'info@example.com': ['info@example.com'],
      'INFO+x@example.com': ['info@example.com'],
      'otro@example.com': ['info@example.com'],
      'caja@example.com': ['/var/mail/vhosts/example.com/caja for caja@example.com'],
      'nadie@example.com': ['unknown: virtual mailbox table'],
      'postmaster@example.com': ['ana@hosted.test'],
      'fuera@example.com': ['broken-table'],
      'hondo@example.com': ['broken-table'],
      'absoluto@example.com': ['broken-table'],
    },
  },
  {
    name: '[C65] a catch-all of a domain of mailboxes',
    world: { ...MAILBOXES, settings: { virtual_mailbox_domains: ['catch.test'] } },
    leads: { 'quien.sea@catch.test': ['all@catch.test'] },
  },
  {
    name: '[C13] mydestination: users of the machine, aliases, lists, commands, files, includes',
    world: LOCAL,
    sender: 'ana@hosted.test',
    leads: {
      'usuario1@localhost': ['local:usuario1 for usuario1@localhost'],
      'Usuario1+lista@mail.valija.test': ['local:usuario1 (lista) for Usuario1+lista@mail.valija.test'],
      'root@localhost': ['local:root for root@localhost'],
      'abuse@localhost': ['local:root for root@mail.valija.test'],
      'usuario2@localhost': ['local:usuario2 for usuario2@localhost', 'smtp:example.org for ana@example.org'],
      'orden@localhost': ['|/usr/bin/procesa $x for orden@localhost'],
      'fichero@localhost': ['/var/spool/fichero for fichero@localhost'],
      'incluida@localhost': ['local:usuario1 for usuario1@mail.valija.test', 'smtp:example.org for bea@example.org'],
      'mala@localhost': ['broken-table'],
      'nada@localhost': ['broken-table'],
      'bomba@localhost': ['alias-loop'],
      'nadie@localhost': ['unknown: local recipient table'],
      'postmaster@localhost': ['local:root for postmaster@localhost'],
      'double-bounce@mail.valija.test': ['discard: for double-bounce@mail.valija.test'],
      'double-bounce@localhost': ['unknown: local recipient table'],
      'ana@localhost': ['ana@hosted.test'],
    },
  },
  {
    name: 'failures of a list are its owner’s',
    world: LOCAL,
    sender: 'alguien@example.com',
    leads: {
      'lista@localhost': [
        'local:usuario1 for usuario1@mail.valija.test from owner-lista@mail.valija.test',
        'smtp:example.org for ana@example.org from owner-lista@mail.valija.test',
        'local:usuario2 for usuario2@mail.valija.test from owner-lista@mail.valija.test',
      ],
    },
  },
  {
    name: 'luser_relay takes unknown names, with the words that Postfix knows',
    world: { ...LOCAL, settings: { luser_relay: '$user@otro.example.org' } },
    leads: {
      'nadie+x@localhost': ['smtp:otro.example.org for nadie@otro.example.org'],
      'usuario1@localhost': ['local:usuario1 for usuario1@localhost'],
    },
  },
  {
    name: 'relay_domains and those below them, with and without a list of recipients',
    world: { settings: { relay_domains: ['relay.test'] } },
    leads: {
      'quien@relay.test': ['smtp:relay.test for quien@relay.test'],
      'quien@sub.relay.test': ['smtp:sub.relay.test for quien@sub.relay.test'],
      'quien@otrorelay.test': ['smtp:otrorelay.test for quien@otrorelay.test'],
    },
  },
  {
    name: 'relay_recipient_maps say who is there',
    world: {
      settings: { relay_domains: ['relay.test', 'todo.test'] },
      tables: { relay_recipient_maps: { 'ana@relay.test': 'x', '@todo.test': 'x' } },
    },
    leads: {
      'ana+lista@relay.test': ['smtp:relay.test for ana+lista@relay.test'],
      'bea@relay.test': ['unknown: relay recipient table'],
      'bea@todo.test': ['smtp:todo.test for bea@todo.test'],
    },
  },
  {
    name: '[C20] relayhost takes what is for others, and nothing that stays',
    world: {
      ...LOCAL,
      settings: { relayhost: '[mail.example.net]:587', relay_domains: ['relay.test'] },
    },
    leads: {
      'ana@example.org': ['smtp:[mail.example.net]:587 for ana@example.org'],
      'ana@relay.test': ['smtp:[mail.example.net]:587 for ana@relay.test'],
      'ana@hosted.test': ['ana@hosted.test'],
      'usuario1@localhost': ['local:usuario1 for usuario1@localhost'],
    },
  },
  {
    name: 'the relay host of a sender stands above that of all',
    world: {
      settings: { relayhost: 'relay.example.net' },
      tables: { sender_dependent_relayhost_maps: { '@hosted.test': '[uno.example.net]' } },
    },
    sender: 'ana@hosted.test',
    leads: { 'bea@example.org': ['smtp:[uno.example.net] for bea@example.org'] },
  },
  {
    name: 'transport_maps: the order of keys, next hops left out, what stays here',
    world: {
      users: ['usuario1'],
      settings: { relayhost: 'relay.example.net', relay_domains: ['relay.test'] },
      tables: {
        transport_maps: {
          'ana@example.org': 'smtp:[uno.example.net]:2525',
          'example.org': 'smtp:',
          '.example.org': 'lmtp:unix:/run/lmtp',
          'libre.example': ':',
          'relay.test': ':[dentro.example.net]',
          'fuera.example': 'error:5.1.2 no such place',
          'luego.example': 'retry:4.4.1 later',
          'nada.example': 'discard:',
          'raro.example': 'uucp:host',
          'hosted.test': 'lmtp:127.0.0.1:2003',
          localhost: 'local:',
          'aqui.example': 'local:',
        },
      },
    },
    leads: {
      'ana@example.org': ['smtp:[uno.example.net]:2525 for ana@example.org'],
      'ana+x@example.org': ['smtp:[uno.example.net]:2525 for ana+x@example.org'],
      'bea@example.org': ['smtp:example.org for bea@example.org'],
      'bea@sub.example.org': ['lmtp:unix:/run/lmtp for bea@sub.example.org'],
      'bea@libre.example': ['smtp:relay.example.net for bea@libre.example'],
      'bea@relay.test': ['smtp:[dentro.example.net] for bea@relay.test'],
      'bea@fuera.example': ['error:5.1.2 no such place for bea@fuera.example'],
      'bea@luego.example': ['error:4.4.1 later for bea@luego.example'],
      'bea@nada.example': ['discard: for bea@nada.example'],
      'bea@raro.example': ['broken-table'],
      'ana@hosted.test': ['lmtp:inet:127.0.0.1:2003 for ana@hosted.test'],
      'nadie@hosted.test': ['unknown: directory'],
      'usuario1@localhost': ['local:usuario1 for usuario1@localhost'],
      'usuario1@aqui.example': ['local:usuario1 for usuario1@aqui.example'],
    },
  },
  {
    name: 'transport_maps: * is for all that nothing else names',
    world: { tables: { transport_maps: { '*': 'smtp:[todo.example.net]', 'hosted.test': ':' } } },
    leads: {
      'ana@example.org': ['smtp:[todo.example.net] for ana@example.org'],
      'ana@hosted.test': ['ana@hosted.test'],
    },
  },
  {
    name: 'canonical_maps come first, again and again; circles are told',
    world: {
      users: ['usuario1'],
      tables: {
        canonical_maps: {
          'viejo@localhost': 'medio@localhost',
          medio: 'usuario1@localhost',
          'x@example.org': 'y@example.org',
          'y@example.org': 'x@example.org',
        },
      },
    },
    leads: {
      'viejo@localhost': ['local:usuario1 for usuario1@localhost'],
      'viejo+l@localhost': ['local:usuario1 (l) for usuario1+l@localhost'],
      'x@example.org': ['broken-table'],
    },
  },
  {
    name: 'address literals of our own are local, others are not',
    world: { users: ['usuario1'], ownAddresses: ['192.0.2.25', '2001:db8::25'] },
    leads: {
      'usuario1@[192.0.2.25]': ['local:usuario1 for usuario1@[192.0.2.25]'],
      'usuario1@[IPv6:2001:db8::25]': ['local:usuario1 for usuario1@[IPv6:2001:db8::25]'],
      'usuario1@[192.0.2.26]': ['smtp:[192.0.2.26] for usuario1@[192.0.2.26]'],
    },
  },
  {
    name: 'patterns see the whole address, and only it',
    world: {
      settings: { virtual_alias_domains: ['alias.test'] },
      tables: {
        virtual_alias_maps: patternTable('pcre:x', [
          [/^todo-.*@alias\.test$/, 'ana@hosted.test'],
          [/^@alias\.test$/, 'nobody@hosted.test'],
        ]),
      },
    },
    leads: { 'todo-x@alias.test': ['ana@hosted.test'], 'otro@alias.test': ['unknown: virtual alias table'] },
  },
];

for (const { name, world, sender, leads } of CASES) {
  test(name, async () => {
    const { routeOf } = routingHouse(world);
    for (const [address, expected] of Object.entries(leads)) {
      const route = await routeOf(address, sender);
      assert.deepEqual(ends(route), expected, `${address}: ${route.steps.join('; ')}`);
    }
  });
}

test('whom our questions come from exists, whatever mydestination says', async () => {
  const { routeOf } = routingHouse({ settings: { mydestination: ['localhost'] } });
  const route = await routeOf('Double-Bounce@MAIL.valija.test');
  assert.equal(route.addressClass, 'local');
  assert.deepEqual(ends(route), ['discard: for Double-Bounce@MAIL.valija.test']);
});

test('a table out of reach is never «unknown»', async () => {
  const { routeOf } = routingHouse({ tables: { alias_maps: failingTable('hash:gone') } });
  await assert.rejects(routeOf('usuario1@localhost'), /hash:gone/);
});

test('a forwarded stranger leaves under our name, and the bounce comes back', async () => {
  const settings = {
    virtual_alias_domains: ['alias.test'],
    srs_domain: 'srs.valija.test',
    srs_secrets: ['a secret of ours'],
  };
  const tables = { virtual_alias_maps: { 'info@alias.test': 'bea@example.org' } };
  const { routeOf } = routingHouse({ settings, tables });
  const [forwarded] = ends(await routeOf('info@alias.test', 'ana@example.com'));
  assert.match(
    forwarded!,
    /^smtp:example\.org for bea@example\.org from SRS0=....=..=example\.com=ana@srs\.valija\.test$/,
  );
  const rewritten = forwarded!.split(' from ')[1]!;
  assert.deepEqual(ends(await routeOf(rewritten)), ['smtp:example.com for ana@example.com']);
  const forged = rewritten.replace(/^SRS0=..../, 'SRS0=AAAA');
  assert.deepEqual(ends(await routeOf(forged)), ['unknown: local recipient table']);
  assert.deepEqual(ends(await routeOf('info@alias.test', 'ana@hosted.test')), ['smtp:example.org for bea@example.org']);
  assert.deepEqual(ends(await routeOf('bea@example.org', 'ana@example.com')), ['smtp:example.org for bea@example.org']);
  assert.deepEqual(ends(await routeOf('info@alias.test')), ['smtp:example.org for bea@example.org']);
});
