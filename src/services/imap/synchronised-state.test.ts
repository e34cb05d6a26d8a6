// Several clients change one mailbox at random, each keeping the model that RFC 3501 §5.2 lets it keep: what it was told
// must at every moment agree with what the server says when it is asked.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imapWorld } from '../../../test/dialogs/imap/door.ts';
import type { PairClient } from '../../../test/world/connection-pair.ts';

const SEEDS = 12;
const STEPS = 60;
const CLIENTS = 3;

interface Known {
  uid: number | undefined;
  flags: string | undefined;
}

class ModelClient {
  readonly #client: PairClient;
  readonly #messages: Known[] = [];
  #tags = 0;

  constructor(client: PairClient) {
    this.#client = client;
  }

  get count(): number {
    return this.#messages.length;
  }

  async run(command: string, mayExpunge = true): Promise<string> {
    const tag = `t${++this.#tags}`;
    this.#client.send(`${tag} ${command}\r\n`);
    for (;;) {
      const line = (await this.#client.readLine(60_000)) ?? assert.fail(`closed at ${command}`);
      if (line.startsWith(`${tag} `)) return line;
      this.#hear(line, command, mayExpunge);
    }
  }

  /** Every number has the UID, and every message the flags, that this client was told. */
  async check(): Promise<void> {
    await this.run('NOOP');
    if (this.count > 0) await this.run('FETCH 1:* (UID FLAGS)', false);
    const uids = this.#messages.map(({ uid }) => uid ?? 0);
    assert.deepEqual(
      uids,
      uids.toSorted((a, b) => a - b),
    );
  }

  #hear(line: string, command: string, mayExpunge: boolean): void {
    const [, numberText = '', word = ''] = /^\* (\d+) (EXISTS|EXPUNGE|FETCH)/.exec(line) ?? [];
    const number = Number(numberText);
    if (word === 'EXISTS') {
      assert.ok(number >= this.count, `${command}: ${line}, but ${this.count} were known`);
      while (this.count < number) this.#messages.push({ uid: undefined, flags: undefined });
    } else if (word === 'EXPUNGE') {
      assert.ok(mayExpunge, `${command}: ${line}`);
      assert.equal(this.#messages.splice(number - 1, 1).length, 1, `${command}: ${line}`);
    } else if (word === 'FETCH') this.#learn(number, line, command);
  }

  #learn(number: number, line: string, command: string): void {
    const known = this.#messages[number - 1] ?? assert.fail(`${command}: ${line}`);
    const uid = /UID (\d+)/.exec(line)?.[1];
    const flags = /FLAGS \(([^)]*)\)/.exec(line)?.[1];
    if (uid !== undefined) {
      assert.equal(known.uid ?? Number(uid), Number(uid), `${command}: ${line}`);
      known.uid = Number(uid);
    }
    if (flags === undefined) return;
    // When it is asked for everything it learns nothing new.
    if (command.startsWith('FETCH 1:*')) assert.equal(known.flags ?? flags, flags, `${command}: ${line}`);
    known.flags = flags;
  }
}

/** Mulberry32. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

const FLAGS = ['\\Seen', '\\Flagged', '\\Deleted', '$Work', '$Later'];

async function move(client: ModelClient, roll: (sides: number) => number, alone: boolean): Promise<void> {
  const number = () => 1 + roll(Math.max(client.count, 1));
  const flag = FLAGS[roll(FLAGS.length)];
  const sign = ['+', '-', ''][roll(3)];
  if (client.count === 0 || roll(6) === 0) return void (await client.run('APPEND INBOX {5+}\r\nhello'));
  switch (roll(7)) {
    case 0:
      return void (await client.run(`STORE ${number()}:${number()} ${sign}FLAGS (${flag})`, false));
    case 1:
      return void (await client.run(`UID STORE 1:* ${sign}FLAGS (${flag})`));
    case 2:
      return void (await client.run('EXPUNGE'));
    case 3:
      return void (await client.run(`FETCH ${number()} (UID BODY[])`, false));
    case 4:
      return void (await client.run(`SEARCH KEYWORD ${FLAGS[3]} TEXT hello`, false));
    case 5:
      return void (await client.run(`MOVE ${number()} INBOX`));
    default:
      // Between its NOOP and its FETCH others may change what it knows.
      return alone ? client.check() : void (await client.run('NOOP'));
  }
}

for (let seed = 1; seed <= SEEDS; seed++) {
  test(`[C47] what each of ${CLIENTS} clients was told is what is there, seed ${seed}`, async () => {
    const world = await imapWorld();
    const roll = dice(seed);
    const clients: ModelClient[] = [];
    for (let i = 0; i < CLIENTS; i++) {
      const { client } = world.connect({ implicitTls: true });
      await client.readLine();
      const model = new ModelClient(client);
      await model.run('LOGIN usuario1@valija.test "two words"');
      await model.run('SELECT INBOX');
      clients.push(model);
    }
    // One after the other, and then all at once.
    for (let i = 0; i < STEPS; i++) await move(clients[roll(CLIENTS)] as ModelClient, roll, true);
    for (let i = 0; i < STEPS / CLIENTS; i++) await Promise.all(clients.map((client) => move(client, roll, false)));
    for (const client of clients) await client.check();
    const counts = new Set(clients.map(({ count }) => count));
    assert.equal(counts.size, 1);
  });
}
