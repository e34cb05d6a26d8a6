// The sweep: a real worker, several clients, SIGKILL at a random moment, and the next. What that one shows is judged by
// what the clients were told. Where it is wanted the power fails too.

import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { openImap } from '../world/imap-talk.ts';
import { makeState } from '../world/running-server.ts';
import { appendByImap, type Client, changeByImap, deliverBySmtp, LOGIN } from './clients.ts';
import { Oracle } from './oracle.ts';
import { lastSegment, SyncedMail } from './power-cut.ts';
import { readMailboxes } from './read-mailboxes.ts';
import { type Environment, type Victim, Victims } from './victims.ts';

export interface SweepReport {
  readonly kills: number;
  /** While somebody waited for an answer. */
  readonly hitOpen: number;
  /** After which the power failed too. */
  readonly powerCuts: number;
  readonly acknowledged: number;
  /** The longest that a worker needed from its settings to its first service [I5]. */
  readonly slowestStartMs: number;
}

export interface SweepOptions {
  readonly environment?: Environment;
  /** After one kill in so many; never when it is not given. */
  readonly cutPowerEvery?: number;
  readonly tell?: (line: string) => void;
}

const CLIENTS: readonly Client[] = [deliverBySmtp, deliverBySmtp, appendByImap, changeByImap, changeByImap];
/** From the first acknowledgement of a round on. */
const LONGEST_LIFE_MS = 200;
/** The mailboxes are read whole after each round: a new state keeps that short. */
const ROUNDS_PER_STATE = 25;

export async function sweep(rounds: number, options: SweepOptions = {}): Promise<SweepReport> {
  const total = { kills: 0, hitOpen: 0, powerCuts: 0, acknowledged: 0, slowestStartMs: 0 };
  while (total.kills < rounds) {
    const state = await makeState({ accounts: [LOGIN] });
    await using victims = await Victims.of(state, options.environment);
    const house = new CrashedHouse(state, victims, `k${total.kills}`);
    const ofState = Math.min(ROUNDS_PER_STATE, rounds - total.kills);
    for (let round = 1; round <= ofState; round++) {
      const { open, isCut } = await house.liveAndDie(round % (options.cutPowerEvery ?? Number.POSITIVE_INFINITY) === 0);
      total.kills++;
      if (open > 0) total.hitOpen++;
      if (isCut) total.powerCuts++;
      options.tell?.(`kill ${total.kills}: ${open} waited for an answer${isCut ? ', and the power failed' : ''}`);
    }
    await house.beJudged();
    total.acknowledged += house.oracle.acknowledged;
    total.slowestStartMs = Math.max(total.slowestStartMs, house.slowestStartMs);
    rmSync(state, { recursive: true });
  }
  return total;
}

/** One state, on which one worker after the other lives and dies. */
class CrashedHouse {
  readonly oracle = new Oracle();
  slowestStartMs = 0;
  readonly #state: string;
  readonly #victims: Victims;
  readonly #name: string;
  #round = 0;

  constructor(state: string, victims: Victims, name: string) {
    this.#state = state;
    this.#victims = victims;
    this.#name = name;
  }

  /** `open`: how many waited for an answer when it was killed. */
  async liveAndDie(wantsCut: boolean): Promise<{ open: number; isCut: boolean }> {
    const before = lastSegment(this.#state);
    const victim = await this.#start();
    try {
      await this.#judge(victim);
      using synced = wantsCut ? new SyncedMail(this.#state, before) : undefined;
      const open = await this.#runUntilKilled(victim, wantsCut);
      return { open, isCut: synced?.cutPower({ losesIndexes: Math.random() < 0.5 }) ?? false };
    } finally {
      await victim.kill();
    }
  }

  async beJudged(): Promise<void> {
    const victim = await this.#start();
    try {
      await this.#judge(victim);
    } finally {
      await victim.kill();
    }
  }

  async #runUntilKilled(victim: Victim, wantsCut: boolean): Promise<number> {
    const { oracle } = this;
    const name = `${this.#name}r${++this.#round}`;
    const before = oracle.acknowledged;
    let isKilled = false;
    const clients = CLIENTS.map((client, i) =>
      // What became of older messages is not in the journal: mailboxes that are put back would bring them back.
      client({ victim, oracle, name: `${name}c${i}-`, mayChange: wantsCut ? name : '' }).catch((error) => {
        if (!isKilled || error instanceof assert.AssertionError) throw error;
      }),
    );
    const failed = Promise.all(clients);
    failed.catch(() => undefined);
    while (oracle.acknowledged === before) await Promise.race([delay(2), failed]);
    await Promise.race([delay(Math.random() * LONGEST_LIFE_MS), failed]);
    isKilled = true;
    const open = oracle.inFlight;
    await victim.kill();
    await failed;
    return open;
  }

  async #start(): Promise<Victim> {
    const beganMs = performance.now();
    const victim = await this.#victims.next();
    this.slowestStartMs = Math.max(this.slowestStartMs, performance.now() - beganMs);
    return victim;
  }

  async #judge(victim: Victim): Promise<void> {
    using talk = await openImap(victim, LOGIN);
    await talk.say('CREATE Moved');
    this.oracle.check(await readMailboxes(talk));
  }
}
