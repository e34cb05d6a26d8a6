// The mailbox processes: one for each user of the machine whose mail is being dealt with, started when one of ours asks for
// it, few at a time. They end by themselves when there is nothing to do; where all places are taken, those that are quiet
// are asked to end sooner.

import { ROSTER } from '../roster.ts';
import { Denial, findPerson } from './accounts.ts';
import { Child } from './child.ts';
import type { Introductions } from './introductions.ts';
import type { Level } from './process-keeper.ts';
import { startProcessOf } from './start-process.ts';

const MAKE_ROOM_EVERY_MS = 200;
/** Of each process that asks; beyond it the asker is told to come later. */
const MOST_WAITING = 256;

interface Place {
  /** `undefined` while the system is asked who the user is. */
  child?: Child;
  /** Those who asked, and whom it has not reached yet. */
  askers: Set<Child>;
  /** It was let in by somebody: what comes after is no trouble of its beginning. */
  hasConnected: boolean;
}

export interface MailboxesOptions {
  readonly introductions: Introductions;
  /** For the log. */
  note(level: Level, text: string): void;
}

export class Mailboxes {
  readonly #options: MailboxesOptions;
  readonly #places = new Map<string, Place>();
  /** Who asked, by user; the first has waited longest. */
  readonly #waiting = new Map<string, Set<Child>>();
  #makingRoom: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(options: MailboxesOptions) {
    this.#options = options;
  }

  /** It will connect, or the asker is told why not. */
  want(user: string, asker: Child): void {
    const place = this.#places.get(user);
    // One that is about to end has not been reached by the asker: then the next is started.
    if (place !== undefined) place.askers.add(asker);
    else if (this.#isStopping) deny(user, [asker], new Denial('the server is stopping', true));
    else if (this.#waiting.size >= MOST_WAITING) deny(user, [asker], new Denial('too many users wait', true));
    else {
      this.#waiting.set(user, (this.#waiting.get(user) ?? new Set()).add(asker));
      this.#fill();
    }
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    clearInterval(this.#makingRoom);
    await Promise.all([...this.#places.values()].map(({ child }) => child?.stop()));
  }

  kill(): void {
    this.#isStopping = true;
    for (const { child } of this.#places.values()) child?.kill();
  }

  #fill(): void {
    for (const [user, askers] of this.#waiting) {
      if (this.#places.size >= ROSTER.mailbox.most) break;
      this.#waiting.delete(user);
      void this.#start(user, askers);
    }
    clearInterval(this.#makingRoom);
    if (this.#waiting.size > 0) this.#makingRoom = setInterval(() => this.#makeRoom(), MAKE_ROOM_EVERY_MS);
  }

  async #start(user: string, askers: Set<Child>): Promise<void> {
    const place: Place = { askers, hasConnected: false };
    this.#places.set(user, place);
    try {
      const account = await findPerson(user);
      if (this.#isStopping) throw new Denial('the server is stopping', true);
      const child = new Child(() => startProcessOf(account, ROSTER.mailbox), {
        role: 'mailbox',
        user,
        heard: (message) => message.kind === 'connected' && reached(place, message.hub),
      });
      place.child = child;
      this.#options.introductions.started(child);
      void child.ended.then((how) => this.#ended(place, child, user, how));
    } catch (error) {
      if (!(error instanceof Denial)) throw error;
      this.#places.delete(user);
      deny(user, place.askers, error);
      this.#fill();
    }
  }

  #ended(place: Place, child: Child, user: string, how: string): void {
    this.#options.introductions.ended(child);
    this.#places.delete(user);
    const wellEnded = how === 'exit code 0';
    if (!wellEnded) this.#options.note('error', `the mailbox process of ${user} (pid ${child.pid}) ended: ${how}`);
    if (this.#isStopping) return;
    const askers = new Set([...place.askers].filter(({ isRunning }) => isRunning));
    if (!place.hasConnected && !wellEnded) deny(user, askers, new Denial(`its process ended at once (${how})`, true));
    else if (askers.size > 0) this.#waiting.set(user, askers);
    this.#fill();
  }

  /** Each in its turn: one that has something to do stays. */
  #makeRoom(): void {
    const [first] = this.#places;
    if (first === undefined) return;
    const [user, place] = first;
    this.#places.delete(user);
    this.#places.set(user, place);
    place.child?.tell({ kind: 'make-room' });
  }
}

function reached(place: Place, hub: string): void {
  place.hasConnected = true;
  for (const asker of place.askers) if (asker.role === hub) place.askers.delete(asker);
}

function deny(user: string, askers: Iterable<Child>, { message: text, transient }: Denial): void {
  for (const asker of askers) asker.tell({ kind: 'denied', request: 'want-mailbox', user, text, transient });
}
