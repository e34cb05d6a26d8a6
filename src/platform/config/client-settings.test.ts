import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseNameServer } from './client-settings.ts';

test('a name server is an address, with a port where it is another than 53', () => {
  assert.deepEqual(parseNameServer('192.0.2.53'), { address: '192.0.2.53', port: 53 });
  assert.deepEqual(parseNameServer('192.0.2.53:5353'), { address: '192.0.2.53', port: 5353 });
  assert.deepEqual(parseNameServer('2001:db8::1'), { address: '2001:db8::1', port: 53 });
  assert.deepEqual(parseNameServer('[2001:db8::1]:5353'), { address: '2001:db8::1', port: 5353 });
  for (const text of ['', 'ns.example.org', '192.0.2.53:0', '192.0.2.53:65536', '192.0.2.0/24', '[192.0.2.53'])
    assert.equal(parseNameServer(text), undefined, text);
});
