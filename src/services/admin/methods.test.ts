import assert from 'node:assert/strict';
import { test } from 'node:test';
import { err, ok } from '#base/result.ts';
import type { DirectoryAdmin } from '#mail/ports/directory-admin.ts';
import type { Log, LogThreshold } from '#mail/ports/log.ts';
import type { ServerStatus } from '#mail/ports/status-source.ts';
import { EMPTY_QUEUE } from '../../../test/world/empty-queue.ts';
import { NO_CERTIFICATES } from '../../../test/world/no-certificates.ts';
import { NO_CONFIG_ADMIN } from '../../../test/world/no-config-admin.ts';
import { NO_DOMAIN_ADVISOR } from '../../../test/world/no-domain-advisor.ts';
import { NO_REPORTS } from '../../../test/world/no-reports.ts';
import { NO_SIGNING_KEYS } from '../../../test/world/no-signing-keys.ts';
import { NO_SIMULATOR } from '../../../test/world/no-simulator.ts';
import { routingHouse } from '../../../test/world/routing-house.ts';
import { adminMethods } from './methods.ts';

const STATUS = { version: '0.1.0', pid: 7, listeners: [] } as unknown as ServerStatus;

/** Notes what it is asked, and refuses what is called `no`. */
function openAdmin() {
  const asked: unknown[][] = [];
  const directory = new Proxy({} as DirectoryAdmin, {
    get(_, name: string) {
      return async (...given: unknown[]) => {
        asked.push([name, ...given]);
        if (name.startsWith('list')) return [{ name: 'valija.test' }];
        return given[0] === 'no' ? err({ code: 'exists', message: 'it exists', phrase: 'x' }) : ok({ name: given[0] });
      };
    },
  });
  const logged: string[] = [];
  const log: Log & LogThreshold = { level: 'info', write: (_, area, text) => logged.push(`${area}: ${text}`) };
  const methods = adminMethods({
    queue: EMPTY_QUEUE,
    dkim: NO_SIGNING_KEYS,
    domains: NO_DOMAIN_ADVISOR,
    reports: NO_REPORTS,
    simulator: NO_SIMULATOR,
    config: NO_CONFIG_ADMIN,
    certificates: NO_CERTIFICATES,
    log,
    routing: () => routingHouse().routing,
    directory,
    status: { status: async () => STATUS },
    journeys: {
      find: async (search) => {
        asked.push(['find', search]);
        const story = [{ key: search.about ?? '', atMs: 1, event: { kind: 'abandoned', reason: 'reset' } }] as const;
        return { stories: [story], hasMore: true, earlier: undefined, related: [story], oldestMs: 5 };
      },
    },
  });
  const call = async (name: string, params: unknown) => {
    const method = methods.get(name);
    assert.ok(method, name);
    return method(params);
  };
  return { asked, call, logged };
}

test('each method asks the directory for exactly what its parameters say', async () => {
  const { asked, call } = openAdmin();
  await call('domain.add', { name: 'valija.test' });
  await call('domain.set', { name: 'valija.test', catchAll: null, disabled: true });
  await call('account.add', {
    address: 'a@valija.test',
    password: 'secreta',
    quotaBytes: 5,
    addAddresses: ['b@c.test'],
  });
  await call('account.add', { address: 'a@valija.test' });
  await call('account.set', { address: 'a@valija.test', disabled: false });
  await call('account.password', { address: 'a@valija.test', password: 'x' });
  await call('alias.add', { address: 'v@valija.test', targets: ['a@valija.test'] });
  await call('account.list', {});
  assert.deepEqual(asked, [
    ['addDomain', 'valija.test', {}],
    ['setDomain', 'valija.test', { catchAll: null, disabled: true }],
    ['addAccount', 'a@valija.test', 'secreta', { quotaBytes: 5, addAddresses: ['b@c.test'] }],
    ['addAccount', 'a@valija.test', undefined, {}],
    ['setAccount', 'a@valija.test', { disabled: false }],
    ['setPassword', 'a@valija.test', 'x'],
    ['addAlias', 'v@valija.test', ['a@valija.test']],
    ['listAccounts', undefined],
  ]);
});

test('a refusal of the directory goes out whole', async () => {
  const { call } = openAdmin();
  assert.deepEqual(await call('domain.add', { name: 'no' }), {
    ok: false,
    error: { code: 'refused', message: 'it exists', refusal: { code: 'exists', message: 'it exists', phrase: 'x' } },
  });
});

test('wrong parameters are said by name, and nothing is asked', async () => {
  const { asked, call } = openAdmin();
  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    ['domain.add', null, /must be an object/],
    ['domain.add', ['valija.test'], /must be an object/],
    ['domain.add', {}, /name is missing/],
    ['domain.add', { name: 7 }, /name must be a text/],
    ['domain.add', JSON.parse('{"__proto__":{"name":"x"}}'), /name is missing/],
    ['account.add', { address: 'a', quotaBytes: '5' }, /quotaBytes must be a number/],
    ['account.set', { address: 'a', disabled: 'yes' }, /disabled must be true or false/],
    ['alias.add', { address: 'a', targets: 'b' }, /targets must be a list of texts/],
    ['alias.add', { address: 'a', targets: ['b', 1] }, /targets must be a list of texts/],
    ['log.level', { level: 'loud' }, /level must be one of debug, info, warn, error/],
    ['why', { about: 7 }, /about must be a text/],
    ['why', { sinceMs: 'monday' }, /sinceMs must be a number/],
  ];
  for (const [name, params, message] of wrong) {
    const outcome = await call(name, params);
    assert.equal(!outcome.ok && outcome.error.code, 'bad-request');
    assert.match(outcome.ok ? '' : outcome.error.message, message);
  }
  assert.deepEqual(asked, []);
});

test('status gives what the server knows', async () => {
  assert.deepEqual(await openAdmin().call('status', {}), ok(STATUS));
});

test('why asks the archive for just what its parameters say, and gives what was found as one list', async () => {
  const { asked, call } = openAdmin();
  const outcome = await call('why', { about: '4X', from: 'ana@example.org', sinceMs: 3, limit: 100_000 });
  assert.deepEqual(asked, [['find', { about: '4X', from: 'ana@example.org', sinceMs: 3, limit: 1_000 }]]);
  const told = { key: '4X', atMs: 1, event: { kind: 'abandoned', reason: 'reset' } };
  assert.deepEqual(outcome, {
    ok: true,
    value: [
      { part: 'answer', hasMore: true, oldestMs: 5 },
      { part: 'found', story: 0, ...told },
      { part: 'related', story: 0, ...told },
    ],
  });
});

test('the level of the log is told, and changed', async () => {
  const { call } = openAdmin();
  assert.deepEqual(await call('log.level', {}), ok({ level: 'info' }));
  assert.deepEqual(await call('log.level', { level: 'debug' }), ok({ level: 'debug' }));
  assert.deepEqual(await call('log.level', {}), ok({ level: 'debug' }));
});

test('changes are logged, by act and subject; refusals, questions and passwords are not', async () => {
  const { call, logged } = openAdmin();
  await call('domain.add', { name: 'valija.test' });
  await call('domain.add', { name: 'no' });
  await call('account.password', { address: 'a@valija.test', password: 'secretísima' });
  await call('account.show', { address: 'a@valija.test' });
  await call('alias.list', {});
  assert.deepEqual(logged, ['control: domain.add valija.test', 'control: account.password a@valija.test']);
});
