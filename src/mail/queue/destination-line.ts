// The line in which destinations wait for a delivery to begin: each that is ready gets one in turn, so that a destination
// with fifty thousand messages, or one that never answers, holds up no other.

import type { Delivery } from './active-message.ts';
import { Destination } from './destination.ts';
import type { NextHop } from './next-hop.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { QueueWorld } from './queue-world.ts';
import type { LastOutcome } from './recipient-progress.ts';

export interface LineEvents {
  /** A delivery's turn has come; `ended` is called when it is over. */
  readonly begin: (destination: Destination, delivery: Delivery) => void;
  /** A suspension is over. */
  readonly revived: (destination: Destination) => void;
}

export class DestinationLine {
  readonly #world: Pick<QueueWorld, 'clock' | 'alarm'>;
  readonly #settings: QueueSettings;
  readonly #events: LineEvents;
  readonly #destinations = new Map<string, Destination>();
  /** Those that may be ready, in the order of their turns. */
  readonly #ready = new Set<Destination>();
  #running = 0;
  #stopped = false;

  constructor(world: Pick<QueueWorld, 'clock' | 'alarm'>, settings: QueueSettings, events: LineEvents) {
    this.#world = world;
    this.#settings = settings;
    this.#events = events;
  }

  get running(): number {
    return this.#running;
  }

  all(): Iterable<Destination> {
    return this.#destinations.values();
  }

  find(name: string): Destination | undefined {
    return this.#destinations.get(name);
  }

  open(name: string, transport: NextHop['transport']): Destination {
    const known = this.#destinations.get(name);
    if (known !== undefined) return known;
    const destination = new Destination(name, transport, this.#settings);
    this.#destinations.set(name, destination);
    return destination;
  }

  /** Forgets what nobody waits for. */
  release(destination: Destination): void {
    if (destination.isIdle) this.#destinations.delete(destination.name);
  }

  add(delivery: Delivery): void {
    const destination = this.open(delivery.destination, delivery.nextHop.transport);
    destination.waiting.add(delivery.active.envelope.origin, delivery);
    this.#lineUp(destination);
  }

  /** Begins what may begin. */
  pump(): void {
    for (const destination of this.#ready) {
      if (this.#stopped || this.#running >= this.#settings.deliveryLimit) return;
      this.#ready.delete(destination);
      destination.isLinedUp = false;
      if (destination.readyIn(this.#world.clock.nowMs()) !== 0) {
        this.#lineUp(destination);
        continue;
      }
      const delivery = destination.begin();
      if (delivery === undefined) continue;
      this.#running++;
      // To the end of the line, which this loop comes to in its turn.
      this.#lineUp(destination);
      this.#events.begin(destination, delivery);
    }
  }

  ended(destination: Destination, delivery: Delivery): void {
    this.#running--;
    destination.end(delivery, this.#world.clock.nowMs());
    this.#lineUp(destination);
  }

  /** Nothing is tried for a while; what waited in memory is the caller's. */
  suspend(destination: Destination, outcome: LastOutcome): Delivery[] {
    const forMs = this.#settings.minimalBackoffMs;
    destination.suspension?.alarm[Symbol.dispose]();
    destination.suspension = {
      untilMs: this.#world.clock.nowMs() + forMs,
      outcome,
      alarm: this.#world.alarm.after(forMs, () => this.revive(destination)),
    };
    return destination.waiting.takeAll();
  }

  revive(destination: Destination): void {
    if (destination.suspension === undefined) return;
    destination.suspension.alarm[Symbol.dispose]();
    destination.suspension = undefined;
    destination.window.revive();
    this.#lineUp(destination);
    this.#events.revived(destination);
  }

  stop(): void {
    this.#stopped = true;
    for (const { suspension } of this.#destinations.values()) suspension?.alarm[Symbol.dispose]();
  }

  /** At the end of the line when it is ready, or as soon as its pause is over. */
  #lineUp(destination: Destination): void {
    if (destination.isLinedUp) return;
    const readyInMs = destination.readyIn(this.#world.clock.nowMs());
    if (readyInMs === undefined) return;
    destination.isLinedUp = true;
    if (readyInMs === 0) {
      this.#ready.add(destination);
      return;
    }
    this.#world.alarm.after(readyInMs, () => {
      destination.isLinedUp = false;
      this.#lineUp(destination);
      this.pump();
    });
  }
}
