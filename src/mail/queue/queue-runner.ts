// The queue at work. A message comes fresh from the journal and is tried at once, from memory; what is not done within
// seconds, or must wait, is kept in the store, and comes back when it is due. The states of a message, and what holds in
// each, are in docs/queue-states.md.

import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Outbox } from '#mail/ports/outbox.ts';
import type { QueuedEnvelope, StoredMessage } from '#mail/ports/queue-store.ts';
import { type ActiveMessage, activate, type Delivery, isOver, splitIntoDeliveries } from './active-message.ts';
import { Backlog } from './backlog.ts';
import { type AttemptReport, attempt, same } from './delivery-attempt.ts';
import { recordOutcome } from './delivery-record.ts';
import type { Destination } from './destination.ts';
import { DestinationLine } from './destination-line.ts';
import { HandedOverContent } from './handed-over-content.ts';
import { InHand } from './in-hand.ts';
import { KnownIds } from './known-ids.ts';
import { MessageSaver } from './message-saver.ts';
import { activeLine } from './queue-lines.ts';
import type { QueueSettings } from './queue-settings.ts';
import type { QueueWorld } from './queue-world.ts';
import type { QueuedMessage } from './queued-message.ts';
import { admitted, type LastOutcome, type TrackedRecipient } from './recipient-progress.ts';
import { isDestinationFailure, judgeOutcome } from './recipient-verdict.ts';
import { Reporter } from './reporter.ts';
import { Sweep } from './sweep.ts';

/** What a content store holds in memory of one message. */
const MEMORY_BYTES = 128 * 1024;
/** Transports that reach a server: those can be unreachable as a whole. */
const TO_SERVERS: ReadonlySet<string> = new Set(['smtp', 'lmtp']);

export class QueueRunner implements Outbox {
  readonly #world: QueueWorld;
  /** Its parts go by the same object. */
  readonly settings: { -readonly [Key in keyof QueueSettings]: QueueSettings[Key] };
  readonly #known: KnownIds;
  readonly #offered = new Map<string, Promise<void>>();
  #freshBytes = 0;
  #fresh = 0;
  #stopped = false;
  readonly #reporter: Reporter;
  readonly #saver: MessageSaver;
  readonly #sweep: Sweep;
  /** For administration (`queue-administration.ts`). */
  readonly inHand = new InHand();
  readonly line: DestinationLine;
  readonly backlog: Backlog;

  constructor(world: QueueWorld, given: QueueSettings) {
    const settings = { ...given };
    this.#world = world;
    this.settings = settings;
    this.#known = new KnownIds(world.store.newestId);
    this.#reporter = new Reporter(world, settings);
    this.line = new DestinationLine(world, settings, {
      begin: (destination, delivery) => void this.#deliver(destination, delivery),
      revived: (destination) => {
        destination.hasBacklog = true;
        this.backlog.refill(destination);
        this.line.pump();
      },
    });
    this.backlog = new Backlog(world, settings, this.line, this.inHand, {
      loaded: (messages) => {
        for (const message of messages) this.#load(message);
        this.line.pump();
      },
    });
    this.#saver = new MessageSaver(world, this.inHand, {
      withdraw: (deliveries) => this.#withdraw(deliveries),
      leaving: (queueId) => this.backlog.leaving(queueId),
      left: (queueId, unreported) => {
        if (unreported) this.#reporter.report(queueId);
        this.backlog.left();
      },
    });
    this.#sweep = new Sweep(world, settings, this.line, this.backlog, this.#reporter);
  }

  /** Begins with what the store has. */
  start(): void {
    this.#sweep.start();
    this.backlog.lookBy(this.#world.clock.nowMs());
  }

  /** What runs goes on; destinations begin anew with theirs, also those that were suspended. */
  change(settings: QueueSettings): void {
    Object.assign(this.settings, settings);
    for (const destination of [...this.line.all()]) {
      destination.change(this.settings);
      this.line.revive(destination);
    }
    this.#sweep.restart();
    this.line.pump();
  }

  /** The same id may come again, while it is here or after its end. */
  take(message: QueuedMessage, content: MessageContent): Promise<void> {
    const { queueId } = message;
    const before = this.#offered.get(queueId);
    if (before !== undefined) return before;
    const taking = this.#take(message, content).finally(() => this.#offered.delete(queueId));
    this.#offered.set(queueId, taking);
    return taking;
  }

  /** Nothing is begun any more; fresh messages are kept. Resolves when no delivery runs, or after `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    this.#stopped = true;
    this.line.stop();
    this.backlog.stop();
    this.#sweep.stop();
    for (const active of this.inHand.all()) this.#timeIsUp(active);
    const { clock, alarm } = this.#world;
    const untilMs = clock.nowMs() + graceMs;
    while (this.#offered.size + this.line.running > 0 && clock.nowMs() < untilMs) {
      await new Promise<void>((resolve) => alarm.after(50, resolve));
    }
  }

  /** The message is no longer tried from memory, but for deliveries that run; resolves when the store has it. */
  async putAway(queueId: string): Promise<void> {
    const parts = this.inHand.partsOf(queueId);
    for (const active of parts) {
      if (active.home.phase === 'fresh') this.#timeIsUp(active);
      else {
        this.#withdraw([...active.waiting]);
        active.waiting.clear();
        dropIdle(active);
        await this.#saver.save(active);
      }
    }
    await this.#offered.get(queueId);
  }

  /** Its ends stand in the store, and the sender is to be told. */
  report(queueId: string): void {
    this.#reporter.report(queueId);
  }

  async #take(message: QueuedMessage, content: MessageContent): Promise<void> {
    const { store, clock, alarm } = this.#world;
    const { recipients, held, ...envelope } = message;
    if (this.#known.meet(message.queueId) === 'unsure' && (await store.find(message.queueId)) !== undefined) return;
    const nowMs = clock.nowMs();
    const tracked = recipients.map((recipient, number) => admitted(recipient, number, nowMs));
    if (held === true) return this.#keepHeld(envelope, tracked, content);
    const heldBytes = Math.min(content.sizeBytes, MEMORY_BYTES);
    if (this.#stopped || !this.#hasRoomFor(heldBytes)) return this.#keepFirst(envelope, tracked, content);
    const taken = Promise.withResolvers<void>();
    const home = { phase: 'fresh', release: taken.resolve, timeIsUp: false } as const;
    const active = activate(envelope, tracked, nowMs, home, new HandedOverContent(content));
    this.#fresh++;
    this.#freshBytes += heldBytes;
    this.#admit(active);
    this.line.pump();
    using _timer = alarm.after(this.settings.freshMs, () => this.#timeIsUp(active));
    try {
      await taken.promise;
    } finally {
      this.#fresh--;
      this.#freshBytes -= heldBytes;
    }
  }

  #hasRoomFor(bytes: number): boolean {
    const { freshLimit, freshBytesLimit } = this.settings;
    return this.#fresh < freshLimit && this.#freshBytes + bytes <= freshBytesLimit;
  }

  /** More comes in than goes out: it waits on the disk, not in memory. */
  async #keepFirst(
    envelope: QueuedEnvelope,
    tracked: readonly TrackedRecipient[],
    content: MessageContent,
  ): Promise<void> {
    await this.#world.store.keep(envelope, tracked, content);
    if (tracked.some(({ progress }) => progress.state.phase === 'unreported')) this.#reporter.report(envelope.queueId);
    this.backlog.lookBy(this.#world.clock.nowMs());
  }

  /** Nothing is tried before somebody releases it. */
  async #keepHeld(
    envelope: QueuedEnvelope,
    tracked: readonly TrackedRecipient[],
    content: MessageContent,
  ): Promise<void> {
    const { store, journeyLog } = this.#world;
    await store.keep({ ...envelope, held: true }, tracked, content);
    journeyLog.record(envelope.queueId, { kind: 'held', onArrival: true });
  }

  #timeIsUp(active: ActiveMessage): void {
    if (active.home.phase !== 'fresh') return;
    active.home.timeIsUp = true;
    void this.#saver.save(active);
  }

  /** Of a fresh one the log heard when it was accepted. */
  #load({ envelope, recipients }: StoredMessage): void {
    const active = activate(envelope, recipients, this.#world.clock.nowMs(), { phase: 'kept' });
    const { queueId, sender, sizeBytes, prefix } = envelope;
    this.#world.log.write('info', 'qmgr', activeLine(queueId, sender, sizeBytes + prefix.length, recipients.length));
    this.#admit(active);
  }

  #admit(active: ActiveMessage): void {
    this.inHand.add(active);
    const deliveries = splitIntoDeliveries(active, this.settings);
    for (const delivery of deliveries) active.waiting.add(delivery);
    for (const delivery of deliveries) {
      const suspension = this.line.find(delivery.destination)?.suspension;
      if (suspension === undefined) this.line.add(delivery);
      else this.#suspended(delivery, suspension.outcome);
    }
    if (isOver(active)) void this.#saver.save(active);
  }

  async #deliver(destination: Destination, delivery: Delivery): Promise<void> {
    const { active } = delivery;
    active.waiting.delete(delivery);
    active.running.add(delivery);
    const begunMs = this.#world.clock.nowMs();
    this.#world.journeyLog.record(active.envelope.queueId, {
      kind: 'attempted',
      destination: delivery.destination,
      recipients: delivery.numbers.length,
    });
    const report = await attempt(this.#world, delivery);
    this.line.ended(destination, delivery);
    this.#note(delivery, report, begunMs, true);
    this.#feedBack(destination, delivery, report);
    this.backlog.refill(destination);
    this.line.pump();
    this.line.release(destination);
  }

  /** What came of it goes into the message, the log and the journey, and then to the store. */
  #note(delivery: Delivery, report: AttemptReport, begunMs: number, wasTried: boolean): void {
    const { active, numbers } = delivery;
    const nowMs = this.#world.clock.nowMs();
    active.waiting.delete(delivery);
    active.running.delete(delivery);
    for (const [i, number] of numbers.entries()) {
      const tracked = active.recipients.get(number);
      const outcome = report.outcomes[i];
      if (tracked === undefined || outcome === undefined) continue;
      const moment = { nowMs, wasTried };
      const progress = judgeOutcome(this.settings, active.envelope, tracked, outcome, moment, this.#world.randomness);
      active.recipients.set(number, { ...tracked, progress });
      active.unrecorded.add(number);
      recordOutcome(this.#world, active, { ...tracked, progress }, outcome, { ...report, begunMs });
      if (progress.state.phase === 'waiting') this.backlog.lookBy(progress.state.nextAttemptMs);
    }
    void this.#saver.save(active);
  }

  #feedBack(destination: Destination, { nextHop }: Delivery, { outcomes }: AttemptReport): void {
    if (!TO_SERVERS.has(nextHop.transport)) return;
    const [first] = outcomes;
    if (first === undefined || !isDestinationFailure(outcomes)) {
      this.line.revive(destination);
      destination.window.succeed(destination.active);
      return;
    }
    if (destination.suspension !== undefined || destination.window.fail() === 'go on') return;
    for (const waiting of this.line.suspend(destination, first)) this.#suspended(waiting, first);
  }

  /** Put off without being tried, because of what others met there. */
  #suspended(delivery: Delivery, cause: LastOutcome): void {
    const outcome: LastOutcome = {
      kind: 'deferred',
      status: cause.status,
      text: `delivery temporarily suspended: ${cause.text}`,
    };
    this.#note(delivery, same(delivery, outcome), this.#world.clock.nowMs(), false);
  }

  /** They stay in the store, and have their turn from there. */
  #withdraw(deliveries: readonly Delivery[]): void {
    for (const { active, destination: name, ...delivery } of deliveries.map((each) => ({ ...each, each }))) {
      const destination = this.line.find(name);
      if (destination === undefined) continue;
      destination.waiting.withdraw(active.envelope.origin, delivery.each);
      destination.hasBacklog = true;
      this.backlog.refill(destination);
    }
    if (deliveries.length > 0) this.backlog.lookBy(this.#world.clock.nowMs());
  }
}

/** Recipients that neither run nor have anything to be written about them. */
function dropIdle({ recipients, running, unrecorded }: ActiveMessage): void {
  const kept = new Set([...running].flatMap(({ numbers }) => numbers));
  for (const number of recipients.keys()) if (!kept.has(number) && !unrecorded.has(number)) recipients.delete(number);
}
