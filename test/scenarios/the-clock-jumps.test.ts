// Somebody sets the machine's clock while mail is exchanged: a day back, a day ahead, ten years back. No number is used
// twice, nobody is locked out, the stories go on. TRAPS' crash list, row 7. The time is made by Debian's libfaketime, for
// the server only; files keep the kernel's time.

import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { runProgram } from '../interop/real-program.ts';
import { findFakeTime } from '../world/fake-time.ts';
import { type ImapTalk, openImap } from '../world/imap-talk.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { makeState, PASSWORD, startServer, USER1, USER2 } from '../world/running-server.ts';
import { deliver, queueIdOf, submit } from '../world/smtp-talk.ts';

const LOGIN = { address: USER1, password: PASSWORD };
const JUMPS = ['+0', '-1d', '+1d', '-10y', '+0', '+2d', '-10y'];
const VALIJA = join(import.meta.dirname, '../../bin/valija');

const library = findFakeTime();

test('[I3][I6] the clock jumps while a client watches, and between two starts', {
  skip: library === undefined ? 'libfaketime is not installed' : false,
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'valija-clock-'));
  const state = await makeState();
  t.after(() => {
    for (const path of [folder, state]) rmSync(path, { recursive: true, force: true });
  });
  const time = join(folder, 'time');
  const setClock = (offset: string) => {
    writeFileSync(`${time}.new`, `${offset}\n`);
    renameSync(`${time}.new`, time);
  };
  setClock('+0');
  const environment = {
    LD_PRELOAD: library ?? '',
    FAKETIME_TIMESTAMP_FILE: time,
    FAKETIME_NO_CACHE: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
    NO_FAKE_STAT: '1',
  };
  const options = { state, environment };
  const told = { uids: new Set<number>(), validities: new Set<number>(), names: [] as string[], validity: 0 };

  let server = await startServer(options);
  {
    using watcher = await openImap(server, LOGIN);
    await watcher.say('SELECT INBOX');
    for (const [round, jump] of JUMPS.entries()) {
      setClock(jump);
      await wrongPassword(server);
      const answer = await deliver(server, USER1, `Subject: ${round} ${jump}\r\n\r\nhola\r\n`);
      const id = queueIdOf(answer);
      assert.ok(!told.names.includes(id), `queue id ${id} was given before`);
      told.names.push(id);
      assert.match(
        await submit(server, { address: USER2, password: PASSWORD }, USER1, `Subject: b${round}\r\n\r\nx\r\n`),
        /^250/,
      );
      await untilTold(watcher, 2 * (round + 1));
      await watcher.say(`STORE ${2 * round + 1} +FLAGS (\\Flagged)`);
      told.validities.add(await recreate(watcher, told.validities));
      await checkInbox(2 * (round + 1));
    }
  }
  // Between two starts, with the index and without it.
  for (const [round, jump] of ['-1d', '-10y', '+1d', '-10y'].entries()) {
    await server.stop();
    setClock(jump);
    if (round % 2 === 1) rmSync(join(state, 'index'), { recursive: true });
    server = await startServer(options);
    await deliver(server, USER1, `Subject: again ${round}\r\n\r\nhola\r\n`);
    await checkInbox(2 * JUMPS.length + round + 1);
    using talk = await openImap(server, LOGIN);
    told.validities.add(await recreate(talk, told.validities));
  }
  for (const id of told.names) {
    const story = await runProgram(VALIJA, ['why', id, '--config', server.configFile]);
    assert.equal(story.code, 0, story.errors);
  }
  assert.doesNotMatch(server.log(), / error /i);
  await server.stop();
  setClock('+0');
  const verified = await runProgram(VALIJA, ['state', 'verify', '--config', join(state, 'valija.toml')]);
  assert.equal(verified.code, 0, verified.output);

  async function checkInbox(messages: number): Promise<void> {
    const { uidValidity, uidNext, messages: found } = await readMailbox(server, LOGIN);
    told.validity ||= uidValidity;
    assert.equal(uidValidity, told.validity);
    const uids = found.map(({ uid }) => uid);
    assert.equal(new Set(uids).size, messages);
    for (const uid of told.uids) assert.ok(uids.includes(uid), `UID ${uid} is another message now, or gone`);
    assert.ok(uids.every((uid) => uid < uidNext));
    for (const uid of uids) told.uids.add(uid);
  }
});

/** A mailbox of the same name, made anew, is never taken for the former one: its UIDVALIDITY is another. */
async function recreate(talk: ImapTalk, former: ReadonlySet<number>): Promise<number> {
  await talk.say('CREATE Otro');
  const validity = Number(/UIDVALIDITY (\d+)/.exec(await talk.say('STATUS Otro (UIDVALIDITY)'))?.[1]);
  assert.ok(validity > Math.max(0, ...former), `UIDVALIDITY ${validity} after ${[...former].join(', ')}`);
  assert.match(await talk.say('DELETE Otro'), / OK /);
  return validity;
}

async function wrongPassword(server: Awaited<ReturnType<typeof startServer>>): Promise<void> {
  await assert.rejects(openImap(server, { address: USER2, password: 'equivocada' }), /NO/);
}

/** Until the client that watches has heard of so many messages. */
async function untilTold(talk: ImapTalk, count: number): Promise<void> {
  const endMs = performance.now() + 30_000;
  while (!(await talk.say(`FETCH ${count} UID`)).includes(' FETCH (')) {
    assert.ok(performance.now() < endMs, `the client was never told of message ${count}`);
    await talk.say('NOOP');
  }
}
