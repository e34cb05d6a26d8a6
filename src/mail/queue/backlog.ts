// Brings what is due from the store into memory, a little of each destination at a time and a few destinations at once:
// memory is bounded whatever the backlog and however many places it is for, a destination's fifty thousand messages take no
// room from others, and the store has time for other questions.

import { WorldError } from '#base/world-error.ts';
import type { DueMessages, StoredMessage } from '#mail/ports/queue-store.ts';
import type { Destination } from './destination.ts';
import type { DestinationLine } from './destination-line.ts';
import type { InHand } from './in-hand.ts';
import type { NextHop } from './next-hop.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { QueueWorld } from './queue-world.ts';

/** Recipients of one destination that are loaded at once, for each delivery that it bears at a time. */
const LOADED_FOR_EACH = 2;
const FEWEST_LOADED = 10;
const MOST_LOADED = 200;
/** With fewer than this part of them waiting in memory the next ones are loaded. */
const LOW_WATER = 1 / 2;
/** Destinations that are loaded at once. */
const MOST_LOADS = 4;
/** The store is asked for due destinations once in that time, at most. */
const LOOK_SPACING_MS = 200;
const STORE_RETRY_MS = 10_000;

export interface BacklogEvents {
  /** Their turn may come now. */
  readonly loaded: (messages: readonly StoredMessage[]) => void;
}

export class Backlog {
  readonly #world: Pick<QueueWorld, 'store' | 'clock' | 'alarm' | 'log'>;
  readonly #settings: QueueSettings;
  readonly #line: DestinationLine;
  readonly #inHand: InHand;
  readonly #events: BacklogEvents;
  readonly #loading = new Set<Destination>();
  /** Their turn to be loaded comes. */
  readonly #wanting = new Set<Destination>();
  #next: { readonly atMs: number; readonly alarm: Disposable } | undefined;
  #lastLookMs = Number.NEGATIVE_INFINITY;
  #isLooking = false;
  #isStarved = false;
  #stopped = false;

  constructor(
    world: Pick<QueueWorld, 'store' | 'clock' | 'alarm' | 'log'>,
    settings: QueueSettings,
    line: DestinationLine,
    inHand: InHand,
    events: BacklogEvents,
  ) {
    this.#world = world;
    this.#settings = settings;
    this.#line = line;
    this.#inHand = inHand;
    this.#events = events;
  }

  /** Something is due then. */
  lookBy(dueMs: number): void {
    if (this.#stopped) return;
    const nowMs = this.#world.clock.nowMs();
    const spacedMs = Math.min(this.#lastLookMs + LOOK_SPACING_MS, nowMs + LOOK_SPACING_MS);
    const atMs = Math.max(dueMs, spacedMs, nowMs);
    if (this.#next !== undefined && this.#next.atMs <= atMs) return;
    this.#next?.alarm[Symbol.dispose]();
    this.#next = { atMs, alarm: this.#world.alarm.after(atMs - nowMs, () => void this.#look()) };
  }

  /** Loads what comes next for a destination, where there is more and room for it. */
  refill(destination: Destination): void {
    if (!isLoadable(destination) || destination.waiting.size > loadOf(destination) * LOW_WATER) return;
    this.#wanting.add(destination);
    this.#loadWanting();
  }

  /** What expires while its destination is suspended is loaded too: it goes back to its sender. */
  async loadExpired(destination: Destination, arrivedBeforeMs: number): Promise<void> {
    if (!this.#stopped && !this.#loading.has(destination)) await this.#load(destination, MOST_LOADED, arrivedBeforeMs);
  }

  /** What the store is just being asked for may be older than this. */
  leaving(queueId: string): void {
    for (const { leftMeanwhile } of this.#loading) leftMeanwhile?.add(queueId);
  }

  /** There is room again. */
  left(): void {
    if (!this.#isStarved || this.#inHand.size > this.#settings.activeLimit * 0.9) return;
    this.#isStarved = false;
    this.#loadWanting();
    this.lookBy(this.#world.clock.nowMs());
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.alarm[Symbol.dispose]();
  }

  async #look(): Promise<void> {
    const nowMs = this.#world.clock.nowMs();
    this.#next = undefined;
    if (this.#isLooking || this.#stopped) return this.lookBy(nowMs + LOOK_SPACING_MS);
    this.#isLooking = true;
    this.#lastLookMs = nowMs;
    try {
      for (const { destination: name, dueMs } of await this.#world.store.dueDestinations(this.#settings.activeLimit)) {
        if (dueMs > nowMs) {
          this.lookBy(dueMs);
          break;
        }
        const destination = this.#line.open(name, transportOf(name));
        destination.hasBacklog = true;
        this.refill(destination);
      }
    } catch (error) {
      this.#complain(error);
    } finally {
      this.#isLooking = false;
    }
  }

  #loadWanting(): void {
    for (const destination of this.#wanting) {
      if (this.#stopped || this.#loading.size >= MOST_LOADS) return;
      if (this.#inHand.size >= this.#settings.activeLimit) {
        this.#isStarved = true;
        return;
      }
      if (this.#loading.has(destination)) continue;
      this.#wanting.delete(destination);
      if (isLoadable(destination)) void this.#load(destination, loadOf(destination));
    }
  }

  async #load(destination: Destination, limit: number, arrivedBeforeMs?: number): Promise<void> {
    const nowMs = this.#world.clock.nowMs();
    const left = new Set<string>();
    destination.leftMeanwhile = left;
    this.#loading.add(destination);
    try {
      const due = await this.#world.store.loadDue({
        destination: destination.name,
        nowMs,
        limit,
        exceptIds: destination.idsInMemory(),
        afterOrigin: destination.lastOrigin,
        ...(arrivedBeforeMs !== undefined && { arrivedBeforeMs }),
      });
      this.#accept(destination, due, left);
    } catch (error) {
      this.#complain(error);
    } finally {
      destination.leftMeanwhile = undefined;
      this.#loading.delete(destination);
    }
    this.#line.release(destination);
    this.#loadWanting();
  }

  #accept(destination: Destination, { messages, lastOrigin, hasMore }: DueMessages, left: Set<string>): void {
    destination.hasBacklog = hasMore || messages.some(({ envelope }) => left.has(envelope.queueId));
    destination.lastOrigin = lastOrigin;
    if (this.#stopped) return;
    const news = messages.flatMap((message) => {
      const { queueId } = message.envelope;
      if (left.has(queueId)) return [];
      const recipients = message.recipients.filter(({ number }) => !this.#inHand.holds(queueId, number));
      return recipients.length === 0 ? [] : [{ ...message, recipients }];
    });
    this.#events.loaded(news);
    if (news.length === 0 && destination.hasBacklog) this.lookBy(this.#world.clock.nowMs() + LOOK_SPACING_MS);
  }

  #complain(error: unknown): void {
    const text =
      error instanceof WorldError || !(error instanceof Error) ? String(error) : (error.stack ?? error.message);
    this.#world.log.write('error', 'qmgr', `the queue cannot be read: ${text}`);
    this.lookBy(this.#world.clock.nowMs() + STORE_RETRY_MS);
  }
}

function isLoadable({ hasBacklog, suspension }: Destination): boolean {
  return hasBacklog && suspension === undefined;
}

/** One that bears little, or of which nothing is known yet, takes little room. */
function loadOf({ window }: Destination): number {
  return Math.min(Math.max(window.size * LOADED_FOR_EACH, FEWEST_LOADED), MOST_LOADED);
}

/** A destination's name begins with the transport (`queueDestination`). */
function transportOf(name: string): NextHop['transport'] {
  const colon = name.indexOf(':');
  return (colon < 0 ? name : name.slice(0, colon)) as NextHop['transport'];
}
