import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LONGEST_V1_OCTETS, LONGEST_V2_OCTETS, readProxyHeader } from './proxy-header.ts';

const SIGNATURE = '0d0a0d0a000d0a515549540a';

function v2(command: string, family: string, body: string): Buffer {
  const length = (body.length / 2).toString(16).padStart(4, '0');
  return Buffer.from(`${SIGNATURE}${command}${family}${length}${body}`, 'hex');
}

function readText(text: string) {
  return readProxyHeader(Buffer.from(text, 'latin1'));
}

const IPV4 = { clientAddress: '203.0.113.7', clientPort: 40_000, serverAddress: '192.0.2.1', serverPort: 25 };
const V1 = 'PROXY TCP4 203.0.113.7 192.0.2.1 40000 25\r\n';
const V2 = v2('21', '11', `cb007107c00002019c400019`);

test('both versions name the client, and leave what follows', () => {
  assert.deepEqual(readText(`${V1}EHLO a\r\n`), { kind: 'header', octets: V1.length, addresses: IPV4 });
  assert.deepEqual(readProxyHeader(Buffer.concat([V2, Buffer.from('EHLO')])), {
    kind: 'header',
    octets: 28,
    addresses: IPV4,
  });
});

test('IPv6, in one form whoever writes it; IPv4 within it is IPv4', () => {
  const clientOf = (header: ReturnType<typeof readProxyHeader>) =>
    header.kind === 'header' ? header.addresses?.clientAddress : header.kind;
  assert.equal(clientOf(readText('PROXY TCP6 2001:DB8::7 ::1 1 2\r\n')), '2001:db8::7');
  assert.equal(clientOf(readText('PROXY TCP6 ::ffff:203.0.113.7 ::1 1 2\r\n')), '203.0.113.7');
  const six = `20010db8${'00'.repeat(11)}07`;
  assert.equal(clientOf(readProxyHeader(v2('21', '21', `${six}${'00'.repeat(15)}0100010002`))), '2001:db8::7');
  const mapped = `${'00'.repeat(10)}ffffcb007107`;
  assert.equal(clientOf(readProxyHeader(v2('21', '21', `${mapped}${mapped}00010002`))), '203.0.113.7');
});

test('a proxy that speaks for itself, or knows no addresses, names none', () => {
  for (const header of [
    Buffer.from('PROXY UNKNOWN\r\n'),
    Buffer.from('PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n'),
    v2('20', '00', ''),
    v2('20', '11', 'cb007107c00002019c400019'),
    v2('21', '00', ''),
    v2('21', '31', '00'.repeat(216)),
  ]) {
    assert.deepEqual(readProxyHeader(header), { kind: 'header', octets: header.length, addresses: undefined });
  }
});

test('[T5] half a header is waited for at every place, up to its limit', () => {
  for (const whole of [Buffer.from(V1), V2]) {
    for (let end = 0; end < whole.length; end += 1) {
      assert.equal(readProxyHeader(whole.subarray(0, end)).kind, 'incomplete', `${end} octets`);
    }
  }
  const endless = Buffer.from(`PROXY UNKNOWN ${'x'.repeat(LONGEST_V1_OCTETS)}`);
  assert.equal(readProxyHeader(endless.subarray(0, LONGEST_V1_OCTETS - 1)).kind, 'incomplete');
  assert.equal(readProxyHeader(endless).kind, 'malformed');
  const most = v2('21', '11', '00'.repeat(LONGEST_V2_OCTETS - 16));
  assert.equal(readProxyHeader(most).kind, 'header');
  assert.equal(readProxyHeader(v2('21', '11', '00'.repeat(LONGEST_V2_OCTETS - 15)).subarray(0, 16)).kind, 'malformed');
});

test('anything else is malformed', () => {
  for (const text of [
    'EHLO a\r\n',
    'proxy TCP4 1.2.3.4 1.2.3.4 1 2\r\n',
    'PROXY TCP4 1.2.3.4 1.2.3.4 1\r\n',
    'PROXY TCP4 1.2.3.4 1.2.3.4 1 2 3\r\n',
    'PROXY TCP4 1.2.3.4 1.2.3.4 1 65536\r\n',
    'PROXY TCP4 1.2.3.4 1.2.3.4 01 2\r\n',
    'PROXY TCP4 ::1 ::1 1 2\r\n',
    'PROXY TCP6 1.2.3.4 1.2.3.4 1 2\r\n',
    'PROXY TCP4 host 1.2.3.4 1 2\r\n',
    'PROXY TCP4  1.2.3.4 1.2.3.4 1 2\r\n',
    'PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n',
    'PROXY \r\n',
  ]) {
    assert.equal(readText(text).kind, 'malformed', JSON.stringify(text));
  }
  for (const header of [
    v2('11', '11', '00'.repeat(12)),
    v2('22', '11', '00'.repeat(12)),
    v2('21', '11', '00'.repeat(11)),
  ]) {
    assert.equal(readProxyHeader(header).kind, 'malformed');
  }
});
