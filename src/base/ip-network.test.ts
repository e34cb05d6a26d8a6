import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { isInAnyNetwork, parseIpAddress, parseIpNetwork } from './ip-network.ts';

test('addresses become octets', () => {
  assert.deepEqual([...(parseIpAddress('192.0.2.1') ?? [])], [192, 0, 2, 1]);
  assert.equal(parseIpAddress('2001:db8::1')?.toString('hex'), '20010db8000000000000000000000001');
  assert.equal(parseIpAddress('::')?.toString('hex'), '0'.repeat(32));
  assert.equal(parseIpAddress('1::')?.toString('hex'), `0001${'0'.repeat(28)}`);
  assert.deepEqual([...(parseIpAddress('::ffff:192.0.2.1') ?? [])], [192, 0, 2, 1]);
});

test('what Node takes for an address, and nothing else, is one here', () => {
  const texts = [
    '1.2.3',
    '1.2.3.4',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4.5',
    '1..2.3',
    ' 1.2.3.4',
    '1.2.3.4 ',
    '',
    '1',
    ':',
  ];
  const six = [
    ':::',
    '::1',
    '1::2::3',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '::12345',
    'g::',
    '1:',
  ];
  const mixed = [
    '::1.2.3.4',
    '1:2:3:4:5:6:1.2.3.4',
    '1:2:3:4:5:6:7:1.2.3.4',
    '1.2.3.4::',
    '1:2:3:4:5:6:7::',
    '::2:3:4:5:6:7:8',
  ];
  for (const text of [...texts, ...six, ...mixed]) {
    assert.equal(parseIpAddress(text) !== undefined, isIP(text) !== 0, text);
  }
});

test('networks hold what their prefix says', () => {
  const holds = (network: string, address: string) => {
    const parsed = parseIpNetwork(network);
    assert.ok(parsed.ok, network);
    return isInAnyNetwork(address, [parsed.value]);
  };
  assert.equal(holds('127.0.0.0/8', '127.255.3.4'), true);
  assert.equal(holds('127.0.0.0/8', '128.0.0.1'), false);
  assert.equal(holds('192.0.2.128/25', '192.0.2.127'), false);
  assert.equal(holds('192.0.2.128/25', '::ffff:192.0.2.200'), true);
  assert.equal(holds('0.0.0.0/0', '203.0.113.9'), true);
  assert.equal(holds('0.0.0.0/0', '2001:db8::1'), false);
  assert.equal(holds('[::1]/128', '::1'), true);
  assert.equal(holds('2001:db8::/33', '2001:db8:8000::'), false);
  assert.equal(holds('192.0.2.1', '192.0.2.1'), true);
});

test('what is no network is refused with the reason', () => {
  for (const text of ['', 'host', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.1/8', '::/129', '10.0.0.0/-1']) {
    assert.equal(parseIpNetwork(text).ok, false, text);
  }
});

test('a network of IPv4 addresses written as IPv6 is the IPv4 network', () => {
  assert.deepEqual(parseIpNetwork('::ffff:127.0.0.0/104'), parseIpNetwork('127.0.0.0/8'));
  assert.deepEqual(parseIpNetwork('[::ffff:192.0.2.1]/128'), parseIpNetwork('192.0.2.1'));
  assert.equal(parseIpNetwork('::ffff:127.0.0.0/8').ok, false);
  assert.equal(parseIpNetwork('::ffff:127.0.0.0/129').ok, false);
});
