// Clients that waste our time: with mistakes, with commands that do nothing, with octets that hardly come.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openDoor } from '../../../test/dialogs/smtp/door.ts';
import { fixedClock } from '../../../test/world/clock.ts';

const ENVELOPE = 'EHLO a\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<usuario1@valija.test>\r\n';

test('answers to mistakes are held back from the soft limit on, and the hard limit ends it', async () => {
  const waits: number[] = [];
  const { client, over } = openDoor({
    limits: { softErrors: 3, errors: 6, errorSleepMs: 1_000 },
    delay: async (ms) => void waits.push(ms),
  });
  client.send('FOO\r\n'.repeat(10));
  const heard = await client.readToEnd();
  await over;
  assert.equal(heard.match(/^500 /gm)?.length, 6);
  assert.match(heard, /421 4\.7\.0 mail\.valija\.test Too many errors, closing\r\n$/);
  assert.deepEqual(waits, [1_000, 1_000, 1_000], 'the third, the fourth and the fifth');
});

test('what was answered before goes out before the pause', async () => {
  const go = Promise.withResolvers<void>();
  const { client, over } = openDoor({ limits: { softErrors: 2 }, delay: () => go.promise });
  client.send('NOOP\r\nFOO\r\nBAR\r\nQUIT\r\n');
  const heard = await client.waitFor('500 5.5.1 Command not recognized\r\n');
  assert.doesNotMatch(heard, /221/);
  go.resolve();
  assert.match(await client.readToEnd(), /^500 [^\r]*\r\n221 /);
  await over;
});

test('commands that do nothing are free up to a number, then mistakes; a message forgives', async () => {
  const limits = { junkCommands: 5, errors: 3, softErrors: 2 };
  const { client, over } = openDoor({ limits });
  client.send('EHLO a\r\nNOOP\r\nRSET\r\nVRFY a\r\nHELP\r\nEHLO a\r\n');
  client.send(`${ENVELOPE}DATA\r\nhola\r\n.\r\n${'NOOP\r\n'.repeat(20)}`);
  const heard = await client.readToEnd();
  await over;
  assert.match(heard, /queued/);
  const after = heard.slice(heard.indexOf('queued'));
  assert.equal(after.match(/^250 2\.0\.0 Ok\r$/gm)?.length, 7, 'five for nothing, two as mistakes');
  assert.match(after, /421 4\.7\.0 [^\r]* Too many errors, closing\r\n$/);
});

test('recipients beyond the limit are excused up to a number', async () => {
  const limits = { recipients: 1, recipientOvershoot: 2, errors: 2 };
  const { client, over } = openDoor({ limits });
  client.send(`${ENVELOPE}${'RCPT TO:<usuario2@valija.test>\r\n'.repeat(10)}`);
  const heard = await client.readToEnd();
  await over;
  assert.equal(heard.match(/^452 4\.5\.3 /gm)?.length, 4);
  assert.match(heard, /421 4\.7\.0 [^\r]*\r\n$/);
});

/** Sends an octet, and lets so much time pass before the next. */
async function drip(begin: string, octets: number, betweenMs: number, limits = { contentTimeoutMs: 300_000 }) {
  const clock = fixedClock();
  const door = openDoor({ clock, limits: { leastDataRate: 500, ...limits } });
  door.client.send(`${ENVELOPE}${begin}`);
  await door.client.waitFor(begin.startsWith('BDAT') ? '250 2.1.5 Ok\r\n' : '354 ');
  let sent = 0;
  while (sent < octets && !door.client.serverGone) {
    await new Promise((resolve) => setImmediate(resolve));
    if ((door.client.lastReadTimeoutMs ?? 0) <= betweenMs) {
      clock.advance(door.client.lastReadTimeoutMs ?? 0);
      door.client.letReadTimeOut();
      break;
    }
    clock.advance(betweenMs);
    door.client.send('x');
    sent += 1;
  }
  return { ...door, sent };
}

for (const begin of ['DATA\r\n', 'BDAT 1000000 LAST\r\n']) {
  test(`[T5] an octet a minute is cut off when the time-out is over (${begin.slice(0, 4)})`, async () => {
    const { client, over, sent, abandoned } = await drip(begin, 100, 60_000);
    assert.match(await client.readToEnd(), /421 4\.4\.2 mail\.valija\.test Timeout, closing\r\n$/);
    await over;
    assert.equal(sent, 5, 'of 300 seconds, and 2 ms more for each octet');
    assert.deepEqual(abandoned, ['disconnected']);
  });
}
