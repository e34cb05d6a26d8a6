import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatMessage,
  LONGEST_MESSAGE_BYTES,
  MESSAGES_VERSION,
  parseChildMessage,
  parseSettingsMessage,
  parseStarterMessage,
  parseSupervisorMessage,
} from './messages.ts';

const listener = { service: 'imaps', address: '::1', port: 993 };

test('what is sent is what arrives', () => {
  const ready = { kind: 'ready', listeners: [listener] } as const;
  assert.deepEqual(parseChildMessage(formatMessage(ready)), { version: MESSAGES_VERSION, ...ready });
  const settings = { kind: 'settings', text: 'x = 1\n', sockets: [{ ...listener, id: 7 }], again: false } as const;
  assert.deepEqual(parseSupervisorMessage(formatMessage(settings)), { version: MESSAGES_VERSION, ...settings });
});

test('another version, an unknown kind, a missing or wrong field: none is a message', () => {
  const version = MESSAGES_VERSION;
  for (const value of [
    null,
    'ready',
    [],
    {},
    { version: version + 1, kind: 'pong' },
    { version, kind: 'toString' },
    { version, kind: '__proto__' },
    { version, kind: ['pong'] },
    { version, kind: 'ready' },
    { version, kind: 'ready', listeners: {} },
    { version, kind: 'ready', listeners: [{ ...listener, port: '993' }] },
    { version, kind: 'ready', listeners: [{ ...listener, port: Number.NaN }] },
    { version, kind: 'ready', listeners: Array(1_000).fill(listener) },
    { version, kind: 'failed', text: 'x'.repeat(LONGEST_MESSAGE_BYTES), exitCode: 1 },
    { version, kind: 'failed', text: 'x' },
  ]) {
    assert.equal(parseChildMessage(value), undefined, JSON.stringify(value)?.slice(0, 80));
  }
  assert.equal(parseSettingsMessage({ version, kind: 'settings', text: '', listeners: [listener] }), undefined);
  assert.equal(parseStarterMessage({ version, kind: 'ready', listeners: [] }), undefined);
  assert.equal(parseSupervisorMessage({ version, kind: 'note', level: 'shout', text: '' }), undefined);
});

test('a message has at most 64 KB', () => {
  assert.throws(() => formatMessage({ kind: 'refused', text: 'é'.repeat(LONGEST_MESSAGE_BYTES / 2) }), RangeError);
});
