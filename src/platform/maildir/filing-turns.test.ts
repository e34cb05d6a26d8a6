// When mail is filed that was promised; the clock goes when the test says so.

import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { AccountMail } from './account-mail.ts';
import { FilingTurns } from './filing-turns.ts';

const GAP_MS = 60;
/** In which it has looked at the clock again, whatever else the machine does. */
const LOOK_MS = 40;

function someMail(isRead = false): AccountMail {
  return {
    isTaken: false,
    isRead,
    enter: async () => ({ [Symbol.dispose]: () => undefined }),
  } as unknown as AccountMail;
}

function begin(t: TestContext, isRead = false) {
  let nowMs = 5_000;
  t.mock.method(performance, 'now', () => nowMs);
  const mail = someMail(isRead);
  const state = { slices: 0, isMuch: false };
  const turns = new FilingTurns({
    fileSlice: async () => {
      state.slices++;
      return 'over';
    },
    isBusy: () => false,
    isMuch: () => state.isMuch,
  });
  return {
    state,
    promise() {
      turns.notePromise();
      turns.soon(mail);
    },
    pass(ms: number) {
      nowMs += ms;
    },
    /** In vain, it waits until the test is given up. */
    async untilFiled(times: number) {
      while (state.slices < times) await delay(1);
      assert.equal(state.slices, times);
    },
    async notFiled(times: number) {
      await delay(LOOK_MS);
      assert.equal(state.slices, times);
    },
  };
}

test('a message that comes alone is filed at once', async (t) => {
  const { promise, pass, untilFiled } = begin(t);
  for (const times of [1, 2]) {
    promise();
    await untilFiled(times);
    pass(500);
  }
});

for (const { who, isRead, lingerMs } of [
  { who: 'nobody reads', isRead: false, lingerMs: 3000 },
  { who: 'somebody has read', isRead: true, lingerMs: 1000 },
]) {
  test(`while message follows message they gather, where ${who} for ${lingerMs} ms and not for ever`, async (t) => {
    const { promise, pass, untilFiled, notFiled } = begin(t, isRead);
    promise();
    await untilFiled(1);
    for (let passed = 0; passed < lingerMs - GAP_MS; passed += GAP_MS) {
      pass(GAP_MS);
      promise();
      await notFiled(1);
    }
    pass(GAP_MS);
    promise();
    pass(GAP_MS + 1);
    await untilFiled(2);
  });
}

test('who has read lately does not wait for those before', async (t) => {
  let nowMs = 5_000;
  t.mock.method(performance, 'now', () => nowMs);
  const filed: AccountMail[] = [];
  const turns = new FilingTurns({
    fileSlice: async (mail) => {
      filed.push(mail);
      return 'over';
    },
    isBusy: () => true,
    isMuch: () => false,
  });
  const [unread, read, later] = [someMail(), someMail(true), someMail(true)];
  turns.soon(unread);
  nowMs += 500;
  turns.soon(read);
  nowMs += 700;
  turns.soon(later);
  nowMs += 400;
  while (filed.length < 1) await delay(1);
  await delay(LOOK_MS);
  assert.deepEqual(filed, [read]);
  nowMs += 5_000;
  while (filed.length < 3) await delay(1);
  assert.deepEqual(filed, [read, unread, later]);
});

test('when no more come, or when too much has gathered, they are filed', async (t) => {
  const { state, promise, pass, untilFiled, notFiled } = begin(t);
  promise();
  await untilFiled(1);
  pass(GAP_MS);
  promise();
  await notFiled(1);
  pass(200);
  await untilFiled(2);
  promise();
  await untilFiled(3);
  pass(GAP_MS);
  promise();
  await notFiled(3);
  state.isMuch = true;
  await untilFiled(4);
});

test('slices that wait for a disk hold up the others only when they are four', async () => {
  const disks: PromiseWithResolvers<void>[] = [];
  const turns = new FilingTurns({
    fileSlice: async () => {
      const disk = Promise.withResolvers<void>();
      disks.push(disk);
      await disk.promise;
      return 'over';
    },
    isBusy: () => false,
    isMuch: () => false,
  });
  for (let i = 0; i < 6; i++) turns.soon(someMail());
  await delay(LOOK_MS);
  assert.equal(disks.length, 4);
  disks[2]?.resolve();
  await delay(LOOK_MS);
  assert.equal(disks.length, 5);
  for (const disk of disks) disk.resolve();
  while (disks.length < 6) await delay(1);
});
