import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandomness } from '#platform/machine/randomness.ts';
import { openDns } from '../../../test/world/dns.ts';
import { askServer } from './ask-server.ts';

test('when the time was over before, nobody is asked', async () => {
  await using dns = await openDns({ zones: { 'example.org': '@ A 192.0.2.1' } });
  const settings = { timeoutMs: 60_000, wantsSignatures: false, randomness: systemRandomness };
  const ask = (signal: AbortSignal) =>
    askServer(dns.server, { name: 'example.org', type: 'A' }, { ...settings, signal });
  assert.deepEqual(await ask(AbortSignal.abort()), { kind: 'failed', reason: 'timeout' });
  assert.deepEqual(dns.server.questions(), []);
  assert.ok('id' in (await ask(new AbortController().signal)));
});
