// What an administrator sees and does: the store's messages and the fresh ones in memory as one list. Whatever is done to
// a message, it is first put away into the store; deliveries that run already come to their end.

import { unreachable } from '#base/unreachable.ts';
import type {
  DestinationListing,
  QueueAction,
  QueueAdmin,
  QueueCounts,
  QueuedMessageListing,
  QueueFilter,
  QueueSelection,
} from '#mail/ports/queue-admin.ts';
import type { StoredMessage } from '#mail/ports/queue-store.ts';
import { removedLine } from './queue-lines.ts';
import { describeMessage, stateAtRest } from './queue-listing.ts';
import type { QueueRunner } from './queue-runner.ts';
import type { QueueWorld } from './queue-world.ts';
import type { LastOutcome } from './recipient-progress.ts';
import { judgeOutcome } from './recipient-verdict.ts';

/** Messages that are changed by one order: the store does other things in between. */
const AT_ONCE = 200;
/** Postfix's program for this. */
const LOG_AREA = 'postsuper';

const RETURNED: LastOutcome = { kind: 'failed', status: '5.0.0', text: 'returned by the administrator' };

export function createQueueAdmin(world: QueueWorld, runner: QueueRunner): QueueAdmin {
  return new QueueAdministration(world, runner);
}

class QueueAdministration implements QueueAdmin {
  readonly #world: QueueWorld;
  readonly #runner: QueueRunner;

  constructor(world: QueueWorld, runner: QueueRunner) {
    this.#world = world;
    this.#runner = runner;
  }

  async list(filter: QueueFilter, afterId: string, limit: number): Promise<QueuedMessageListing[]> {
    if (filter.state === 'active') return this.#listActive(filter, afterId, limit);
    const stored = await this.#world.store.list(filter, afterId, limit);
    const fresh = this.#freshOnes().filter((each) => each.queueId > afterId && matches(filter, each));
    const known = new Set(stored.map(({ envelope }) => envelope.queueId));
    return [...stored.map((each) => this.#listing(each)), ...fresh.filter(({ queueId }) => !known.has(queueId))]
      .sort((one, other) => (one.queueId < other.queueId ? -1 : 1))
      .slice(0, limit);
  }

  async show(queueId: string): Promise<QueuedMessageListing | undefined> {
    const stored = await this.#world.store.load(queueId);
    if (stored !== undefined) return this.#listing(stored);
    return this.#freshOnes().find((each) => each.queueId === queueId);
  }

  async counts(): Promise<QueueCounts> {
    const stored = await this.#world.store.count();
    const fresh = this.#freshOnes();
    return {
      messages: stored.messages + fresh.length,
      recipients: stored.recipients + fresh.reduce((sum, { recipients }) => sum + recipients.length, 0),
      held: stored.held,
      active: new Set(this.#runner.inHand.ids()).size,
    };
  }

  async destinations(limit: number): Promise<DestinationListing[]> {
    return [...this.#runner.line.all()]
      .map(({ name, active, waiting, window, suspension }) => ({
        destination: name,
        active,
        waiting: waiting.size,
        concurrency: window.size,
        ...(suspension && { suspendedUntilMs: suspension.untilMs, reason: suspension.outcome.text }),
      }))
      .sort((one, other) => other.active + other.waiting - (one.active + one.waiting))
      .slice(0, limit);
  }

  async act(action: QueueAction, selection: QueueSelection): Promise<number> {
    if ('queueIds' in selection) return this.#actOn(action, selection.queueIds);
    let changed = 0;
    let afterId = '';
    for (;;) {
      const page = await this.list(selection.filter, afterId, AT_ONCE);
      const last = page.at(-1);
      if (last === undefined) return changed;
      afterId = last.queueId;
      changed += await this.#actOn(
        action,
        page.map(({ queueId }) => queueId),
      );
    }
  }

  async flush(): Promise<void> {
    await this.act('retry', { filter: {} });
    this.#reviveAll();
  }

  async #actOn(action: QueueAction, queueIds: readonly string[]): Promise<number> {
    for (const queueId of queueIds) {
      if (action !== 'retry' && this.#runner.inHand.has(queueId)) await this.#runner.putAway(queueId);
      // What is just being loaded may not know of this yet.
      this.#runner.backlog.leaving(queueId);
    }
    const { store, clock } = this.#world;
    const nowMs = clock.nowMs();
    switch (action) {
      case 'hold':
        return this.#noted(await store.change(queueIds, { kind: 'hold' }), action);
      case 'release':
      case 'retry': {
        const changed = await store.change(queueIds, { kind: action, nowMs });
        this.#reviveAll();
        this.#runner.backlog.lookBy(nowMs);
        return this.#noted(changed, action);
      }
      case 'delete':
        return this.#noted(await store.change(queueIds, { kind: 'delete', nowMs }), action);
      case 'bounce': {
        let changed = 0;
        for (const queueId of queueIds) changed += await this.#bounce(queueId);
        return changed;
      }
      default:
        return unreachable(action);
    }
  }

  /** Deliveries that run come to their end; everybody else is failed, and the sender told. */
  async #bounce(queueId: string): Promise<number> {
    const { store, clock, log, journeyLog, randomness } = this.#world;
    const stored = await store.load(queueId);
    if (stored === undefined) return 0;
    const waiting = stored.recipients.filter(
      ({ number, progress }) => progress.state.phase === 'waiting' && !this.#runner.inHand.holds(queueId, number),
    );
    const moment = { nowMs: clock.nowMs(), wasTried: false };
    const returned = waiting.map((tracked) => ({ tracked, text: sayReturned(tracked.progress.outcome) }));
    const changes = returned.map(({ tracked, text }) => {
      const outcome = { ...RETURNED, text };
      const { settings } = this.#runner;
      return {
        number: tracked.number,
        progress: judgeOutcome(settings, stored.envelope, tracked, outcome, moment, randomness),
      };
    });
    const rest = await store.record(queueId, changes, moment.nowMs);
    for (const { tracked, text: reason } of returned) {
      journeyLog.record(queueId, { kind: 'bounced', recipient: tracked.recipient.address, relay: 'none', reason });
    }
    log.write('info', LOG_AREA, `${queueId}: returned to sender by the administrator`);
    if (rest !== undefined && rest.unreported > 0) this.#runner.report(queueId);
    else if (rest?.waiting === 0) log.write('info', 'qmgr', removedLine(queueId));
    return waiting.length > 0 ? 1 : 0;
  }

  /** In the log, and where it matters in the story of each. */
  #noted(changed: readonly string[], action: Exclude<QueueAction, 'bounce'>): number {
    for (const queueId of changed) {
      const note = action === 'delete' ? removedLine(queueId) : `${queueId}: ${NOTES[action]}`;
      this.#world.log.write('info', LOG_AREA, note);
      if (action === 'hold') this.#world.journeyLog.record(queueId, { kind: 'held' });
      if (action === 'release') this.#world.journeyLog.record(queueId, { kind: 'released' });
      if (action === 'delete') this.#world.journeyLog.record(queueId, { kind: 'deleted' });
    }
    return changed.length;
  }

  #reviveAll(): void {
    for (const destination of [...this.#runner.line.all()]) this.#runner.line.revive(destination);
    this.#runner.line.pump();
  }

  /** What is in memory is little: it is asked for one by one. */
  async #listActive(filter: QueueFilter, afterId: string, limit: number): Promise<QueuedMessageListing[]> {
    const ids = [...this.#runner.inHand.ids()].filter((id) => id > afterId).sort();
    const { state: _, ...others } = filter;
    const found: QueuedMessageListing[] = [];
    for (const id of ids) {
      if (found.length >= limit) break;
      const listing = await this.show(id);
      if (listing !== undefined && matches(others, listing)) found.push(listing);
    }
    return found;
  }

  #freshOnes(): QueuedMessageListing[] {
    const fresh = this.#runner.inHand.all().filter(({ home }) => home.phase === 'fresh');
    return fresh.map(({ envelope, recipients }) => {
      const open = [...recipients.values()].filter(({ progress }) => progress.state.phase !== 'done');
      return describeMessage(this.#runner.settings, envelope, 'active', open);
    });
  }

  #listing(stored: StoredMessage): QueuedMessageListing {
    const state = this.#runner.inHand.has(stored.envelope.queueId) ? 'active' : stateAtRest(stored);
    return describeMessage(this.#runner.settings, stored.envelope, state, stored.recipients);
  }
}

const NOTES = { hold: 'placed on hold', release: 'released from hold', retry: 'requeued' } as const;

/** With what the last attempt said, so that the sender learns why. */
function sayReturned(last: LastOutcome | undefined): string {
  return last === undefined ? RETURNED.text : `${RETURNED.text}; the last attempt said: ${last.text}`;
}

/** Of fresh messages, as the store does it of kept ones. */
function matches(filter: QueueFilter, listing: QueuedMessageListing): boolean {
  const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const { sender, recipient, domain, arrivedBeforeMs, state } = filter;
  return (
    (sender === undefined || isSame(sender, listing.sender)) &&
    (recipient === undefined ||
      listing.recipients.some(({ address, original }) => isSame(address, recipient) || isSame(original, recipient))) &&
    (domain === undefined ||
      listing.recipients.some(({ address }) => isSame(address.slice(address.lastIndexOf('@') + 1), domain))) &&
    (arrivedBeforeMs === undefined || listing.arrivedMs < arrivedBeforeMs) &&
    (state === undefined || state === listing.state)
  );
}
