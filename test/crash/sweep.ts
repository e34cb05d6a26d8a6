// The sweep: a real server, several clients, SIGKILL at a random moment, and again. What it shows after each start is
// judged by what the clients were told.

import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { openImap } from '../world/imap-talk.ts';
import { readMailbox } from '../world/mail-reader.ts';
import { makeState, PASSWORD, type RunningServer, startServer, USER1 } from '../world/running-server.ts';
import { type Client, changeByImap, deliverBySmtp } from './clients.ts';
import { Oracle } from './oracle.ts';

export interface SweepReport {
  readonly rounds: number;
  /** Kills while somebody waited for an answer. */
  readonly hitOpen: number;
  readonly acknowledged: number;
}

const LOGIN = { address: USER1, password: PASSWORD };
const CLIENTS: readonly Client[] = [deliverBySmtp, deliverBySmtp, deliverBySmtp, changeByImap, changeByImap];
/** Of the first acknowledgement of a round. */
const LONGEST_LIFE_MS = 300;
/** The mailboxes are read whole after each round: a new state keeps that short. */
const ROUNDS_PER_STATE = 15;

export async function sweep(rounds: number, tell: (line: string) => void = () => undefined): Promise<SweepReport> {
  let hitOpen = 0;
  let acknowledged = 0;
  for (let done = 0; done < rounds; done += ROUNDS_PER_STATE) {
    const oracle = new Oracle();
    const state = await makeState();
    const ofState = Math.min(ROUNDS_PER_STATE, rounds - done);
    for (let round = 0; round < ofState; round++) {
      hitOpen += (await liveAndDie(state, oracle, `r${done + round}`)) > 0 ? 1 : 0;
      tell(`round ${done + round + 1}: ${hitOpen} open, ${acknowledged + oracle.acknowledged} acknowledged`);
    }
    await using server = await startServer({ state });
    await judge(server, oracle);
    acknowledged += oracle.acknowledged;
  }
  return { rounds, hitOpen, acknowledged };
}

/** Returns how many waited for an answer when it was killed. */
async function liveAndDie(state: string, oracle: Oracle, name: string): Promise<number> {
  const server = await startServer({ state });
  try {
    await judge(server, oracle);
    const before = oracle.acknowledged;
    let isKilled = false;
    const clients = CLIENTS.map((client, i) =>
      client(server, oracle, `${name}c${i}`).catch((error) => {
        if (!isKilled || error instanceof assert.AssertionError) throw error;
      }),
    );
    const failed = Promise.all(clients);
    while (oracle.acknowledged === before) await Promise.race([delay(2), failed]);
    await Promise.race([delay(Math.random() * LONGEST_LIFE_MS), failed]);
    isKilled = true;
    const open = oracle.inFlight;
    await server.kill();
    await failed;
    return open;
  } catch (error) {
    await server.kill();
    throw error;
  }
}

async function judge(server: RunningServer, oracle: Oracle): Promise<void> {
  using talk = await openImap(server, LOGIN);
  await talk.say('CREATE Moved');
  oracle.check({ INBOX: await readMailbox(server, LOGIN), Moved: await readMailbox(server, LOGIN, 'Moved') });
}
