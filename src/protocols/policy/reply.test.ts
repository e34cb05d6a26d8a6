import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolicyReplyReader } from './reply.ts';

/** Whole, and octet by octet: what came last. */
function read(text: string | Buffer, longest?: number) {
  const octets = Buffer.from(text);
  const whole = new PolicyReplyReader(longest).push(octets);
  const slow = new PolicyReplyReader(longest);
  let last = slow.push(Buffer.alloc(0));
  for (const octet of octets) {
    last = slow.push(Buffer.of(octet));
    if (!last.ok || last.value !== undefined) break;
  }
  assert.deepEqual(last, whole);
  return whole;
}

test('[C35] the action, whatever else is said', () => {
  for (const [reply, action] of [
    ['action=DUNNO\n\n', 'DUNNO'],
    [
      'action=DEFER_IF_PERMIT 4.2.0 Greylisted, see http://example.org/x=1\n\n',
      'DEFER_IF_PERMIT 4.2.0 Greylisted, see http://example.org/x=1',
    ],
    ['note=x\naction= reject no \nversion=2\n\n', 'reject no'],
    ['action=PREPEND X-Sí: sí\n\n', 'PREPEND X-Sí: sí'],
    ['action=ok\naction=reject\n\n', 'ok'],
  ] as const) {
    assert.deepEqual(read(reply), { ok: true, value: action });
  }
});

test('an answer that is not whole is waited for', () => {
  assert.deepEqual(read('action=DUNNO\n'), { ok: true, value: undefined });
  assert.deepEqual(read('action=DUN'), { ok: true, value: undefined });
});

test('what is no answer is an error, and so is what never ends', () => {
  for (const [reply, error] of [
    ['\n', /no action/],
    ['actions=OK\n\n', /no action/],
    ['action=\n\n', /empty/],
    ['action=OK\r\n\r\n', /control/],
    ['action=OK\x00\n\n', /control/],
    ['HTTP/1.1 400 Bad Request\n\n', /no attribute/],
    [Buffer.from('action=\xff\xfe\n\n', 'latin1'), /UTF-8/],
  ] as const) {
    const outcome = read(reply);
    assert.ok(!outcome.ok);
    assert.match(outcome.error, error);
  }
  for (const reply of ['x'.repeat(101), 'a=b\n'.repeat(30), `action=${'x'.repeat(90)}\n`.repeat(2)]) {
    const outcome = read(reply, 100);
    assert.ok(!outcome.ok);
    assert.match(outcome.error, /longer than 100/);
  }
});

test('what comes behind the answer is noticed', () => {
  const reader = new PolicyReplyReader();
  reader.push(Buffer.from('action=OK\n\naction=REJECT\n\n'));
  assert.equal(reader.hasMore, true);
});
