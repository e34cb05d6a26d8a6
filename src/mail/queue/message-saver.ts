// Writes down what becomes of the messages in memory, one write after the other for each: a fresh one's end is
// remembered, or it is kept; a kept one's recipients come on. What the store cannot write is written later; until then a
// message stays in memory, and the journal keeps its promise. docs/queue-states.md.

import { messageOf } from '#base/thrown.ts';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { Remainder } from '#mail/ports/queue-store.ts';
import { type ActiveMessage, type Delivery, isOver, type MessageHome } from './active-message.ts';
import type { InHand } from './in-hand.ts';
import { removedLine } from './queue-lines.ts';
import type { QueueWorld } from './queue-world.ts';

const STORE_RETRY_MS = 10_000;

export interface SaverEvents {
  /** Those deliveries wait in the store now. */
  readonly withdraw: (deliveries: readonly Delivery[]) => void;
  /** Some recipients of it are no longer in memory: what the store says of them is true again. */
  readonly leaving: (queueId: string) => void;
  /** No part of it is in memory any more; `unreported` ends stand in the store. */
  readonly left: (queueId: string, unreported: boolean) => void;
}

export class MessageSaver {
  readonly #world: Pick<QueueWorld, 'store' | 'clock' | 'alarm' | 'log'>;
  readonly #inHand: InHand;
  readonly #events: SaverEvents;
  /** `again`: something changed while it was being written. */
  readonly #saving = new Map<ActiveMessage, { again: boolean }>();
  /** By queue id: the store has ends that the sender must be told. */
  readonly #unreported = new Set<string>();

  constructor(world: Pick<QueueWorld, 'store' | 'clock' | 'alarm' | 'log'>, inHand: InHand, events: SaverEvents) {
    this.#world = world;
    this.#inHand = inHand;
    this.#events = events;
  }

  /** Called whenever something about it has changed. */
  async save(active: ActiveMessage): Promise<void> {
    const before = this.#saving.get(active);
    if (before !== undefined) {
      before.again = true;
      return;
    }
    const turn = { again: true };
    this.#saving.set(active, turn);
    try {
      while (turn.again) {
        turn.again = false;
        const goOn = await this.#step(active);
        turn.again ||= goOn;
      }
    } catch (error) {
      const text =
        error instanceof Error ? ((error instanceof WorldError ? undefined : error.stack) ?? error.message) : '';
      this.#world.log.write('error', 'qmgr', `${active.envelope.queueId}: the queue cannot be written: ${text}`);
      this.#world.alarm.after(STORE_RETRY_MS, () => void this.save(active));
    } finally {
      this.#saving.delete(active);
    }
  }

  /** False when there is nothing to write. */
  async #step(active: ActiveMessage): Promise<boolean> {
    const { home } = active;
    switch (home.phase) {
      case 'fresh': {
        if (!isOver(active) && !home.timeIsUp) return false;
        const isDone =
          isOver(active) && [...active.recipients.values()].every(({ progress }) => progress.state.phase === 'done');
        await (isDone ? this.#finish(active, home) : this.#keep(active, home));
        return true;
      }
      case 'kept':
        if (active.unrecorded.size > 0) await this.#record(active);
        else if (isOver(active)) await this.#leave(active, home);
        else return false;
        return true;
      case 'gone':
        return false;
      default:
        return unreachable(home);
    }
  }

  async #finish(active: ActiveMessage, home: MessageHome & { phase: 'fresh' }): Promise<void> {
    const { queueId } = active.envelope;
    await this.#world.store.finish(queueId, this.#world.clock.nowMs());
    this.#world.log.write('info', 'qmgr', removedLine(queueId));
    this.#goAway(active);
    home.release();
  }

  /** What has changed meanwhile is recorded by the next step. */
  async #keep(active: ActiveMessage, home: MessageHome & { phase: 'fresh' }): Promise<void> {
    const { envelope, content, recipients, unrecorded } = active;
    if (content === undefined) throw new Error('a fresh message without octets');
    const changed = [...unrecorded];
    const open = [...recipients.values()].filter(({ progress }) => progress.state.phase !== 'done');
    unrecorded.clear();
    try {
      await this.#world.store.keep(envelope, open, content);
    } catch (error) {
      for (const number of changed) unrecorded.add(number);
      throw error;
    }
    if (open.some(({ progress }) => progress.state.phase === 'unreported')) this.#unreported.add(envelope.queueId);
    this.#events.withdraw([...active.waiting]);
    active.waiting.clear();
    const running = new Set([...active.running].flatMap(({ numbers }) => numbers));
    for (const number of recipients.keys()) {
      if (!running.has(number) && !unrecorded.has(number)) recipients.delete(number);
    }
    this.#events.leaving(envelope.queueId);
    active.home = { phase: 'kept', release: home.release };
    await this.#takeOver(active, home.release);
  }

  /** The journal may let go when nobody reads its octets any more. */
  async #takeOver(active: ActiveMessage, release: () => void): Promise<void> {
    const { envelope, content, running } = active;
    if (running.size === 0 || content === undefined) return;
    try {
      await content.replace(
        await this.#world.store.openContent({ queueId: envelope.queueId, sizeBytes: content.sizeBytes }),
      );
      active.home = { phase: 'kept' };
      release();
    } catch (error) {
      // Its deliveries go on with what they have; the journal waits for their end.
      this.#world.log.write('warn', 'qmgr', `${envelope.queueId}: ${messageOf(error)}`);
    }
  }

  async #record({ envelope, recipients, unrecorded }: ActiveMessage): Promise<void> {
    const { queueId } = envelope;
    const numbers = [...unrecorded];
    const changes = numbers.flatMap((number) => recipients.get(number) ?? []);
    unrecorded.clear();
    let rest: Remainder | undefined;
    try {
      rest = await this.#world.store.record(queueId, changes, this.#world.clock.nowMs());
    } catch (error) {
      for (const number of numbers) unrecorded.add(number);
      throw error;
    }
    for (const number of numbers) recipients.delete(number);
    this.#events.leaving(queueId);
    if (rest === undefined) return;
    if (rest.unreported > 0) this.#unreported.add(queueId);
    else if (rest.waiting === 0) this.#world.log.write('info', 'qmgr', removedLine(queueId));
  }

  async #leave(active: ActiveMessage, home: MessageHome & { phase: 'kept' }): Promise<void> {
    this.#goAway(active);
    await active.content?.[Symbol.asyncDispose]();
    home.release?.();
  }

  #goAway(active: ActiveMessage): void {
    const { queueId } = active.envelope;
    active.home = { phase: 'gone' };
    this.#inHand.remove(active);
    this.#events.leaving(queueId);
    if (this.#inHand.has(queueId)) return;
    this.#events.left(queueId, this.#unreported.delete(queueId));
  }
}
