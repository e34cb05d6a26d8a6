import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addrSpec } from '../../../test/world/directory.ts';
import { type GreylistSettings, judgeTry, type SeenClient, type SeenTriplet, tripletOf } from './greylisting.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const SETTINGS: GreylistSettings = {
  greylist_delay: 300 * SECOND,
  greylist_retry_window: 2 * DAY,
  greylist_max_age: 35 * DAY,
  greylist_auto_whitelist_clients: 5,
};
const SIZES = { greylist_ipv4_prefix: 24, greylist_ipv6_prefix: 64 };

/** A server that remembers one triplet and one client. */
function memory(settings = SETTINGS) {
  let triplet: SeenTriplet | undefined;
  let client: SeenClient | undefined;
  return {
    get client() {
      return client;
    },
    at(nowMs: number, another = false): number | 'known' {
      const judged = judgeTry({ triplet: another ? undefined : triplet, client }, nowMs, settings);
      triplet = judged.triplet ?? triplet;
      client = judged.client ?? client;
      return judged.answer.kind === 'wait' ? judged.answer.seconds : 'known';
    },
  };
}

test('[C35] a first try waits, an early one waits for the rest, a later one is known', () => {
  const seen = memory();
  assert.equal(seen.at(0), 300);
  assert.equal(seen.at(100 * SECOND), 200);
  assert.equal(seen.at(299.5 * SECOND), 1);
  assert.equal(seen.at(300 * SECOND), 'known');
  assert.equal(seen.at(30 * DAY), 'known');
});

test('[C35] a first try that nothing followed within the window is one no more', () => {
  const seen = memory();
  seen.at(0);
  assert.equal(seen.at(2 * DAY + 1), 300);
  const inTime = memory();
  inTime.at(0);
  assert.equal(inTime.at(2 * DAY), 'known');
});

test('[C35] what was not seen for long is forgotten', () => {
  const seen = memory();
  seen.at(0);
  seen.at(HOUR);
  assert.equal(seen.at(HOUR + 35 * DAY), 'known');
  assert.equal(seen.at(HOUR + 71 * DAY), 300);
});

test('[C35] a client that came again five times is not asked any more, until it stays away', () => {
  const seen = memory();
  for (let day = 0; day < 5; day++) {
    assert.equal(seen.at(day * DAY, true), 300);
    assert.equal(seen.at(day * DAY + HOUR), 'known');
  }
  assert.equal(seen.client?.passed, 5);
  assert.equal(seen.at(6 * DAY, true), 'known', 'another triplet of the same client');
  assert.equal(seen.at(42 * DAY, true), 300, 'after 36 days nobody knows it');
});

test('[C35] one hour of a client counts once, and 0 is never', () => {
  const seen = memory();
  for (let i = 0; i < 20; i++) {
    seen.at(0, true);
    seen.at(301 * SECOND);
  }
  assert.equal(seen.client?.passed, 1);
  const never = memory({ ...SETTINGS, greylist_auto_whitelist_clients: 0 });
  never.at(0);
  never.at(HOUR);
  assert.equal(never.client, undefined);
});

test('somebody sets the clock back: nobody waits for longer than the delay', () => {
  const seen = memory();
  seen.at(100 * DAY);
  assert.equal(seen.at(0), 300);
  assert.equal(seen.at(300 * SECOND), 'known');
});

test('[C35] servers of one network are one, and so are the senders of one list', () => {
  const recipient = addrSpec('Usuario1@valija.test');
  const of = (address: string, sender: string) => tripletOf(address, addrSpec(sender), recipient, SIZES);
  const { network, sender } = of('192.0.2.77', 'a@example.org') ?? assert.fail();
  assert.equal(network, 'c0000200/24');
  assert.equal(of('192.0.2.1', 'A@Example.ORG')?.sender, sender);
  assert.equal(of('192.0.2.1', 'A@Example.ORG')?.network, network);
  assert.notEqual(of('192.0.3.1', 'a@example.org')?.network, network);
  assert.equal(of('2001:db8:0:1::1', 'a@example.org')?.network, of('2001:db8:0:1:ffff::2', 'a@example.org')?.network);
  assert.notEqual(of('2001:db8:0:1::1', 'a@example.org')?.network, of('2001:db8:0:2::1', 'a@example.org')?.network);
  assert.equal(of('::ffff:192.0.2.1', 'a@example.org')?.network, network, 'IPv4 within IPv6 is IPv4');
  assert.equal(of('192.0.2.1', 'news-12-345+x=y@example.org')?.sender, 'news-#-#@example.org');
  assert.equal(tripletOf('not an address', addrSpec('a@b.test'), recipient, SIZES), undefined);
});

test('prefixes other than 24 and 64', () => {
  const sizes = { greylist_ipv4_prefix: 20, greylist_ipv6_prefix: 128 };
  const of = (address: string) => tripletOf(address, addrSpec('a@b.test'), addrSpec('c@d.test'), sizes)?.network;
  assert.equal(of('192.0.47.255'), 'c0002000/20');
  assert.equal(of('2001:db8::1'), '20010db8000000000000000000000001/128');
});
