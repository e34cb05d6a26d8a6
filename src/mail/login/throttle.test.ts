import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetwork } from '#base/ip-network.ts';
import { DEFAULT_LOGIN_LIMITS } from '#mail/policy/login.ts';
import { networkOf } from '#mail/visitors/network.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { HistoryTable } from './history-table.ts';
import { LoginThrottle } from './throttle.ts';

test('a network is an IPv4 address or an IPv6 /64', () => {
  assert.equal(networkOf('192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('2001:DB8:0:1::5'), '2001:db8:0:1::/64');
  assert.equal(networkOf('2001:db8:0:1:ffff:0:0:5'), '2001:db8:0:1::/64');
  assert.equal(networkOf('2001:db8::1:2:3'), '2001:db8:0:0::/64');
  assert.equal(networkOf('2001:0db8::'), '2001:db8:0:0::/64');
  assert.equal(networkOf('::1'), '0:0:0:0::/64');
  assert.equal(networkOf('fe80::1%eth0'), 'fe80:0:0:0::/64');
});

test('the table holds a named number of entries; the least recent go first', () => {
  const table = new HistoryTable({ maxEntries: 3, forgetFailuresAfterMs: 1_000 });
  for (const key of ['a', 'b', 'c']) table.noteFailure(key, 0, undefined);
  table.noteFailure('a', 1, undefined);
  table.noteFailure('d', 2, undefined);
  assert.equal(table.size, 3);
  assert.equal(table.find('b'), undefined);
  assert.equal(table.find('a')?.failures, 2);
});

test('failures are forgotten in time', () => {
  const table = new HistoryTable({ maxEntries: 3, forgetFailuresAfterMs: 1_000 });
  for (let i = 0; i < 5; i += 1) table.noteFailure('a', i, undefined);
  assert.equal(table.find('a')?.failures, 5);
  table.noteFailure('a', 1_004, undefined);
  assert.equal(table.find('a')?.failures, 1);
});

test('a network that guesses many accounts is slowed down; those known there go on', () => {
  const throttle = new LoginThrottle({ clock: fixedClock(), limits: DEFAULT_LOGIN_LIMITS, markKey: Buffer.alloc(32) });
  const clientAddress = '2001:db8::1';
  throttle.noteSuccess({ login: 'usuario1', clientAddress });
  for (let i = 0; i <= DEFAULT_LOGIN_LIMITS.network.freeFailures; i += 1) {
    assert.equal(throttle.judge({ login: `u${i}`, clientAddress }).outcome, 'permit');
    throttle.noteFailure({ login: `u${i}`, clientAddress }, 'guess');
  }
  const neighbour = '2001:db8::2';
  assert.equal(throttle.judge({ login: 'nuevo', clientAddress: neighbour }).rule, 'defer_login_network_failures');
  assert.equal(throttle.judge({ login: 'usuario1', clientAddress: neighbour }).rule, 'permit_login_known_account');
  assert.equal(throttle.judge({ login: 'nuevo', clientAddress: '2001:db8:0:1::1' }).rule, 'permit_login');
});

test('who has to wait is told, with until when; networks of our own never wait as a whole', () => {
  const clock = fixedClock();
  const own = parseIpNetwork('127.0.0.0/8');
  assert.ok(own.ok);
  const options = { clock, limits: DEFAULT_LOGIN_LIMITS, markKey: Buffer.alloc(32), exceptions: [own.value] };
  const throttle = new LoginThrottle(options);
  for (let i = 0; i < 60; i += 1) {
    throttle.noteFailure({ login: `u${i}`, clientAddress: '127.0.0.1' }, 'guess');
    throttle.noteFailure({ login: `u${i}`, clientAddress: '192.0.2.1' }, 'guess');
  }
  for (let i = 0; i < 7; i += 1) throttle.noteFailure({ login: 'Usuario1', clientAddress: '192.0.2.9' }, `guess${i}`);
  assert.equal(throttle.judge({ login: 'nuevo', clientAddress: '127.0.0.1' }).outcome, 'permit');
  assert.equal(throttle.judge({ login: 'nuevo', clientAddress: '192.0.2.1' }).outcome, 'defer');
  assert.equal(
    throttle.judge({ login: 'usuario1', clientAddress: '192.0.2.10' }).outcome,
    'permit',
    'the owner elsewhere',
  );
  const told = throttle
    .limited()
    .map(({ network, account, rule, count, untilMs }) => [network, account, rule, count, untilMs - clock.nowMs()]);
  assert.deepEqual(told, [
    ['192.0.2.1', undefined, 'defer_login_network_failures', 60, 900_000],
    ['192.0.2.9', 'usuario1', 'defer_login_account_failures', 7, 10_000],
  ]);
  clock.advance(10_000);
  assert.equal(throttle.limited().length, 1);
});
