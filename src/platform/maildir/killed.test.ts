// kill -9 in the middle of deliveries: what was acknowledged is there, whole, under its UID; nothing else is half there.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import type { AccountId } from '#mail/ports/account.ts';
import { appendText, openBox, readText, request, value } from '#mail/ports/mail-store/fixture.contract.ts';
import { openMaildirBelow } from '../../../test/world/maildir-below.ts';
import { openMaildirStore } from './maildir-store.ts';

const USUARIO1 = 'usuario1@valija.test' as AccountId;
const ROUNDS = 12;
const victimFolder = process.env['VALIJA_VICTIM_FOLDER'];

function openStore(folder: string) {
  const log = { write: (level: string, area: string, text: string) => console.error(level, area, text) };
  return openMaildirStore({
    base: join(folder, 'vhosts'),
    indexBase: join(folder, 'index'),
    journalFolder: join(folder, 'journal'),
    log,
  });
}

const bodyOf = (name: string): string => `Subject: ${name}\r\n\r\n${`${name} `.repeat(400)}\r\n.end`;

/** Its segments are settled, and their files written over, every few milliseconds. */
function openHastyStore(folder: string) {
  return openMaildirBelow(folder, { journal: { checkpointEveryMs: 10 } });
}

/** Delivers, moves and flags until it is killed; says each promise on its standard output. */
async function deliverUntilKilled(folder: string): Promise<never> {
  const store = process.env['VALIJA_VICTIM_IS_HASTY'] === 'yes' ? openHastyStore(folder) : openStore(folder);
  await store.createMailbox(USUARIO1, 'Moved', undefined);
  const caller = async (who: number): Promise<never> => {
    for (let i = 0; ; i++) {
      const name = `${process.pid}-${who}-${i}`;
      const outcome = value(
        await store.append(USUARIO1, 'INBOX', [request(bodyOf(name)), request(bodyOf(`${name}b`))]),
      );
      writeSync(1, `INBOX ${outcome.uids[0]} ${name}\n`);
      if (i % 3 !== 0) continue;
      writeSync(1, `moving ${outcome.uids[1]} ${name}b\n`);
      const moved = value(await store.move(USUARIO1, 'INBOX', Uint32Array.of(outcome.uids[1]!), 'Moved'));
      writeSync(1, `Moved ${moved.targetUids[0]} ${name}b\n`);
    }
  };
  return Promise.race(Array.from({ length: 10 }, (_, who) => caller(who)));
}

async function runVictim(folder: string, isHasty: boolean): Promise<string[]> {
  const lifeMs = Math.random() * (isHasty ? 300 : 150);
  const child = spawn(process.execPath, [import.meta.filename], {
    env: {
      ...process.env,
      VALIJA_VICTIM_FOLDER: folder,
      VALIJA_VICTIM_IS_HASTY: isHasty ? 'yes' : 'no',
      NODE_TEST_CONTEXT: '',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (octets) => {
    // The first promise was given: from now on any moment will do.
    if (output === '') setTimeout(() => child.kill('SIGKILL'), lifeMs);
    output += octets;
  });
  await new Promise((resolve) => child.on('close', resolve));
  return output.slice(0, output.lastIndexOf('\n')).split('\n');
}

if (victimFolder !== undefined) {
  await deliverUntilKilled(victimFolder);
} else {
  it('killed at any moment of a delivery or a move: no promise is broken [C42] [I1] [I2] [I3]', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'valija-killed-'));
    const promised = new Map<string, string>();
    let promises = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const lines = await runVictim(folder, round % 2 === 1);
      promises += lines.length;
      for (const line of lines) {
        const [mailbox, uid, name] = line.split(' ');
        if (mailbox !== 'moving') assert.ok(!promised.has(`${mailbox} ${uid}`), `${line} was promised before`);
        promised.set(`${mailbox} ${uid}`, name!);
      }
      await using store = openStore(folder);
      for (const mailbox of ['INBOX', 'Moved']) {
        const { columns } = await openBox(store, USUARIO1, mailbox);
        const found = new Set(columns.uids);
        for (const uid of columns.uids) {
          const text = await readText(store, USUARIO1, mailbox, uid);
          const name = text.slice('Subject: '.length, text.indexOf('\r'));
          assert.equal(text, bodyOf(name), 'a message is whole');
          assert.equal(promised.get(`${mailbox} ${uid}`) ?? name, name, 'a UID keeps its message');
        }
        for (const [key] of promised) {
          const [where, uid] = key.split(' ');
          if (where === mailbox) assert.ok(found.has(Number(uid)), `${key} is lost`);
        }
      }
      const next = await appendText(store, USUARIO1, 'INBOX', bodyOf(`after ${round}`));
      promised.set(`INBOX ${next.uids[0]}`, `after ${round}`);
    }
    assert.ok(promises > ROUNDS, 'the victims gave promises');
    rmSync(folder, { recursive: true });
  });
}
