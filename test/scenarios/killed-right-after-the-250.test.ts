// The server is killed at the moment when a client reads its 250, others being in the middle of their messages. What
// was promised is there, whole and once; UIDs and UIDVALIDITY go on where they were.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { readMailbox, type SeenMailbox } from '../world/mail-reader.ts';
import { makeState, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';

const ROUNDS = 8;
const SENDERS = 4;
const LOGIN = { address: USER1, password: PASSWORD };

const bodyOf = (name: string) => `${`${name} `.repeat(60)}end\r\n`.repeat(3);
const messageOf = (name: string) => `Subject: ${name}\r\n\r\n${bodyOf(name)}`;

/** Sends until the connection breaks; the names go to the lists as they are tried and promised. */
async function sendUntilKilled(
  server: RunningServer,
  sender: string,
  tried: string[],
  promised: (name: string) => void,
): Promise<void> {
  try {
    using talk = await openSmtp(server, 'smtp');
    for (let i = 0; ; i++) {
      const name = `${sender}-${i}`;
      tried.push(name);
      const answer = await talk.bring('ana@example.org', [USER1], messageOf(name));
      // Whoever is left says goodbye when its supervisor is gone: nothing was promised.
      if (answer.startsWith('421 4.3.2 ')) return;
      assert.match(answer, /^250 2\.0\.0 /);
      promised(name);
    }
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
  }
}

/** Dead at the moment of one of its promises, all senders being busy. */
async function sendAndKill(
  server: RunningServer,
  round: number,
  tried: Set<string>,
  promised: Set<string>,
): Promise<void> {
  const attempts: string[] = [];
  const killAfter = 1 + (round % 7);
  let heard = 0;
  let killed = Promise.resolve();
  const senders = Array.from({ length: SENDERS }, (_, i) =>
    sendUntilKilled(server, `r${round}s${i}`, attempts, (name) => {
      promised.add(name);
      heard += 1;
      if (heard === killAfter) killed = server.kill();
    }),
  );
  await Promise.all(senders);
  await killed;
  for (const name of attempts) tried.add(name);
  assert.ok(heard >= killAfter);
}

function check(seen: SeenMailbox, before: SeenMailbox | undefined, promised: Set<string>, tried: Set<string>): void {
  const names = seen.messages.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '');
  for (const [i, name] of names.entries()) {
    assert.ok(tried.has(name), `${name} was never sent`);
    assert.ok(seen.messages[i]?.text.endsWith(`\r\n\r\n${bodyOf(name)}`), `${name} is whole`);
  }
  const found = new Set(names);
  assert.equal(found.size, names.length, 'nothing is there twice');
  for (const name of promised) assert.ok(found.has(name), `${name} was promised and is lost`);
  if (before === undefined) return;
  assert.equal(seen.uidValidity, before.uidValidity);
  const uids = new Map(seen.messages.map(({ uid, text }) => [uid, text]));
  for (const { uid, text } of before.messages) assert.equal(uids.get(uid), text, `UID ${uid} keeps its message`);
  const known = new Set(before.messages.map(({ uid }) => uid));
  for (const { uid } of seen.messages) assert.ok(known.has(uid) || uid >= before.uidNext, `UID ${uid} was used again`);
}

test(`[I1][I2][I3][I4] SIGKILL right after a 250, ${ROUNDS} times: nothing is lost, and UIDs stay`, async (t) => {
  const state = await makeState();
  t.after(() => rmSync(state, { recursive: true }));
  const promised = new Set<string>();
  const tried = new Set<string>();
  let before: SeenMailbox | undefined;
  // One start more than kills: each server is asked first what the one before has left.
  for (let round = 0; round <= ROUNDS; round++) {
    const server = await startServer({ state });
    const seen = await readMailbox(server, LOGIN);
    check(seen, before, promised, tried);
    before = seen;
    if (round === ROUNDS) await server.stop();
    else await sendAndKill(server, round, tried, promised);
  }
  assert.ok(tried.size > promised.size, 'some were in the middle of their message');
});
