import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPasswordThreads } from './password-threads.ts';

test('a password hashed in a thread is verified in a thread', async () => {
  await using threads = openPasswordThreads({ threads: 1, waitingJobs: 4 });
  const hashes = await threads.hash('una contraseña');
  assert.ok(hashes !== 'unavailable');
  assert.equal(await threads.verify(hashes.passwordHash, ['una contraseña']), true);
  assert.equal(await threads.verify(hashes.scramKeys, ['otra', 'una contraseña']), true);
  assert.equal(await threads.verify(hashes.passwordHash, ['otra contraseña']), false);
  assert.equal(await threads.verify(hashes.passwordHash, []), false);
});

test('[T24] the event loop goes on while passwords are hashed', async () => {
  await using threads = openPasswordThreads({ threads: 1, waitingJobs: 8 });
  await threads.hash('the thread is warm');
  let longestMs = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 5);
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: 6 }, (_, i) => threads.hash(`contraseña número ${i}`)));
  const tookMs = performance.now() - startedMs;
  clearInterval(beat);
  assert.ok(longestMs < tookMs / 2, `the loop stood still for ${longestMs} of ${tookMs} ms`);
});

test('[T24] a full queue says so at once, and works again when it has room', async () => {
  await using threads = openPasswordThreads({ threads: 1, waitingJobs: 2 });
  const answers = await Promise.all(Array.from({ length: 8 }, () => threads.hash('una contraseña')));
  const refused = answers.filter((answer) => answer === 'unavailable').length;
  assert.equal(refused, 5);
  assert.notEqual(await threads.hash('una contraseña'), 'unavailable');
});

test('closing answers everybody who waits', async () => {
  const threads = openPasswordThreads({ threads: 1, waitingJobs: 8 });
  const waiting = [threads.hash('una contraseña'), threads.verify('{PLAIN}x', ['x'])];
  await threads[Symbol.asyncDispose]();
  assert.deepEqual(await Promise.all(waiting), ['unavailable', 'unavailable']);
  assert.equal(await threads.hash('una contraseña'), 'unavailable');
});
