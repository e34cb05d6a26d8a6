import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signMessage, type TsigKey, UNSIGNED, verifyReply } from './tsig.ts';
import { formatUpdate } from './update-message.ts';

const NOW_MS = Date.UTC(2026, 0, 2);
const key: TsigKey = { name: 'valija-key', algorithm: 'hmac-sha256', secret: Buffer.from('a secret') };
const add = [{ name: 'x.valija.test', type: 'TXT', ttlSeconds: 60, data: '"x"' }] as const;

function update(): Buffer {
  const message = formatUpdate(4711, 'valija.test', { add, remove: [] });
  assert.ok(message.ok);
  return message.value;
}

test('[T9] what was changed on the way, cut off, or never signed, is not believed, and harms nobody', () => {
  const { octets, mac } = signMessage(update(), key, NOW_MS);
  assert.deepEqual(verifyReply(update(), key, mac, NOW_MS), { ok: false, error: UNSIGNED });
  for (let end = 0; end < octets.length; end++) {
    assert.equal(verifyReply(octets.subarray(0, end), key, mac, NOW_MS).ok, false);
  }
  for (let at = 0; at < octets.length; at++) {
    for (const bit of [1, 0x80]) {
      const changed = Buffer.from(octets);
      changed[at] = (changed[at] ?? 0) ^ bit;
      assert.equal(verifyReply(changed, key, mac, NOW_MS).ok, false, `octet ${at}`);
    }
  }
});

test('[T9] a reply of more records than are of use is not searched for a signature', () => {
  const many = Array.from({ length: 1_100 }, (_, at) => ({ ...add[0], name: `x${at}.valija.test` }));
  const message = formatUpdate(4711, 'valija.test', { add: many, remove: [] });
  assert.ok(message.ok);
  const { octets, mac } = signMessage(message.value, key, NOW_MS);
  assert.deepEqual(verifyReply(octets, key, mac, NOW_MS), { ok: false, error: UNSIGNED });
});

test('a signature is over the whole message, and says when it was made', () => {
  const once = signMessage(update(), key, NOW_MS);
  assert.equal(once.octets.readUInt16BE(10), 1);
  assert.deepEqual(once.octets.subarray(12, update().length), update().subarray(12));
  assert.notDeepEqual(signMessage(update(), key, NOW_MS + 1_000).mac, once.mac);
  assert.notDeepEqual(signMessage(update(), { ...key, secret: Buffer.from('another') }, NOW_MS).mac, once.mac);
  assert.equal(signMessage(update(), { ...key, algorithm: 'hmac-sha512' }, NOW_MS).mac.length, 64);
});

test('what cannot be sent is refused by its name', () => {
  const message = (record: { name: string; type: 'TXT' | 'MX' | 'A'; data: string }) =>
    formatUpdate(1, 'valija.test', { add: [{ ttlSeconds: 60, ...record }], remove: [] });
  const complaint = (record: Parameters<typeof message>[0]) => {
    const outcome = message(record);
    return outcome.ok ? undefined : outcome.error;
  };
  assert.match(complaint({ name: 'x.example.org', type: 'TXT', data: '"x"' }) ?? '', /does not lie in the zone/);
  assert.match(complaint({ name: 'x.valija.test', type: 'MX', data: 'ten mail.' }) ?? '', /the preference is a number/);
  assert.match(complaint({ name: 'x.valija.test', type: 'A', data: '192.0.2.256' }) ?? '', /no such address/);
  assert.equal(complaint({ name: 'x.valija.test', type: 'MX', data: '10 mail.valija.test.' }), undefined);
});
