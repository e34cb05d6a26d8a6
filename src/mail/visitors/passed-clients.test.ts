import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VirtualTime } from '../../../test/world/virtual-time.ts';
import { PassedClients } from './passed-clients.ts';

test('[C35] who passed is believed for a while, and the least recent is forgotten first', () => {
  const time = new VirtualTime();
  const passed = new PassedClients(time);
  for (let i = 0; i < 5; i++) passed.note(`192.0.2.${i}`, 1_000, 3);
  assert.equal(passed.size, 3);
  assert.equal(passed.has('192.0.2.1'), false);
  assert.equal(passed.has('192.0.2.4'), true);
  time.jump(1_000);
  assert.equal(passed.has('192.0.2.4'), false);
  assert.equal(passed.size, 2, 'what is over is forgotten when it is asked for');
});
