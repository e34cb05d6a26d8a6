// Clients that go on until the server is gone, and tell the oracle what they asked for and what they were told.

import assert from 'node:assert/strict';
import { type ImapTalk, openImap } from '../world/imap-talk.ts';
import { USER1 } from '../world/running-server.ts';
import { openSmtp } from '../world/smtp-talk.ts';
import type { Oracle } from './oracle.ts';
import type { Victim } from './victims.ts';

export interface Task {
  readonly victim: Victim;
  readonly oracle: Oracle;
  /** Nobody else's messages begin so. */
  readonly name: string;
  /** It moves and expunges only what begins so. */
  readonly mayChange: string;
}

export type Client = (task: Task) => Promise<void>;

/** A short password is kept as it is: no time goes into hashing it, with every login. */
export const LOGIN = { address: USER1, password: 'corta' };
/** One in so many is longer than a record of the journal holds. */
const LARGE_EVERY = 17;
/** Of the others, each second one is so large that its octets are only lent until it is promised. */
const LINES = [30, 600];

export const deliverBySmtp: Client = async ({ victim, oracle, name }) => {
  using talk = await openSmtp(victim, 'smtp');
  for (let i = 0; ; i++) {
    const id = `${name}${i}`;
    oracle.sending(id, messageOf(id, i));
    const answer = await talk.bring('ana@example.org', [USER1], messageOf(id, i));
    assert.match(answer, /^250 /);
    oracle.learn(id, { phase: 'there', uid: undefined });
  }
};

/** What it has appended lies there, for others to change. */
export const appendByImap: Client = async (task) => {
  using talk = await openImap(task.victim, LOGIN);
  for (let i = 0; ; i++) await append(talk, task, i);
};

/** Appends, and then expunges or moves what it appended, and what was seen before. */
export const changeByImap: Client = async (task) => {
  const { oracle, mayChange } = task;
  using talk = await openImap(task.victim, LOGIN);
  assert.match(await talk.say('SELECT INBOX'), / OK /);
  for (let i = 0; ; i++) {
    const own = await append(talk, task, i);
    const picked = i % 3 === 0 ? own : oracle.pick(mayChange);
    if (picked === undefined) continue;
    if (i % 2 === 0) {
      oracle.learn(picked.name, { phase: 'moving' });
      const answer = await talk.say(`UID MOVE ${picked.uid} Moved`);
      oracle.learn(picked.name, { phase: 'moved', uid: numberIn(answer, /\[COPYUID \d+ \d+ (\d+)\]/) });
    } else {
      oracle.learn(picked.name, { phase: 'expunging' });
      assert.match(await talk.say(`UID STORE ${picked.uid} +FLAGS.SILENT (\\Deleted)`), / OK /);
      assert.match(await talk.say(`UID EXPUNGE ${picked.uid}`), / OK /);
      oracle.learn(picked.name, { phase: 'expunged' });
    }
  }
};

async function append(talk: ImapTalk, { oracle, name }: Task, i: number): Promise<{ name: string; uid: number }> {
  const id = `${name}${i}`;
  oracle.sending(id, messageOf(id, i));
  const uid = numberIn(await talk.append(Buffer.from(messageOf(id, i))), /\[APPENDUID \d+ (\d+)\]/);
  oracle.learn(id, { phase: 'there', uid });
  return { name: id, uid };
}

function messageOf(name: string, i: number): string {
  const lines = i % LARGE_EVERY === LARGE_EVERY - 1 ? 4000 : (LINES[i % LINES.length] ?? 0);
  return `Subject: ${name}\r\n\r\n${`${name} and so on and so forth, to the end of the line\r\n`.repeat(lines)}`;
}

function numberIn(answer: string, pattern: RegExp): number {
  if (answer === 'closed') throw new Error('the server closed');
  const digits = pattern.exec(answer)?.[1];
  assert.ok(digits !== undefined, answer);
  return Number(digits);
}
