// Clients that waste our time: with mistakes, with commands that do nothing, with octets that hardly come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DIALOG_LIMITS, imapWorld } from '../../../test/dialogs/imap/door.ts';

test('answers to mistakes are held back from the tenth on, and the twentieth is the last', async () => {
  const waits: number[] = [];
  const delay = async (ms: number) => void waits.push(ms);
  const { client, over } = (await imapWorld()).connect({ implicitTls: true }, { delay });
  client.send('a X\r\n'.repeat(30));
  const heard = await client.readToEnd();
  await over;
  assert.equal(heard.match(/^a BAD /gm)?.length, 20);
  assert.match(heard, /\* BYE Too many mistakes\r\n$/);
  assert.deepEqual(
    waits,
    Array.from({ length: 10 }, () => DIALOG_LIMITS.errorSleepMs),
  );
});

test('commands that bring the login no nearer are enough at some point', async () => {
  const { client, over } = (await imapWorld()).connect({ implicitTls: true });
  client.send('a NOOP\r\n'.repeat(500));
  const heard = await client.readToEnd();
  await over;
  assert.equal(heard.match(/^a OK/gm)?.length, 120, 'a hundred for nothing, twenty as mistakes');
  assert.match(heard, /\* BYE Too many mistakes\r\n$/);
});

test('[T5] an APPEND of an octet a minute is cut off when the time-out is over', async () => {
  const world = await imapWorld();
  const { client, over } = world.connect({ implicitTls: true });
  client.send('a LOGIN usuario1@valija.test "two words"\r\n');
  await client.waitFor('a OK');
  client.send('b APPEND INBOX {5000}\r\n');
  await client.waitFor('+ OK\r\n');
  let sent = 0;
  for (; sent < 100 && (client.lastReadTimeoutMs ?? 0) > 60_000; sent += 1) {
    world.clock.advance(60_000);
    client.send('x');
    await new Promise((resolve) => setImmediate(resolve));
  }
  client.letReadTimeOut();
  assert.match(await client.readToEnd(), /\* BYE /);
  await over;
  assert.equal(sent, 5, 'of 300 seconds, and 2 ms more for each octet');
});
