import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIpNetwork } from '#base/ip-network.ts';
import type { AccountId } from '#mail/ports/account.ts';
import { fixedClock } from '../../../test/world/clock.ts';
import { collectingJourneys } from '../../../test/world/journeys.ts';
import { collectingLog } from '../../../test/world/log.ts';
import { networkOf } from './network.ts';
import { NetworkTable } from './network-table.ts';
import { type Door, Visitors, type VisitorsOptions } from './visitors.ts';

const NONE = { inAll: 0, atDoor: 0, ofNetwork: 0, arrivals: 0, messages: 0, ofAccount: 0 };

function house(limits: Partial<Door['limits']>, options: Partial<VisitorsOptions> = {}) {
  const clock = fixedClock();
  const log = collectingLog();
  const journeyLog = collectingJourneys(clock);
  const visitors = new Visitors({ clock, log, journeyLog, exceptions: [], ...options });
  const door: Door = { service: 'smtp', area: 'smtpd', limits: { family: 'smtpd', ...NONE, ...limits } };
  let connections = 0;
  const enter = (clientAddress: string, at = door) =>
    visitors.enter(
      {
        connectionId: `c${++connections}`,
        clientAddress,
        clientPort: 4_000,
        serverAddress: '192.0.2.250',
        serverPort: 25,
      },
      at,
    );
  return { clock, log, journeyLog, visitors, door, enter };
}

test('a network is an IPv4 address or an IPv6 /64, and may have so many connections open', () => {
  const { enter } = house({ ofNetwork: 2 });
  const first = enter('2001:db8::1');
  enter('2001:db8::2');
  const third = enter('2001:db8::3');
  assert.equal(third.refusal?.rule, 'smtpd_client_connection_count_limit');
  assert.equal(third.refusal?.text, 'too many connections from 2001:db8::3');
  assert.equal(enter('2001:db8:0:1::1').refusal, undefined);
  assert.equal(enter('192.0.2.1').refusal, undefined);
  third[Symbol.dispose]();
  first[Symbol.dispose]();
  assert.equal(enter('2001:db8::4').refusal, undefined);
});

test('doors are counted apart, and together', () => {
  const { enter, door } = house({ inAll: 3, atDoor: 2 });
  const other: Door = { ...door, service: 'imaps' };
  for (const address of ['192.0.2.1', '192.0.2.2']) assert.equal(enter(address).refusal, undefined);
  const third = enter('192.0.2.3');
  assert.equal(third.refusal?.rule, 'service_connection_limit');
  third[Symbol.dispose]();
  assert.equal(enter('192.0.2.3', other).refusal, undefined);
  assert.equal(enter('192.0.2.4', other).refusal?.rule, 'connection_limit');
});

test('arrivals and messages are counted by the minute', () => {
  const { enter, clock } = house({ arrivals: 2, messages: 1 });
  const visits = ['a', 'b', 'c'].map(() => enter('192.0.2.1'));
  assert.equal(visits[2]?.refusal?.rule, 'smtpd_client_connection_rate_limit');
  assert.equal(visits[0]?.beginMessage(), undefined);
  assert.equal(visits[1]?.beginMessage()?.text, 'too much mail from 192.0.2.1');
  clock.advance(60_000);
  assert.equal(enter('192.0.2.1').refusal, undefined);
  assert.equal(visits[1]?.beginMessage(), undefined);
});

test('sessions of an account from one network', () => {
  const { enter } = house({ ofAccount: 1 });
  const account = 'usuario1@valija.test' as AccountId;
  const first = enter('192.0.2.1');
  assert.equal(first.openSession(account), undefined);
  assert.match(enter('192.0.2.1').openSession(account)?.text ?? '', /mail_max_userip_connections=1/);
  assert.equal(enter('192.0.2.1').openSession('usuario2@valija.test' as AccountId), undefined);
  assert.equal(enter('192.0.2.2').openSession(account), undefined);
  first[Symbol.dispose]();
  assert.equal(enter('192.0.2.1').openSession(account), undefined);
});

test('whoever logs in twice on one connection, the first time to no end, holds one session and leaves none behind', () => {
  const { enter } = house({ ofAccount: 1 });
  const account = 'usuario1@valija.test' as AccountId;
  const visit = enter('192.0.2.1');
  assert.equal(visit.openSession(account), undefined);
  assert.equal(visit.openSession(account), undefined);
  visit[Symbol.dispose]();
  assert.equal(enter('192.0.2.1').openSession(account), undefined);
});

test('no limit of one network applies to the exceptions', () => {
  const own = parseIpNetwork('192.0.2.0/24');
  assert.ok(own.ok);
  const { enter } = house({ ofNetwork: 1, ofAccount: 1 }, { exceptions: [own.value] });
  for (let i = 0; i < 5; i += 1) {
    const visit = enter('192.0.2.1');
    assert.equal(visit.refusal, undefined);
    assert.equal(visit.openSession('usuario1@valija.test' as AccountId), undefined);
  }
  enter('198.51.100.1');
  assert.notEqual(enter('198.51.100.1').refusal, undefined);
});

test('a flood is told once a minute, and stands in the status for a minute after its end', () => {
  const { enter, clock, log, journeyLog, visitors } = house({ ofNetwork: 1 });
  enter('192.0.2.1');
  const flood = (times: number) => {
    for (let i = 0; i < times; i += 1) enter('192.0.2.1')[Symbol.dispose]();
  };
  flood(100);
  assert.equal(log.lines.length, 1);
  assert.match(
    log.lines[0]?.text ?? '',
    /^warning: Connection concurrency limit exceeded: 2 from unknown\[192\.0\.2\.1\] for service smtp$/,
  );
  assert.equal(log.lines[0]?.fields['rule'], 'smtpd_client_connection_count_limit');
  assert.equal(journeyLog.ofKind('judged').length, 1);
  clock.advance(59_000);
  flood(1);
  clock.advance(1_000);
  flood(1);
  assert.equal(log.lines.length, 2);
  assert.match(log.lines[1]?.text ?? '', /\(and 100 more since the last line\)$/);
  const [limited, ...more] = visitors.record.current();
  assert.deepEqual(more, []);
  assert.equal(limited?.refused, 102);
  assert.deepEqual([limited?.network, limited?.rule], ['192.0.2.1', 'smtpd_client_connection_count_limit']);
  assert.equal(limited?.untilMs, clock.nowMs() + 60_000);
  clock.advance(60_000);
  assert.deepEqual(visitors.record.current(), []);
});

test('of those turned away only so many at once are told so', () => {
  const { enter } = house({ atDoor: 1 }, { farewellsAtOnce: 2 });
  enter('192.0.2.1');
  const refused = [2, 3, 4].map((last) => enter(`192.0.2.${last}`));
  assert.deepEqual(
    refused.map((visit) => visit.refusal?.heard),
    [true, true, false],
  );
  refused[0]?.[Symbol.dispose]();
  refused[2]?.[Symbol.dispose]();
  assert.equal(enter('192.0.2.9').refusal?.heard, true);
});

test('[T8] strangers cannot make the tables grow', () => {
  const { enter, visitors, clock } = house({ arrivals: 1 }, { mostIdleNetworks: 50 });
  const stay = enter('203.0.113.1');
  for (let i = 0; i < 5_000; i += 1) {
    const address = `10.0.${i >> 8}.${i & 255}`;
    enter(address)[Symbol.dispose]();
    enter(address)[Symbol.dispose]();
  }
  assert.equal(visitors.networks, 51);
  assert.equal(visitors.record.current().length, 50);
  clock.advance(1);
  assert.equal(stay.refusal, undefined);
  assert.equal(enter('203.0.113.1').refusal?.rule, 'smtpd_client_connection_rate_limit', 'who stays is not forgotten');
});

test('the table forgets the least recent first, and never who is connected', () => {
  const table = new NetworkTable(1);
  const stays = table.arrive('smtp', 'a', 0);
  table.leave(table.arrive('smtp', 'b', 1));
  table.leave(table.arrive('smtp', 'c', 2));
  assert.equal(table.size, 2);
  assert.equal(table.arrive('smtp', 'c', 3).arrivals, 2);
  assert.equal(table.arrive('smtp', 'b', 3).arrivals, 1);
  assert.equal(table.arrive('smtp', 'a', 3), stays);
});

test('networks have one form', () => {
  assert.equal(networkOf('::ffff:192.0.2.1'), '192.0.2.1');
  assert.equal(networkOf('2001:DB8::1'), networkOf('2001:db8:0:0:ffff::2'));
});

test('a limit of the whole server is told once, whoever meets it', () => {
  const { enter, log, visitors } = house({ inAll: 1 });
  enter('192.0.2.1');
  for (let i = 0; i < 200; i += 1) enter(`198.51.100.${i}`)[Symbol.dispose]();
  assert.equal(log.lines.length, 1);
  assert.deepEqual(
    visitors.record.current().map(({ network, refused }) => [network, refused]),
    [['*', 200]],
  );
});
