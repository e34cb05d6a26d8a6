// A queue store in memory that survives its runner, for tests with a virtual clock, and can be made to die: at the n-th
// write, before or after it is durable, the world stops and nobody hears another word.

import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueueFilter } from '#mail/ports/queue-admin.ts';
import type {
  DueDestination,
  DueMessages,
  DueRequest,
  QueueChange,
  QueuedEnvelope,
  QueueStore,
  RecipientChange,
  Remainder,
  StoredMessage,
} from '#mail/ports/queue-store.ts';
import { queueDestination } from '#mail/queue/next-hop.ts';
import type { TrackedRecipient } from '#mail/queue/recipient-progress.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';

interface Row {
  readonly envelope: QueuedEnvelope;
  readonly recipients: Map<number, TrackedRecipient>;
  readonly octets: Buffer;
  held: boolean;
  warned: boolean;
}

/** What is on the disk. */
export class QueueDisk {
  readonly rows = new Map<string, Row>();
  readonly finished = new Set<string>();
  /** Writes that were asked for. */
  writes = 0;
}

export interface Death {
  readonly atWrite: number;
  readonly when: 'before' | 'after';
  readonly died: () => void;
}

export class MemoryQueueStore implements QueueStore {
  readonly disk: QueueDisk;
  readonly newestId: string;
  /** Set it, and every write fails. */
  failure: WorldError | undefined;
  readonly #death: Death | undefined;
  #isDead = false;

  constructor(disk: QueueDisk = new QueueDisk(), death?: Death) {
    this.disk = disk;
    this.#death = death;
    this.newestId = [...disk.rows.keys(), ...disk.finished].sort().at(-1) ?? '';
  }

  async keep(
    { held, ...envelope }: QueuedEnvelope,
    recipients: readonly TrackedRecipient[],
    content: MessageContent,
  ): Promise<void> {
    const octets = Buffer.from(await readWhole(content));
    return this.#write(() => {
      if (this.disk.rows.has(envelope.queueId)) return;
      const byNumber = new Map(recipients.map((each) => [each.number, structuredClone(each)]));
      const sized = { ...envelope, sizeBytes: octets.length };
      this.disk.rows.set(envelope.queueId, {
        envelope: sized,
        recipients: byNumber,
        octets,
        held: held === true,
        warned: false,
      });
    });
  }

  finish(queueId: string): Promise<void> {
    return this.#write(() => void this.disk.finished.add(queueId));
  }

  find(queueId: string): Promise<'kept' | 'finished' | undefined> {
    return this.#read(() =>
      this.disk.rows.has(queueId) ? 'kept' : this.disk.finished.has(queueId) ? 'finished' : undefined,
    );
  }

  record(queueId: string, changes: readonly RecipientChange[]): Promise<Remainder | undefined> {
    const copies = structuredClone(changes);
    return this.#write(() => {
      const row = this.disk.rows.get(queueId);
      if (row === undefined) return undefined;
      for (const { number, progress } of copies) {
        const tracked = row.recipients.get(number);
        if (progress.state.phase === 'done') row.recipients.delete(number);
        else if (tracked !== undefined) row.recipients.set(number, { ...tracked, progress });
      }
      const phases = [...row.recipients.values()].map(({ progress }) => progress.state.phase);
      if (phases.length === 0) this.#forget(queueId);
      const waiting = phases.filter((phase) => phase === 'waiting').length;
      return { waiting, unreported: phases.length - waiting };
    });
  }

  markWarned(queueId: string): Promise<void> {
    return this.#write(() => {
      const row = this.disk.rows.get(queueId);
      if (row !== undefined) row.warned = true;
    });
  }

  dueDestinations(limit: number): Promise<DueDestination[]> {
    return this.#read(() => {
      const due = new Map<string, number>();
      for (const { destination, dueMs } of this.#waiting()) {
        due.set(destination, Math.min(due.get(destination) ?? Number.POSITIVE_INFINITY, dueMs));
      }
      return [...due]
        .map(([destination, dueMs]) => ({ destination, dueMs }))
        .sort((one, other) => one.dueMs - other.dueMs)
        .slice(0, limit);
    });
  }

  loadDue({ destination, nowMs, limit, exceptIds, arrivedBeforeMs }: DueRequest): Promise<DueMessages> {
    return this.#read(() => {
      const except = new Set(exceptIds);
      const due = [...this.#waiting()].filter(
        (each) =>
          each.destination === destination &&
          !except.has(each.row.envelope.queueId) &&
          (arrivedBeforeMs === undefined ? each.dueMs <= nowMs : each.row.envelope.arrivedMs < arrivedBeforeMs),
      );
      const byMessage = Map.groupBy(due.slice(0, limit), ({ row }) => row);
      const messages = [...byMessage].map(([row, each]) =>
        this.#stored(row, new Set(each.map(({ number }) => number))),
      );
      return { messages, lastOrigin: messages.at(-1)?.envelope.origin ?? '', hasMore: due.length > limit };
    });
  }

  load(queueId: string): Promise<StoredMessage | undefined> {
    return this.#read(() => {
      const row = this.disk.rows.get(queueId);
      return row && this.#stored(row);
    });
  }

  unreported(afterId: string, limit: number): Promise<string[]> {
    const isUnreported = ({ progress }: TrackedRecipient) => progress.state.phase === 'unreported';
    return this.#read(() =>
      [...this.disk.rows]
        .filter(([id, { recipients }]) => id > afterId && [...recipients.values()].some(isUnreported))
        .map(([id]) => id)
        .sort()
        .slice(0, limit),
    );
  }

  unwarned(arrivedBeforeMs: number, limit: number): Promise<string[]> {
    return this.#read(() =>
      [...this.disk.rows]
        .filter(
          ([, { envelope, recipients, held, warned }]) =>
            !held &&
            !warned &&
            envelope.arrivedMs < arrivedBeforeMs &&
            [...recipients.values()].some(
              ({ progress }) => progress.attempts > 0 && progress.state.phase === 'waiting',
            ),
        )
        .map(([id]) => id)
        .slice(0, limit),
    );
  }

  mendTimes(latestMs: number, nowMs: number): Promise<void> {
    return this.#write(() => {
      for (const { row, number, dueMs } of this.#waiting()) if (dueMs > latestMs) this.#makeDue(row, number, nowMs);
    });
  }

  openContent({ queueId, sizeBytes }: Pick<QueuedEnvelope, 'queueId' | 'sizeBytes'>): Promise<MessageContent> {
    return this.#read(() => {
      const octets = this.disk.rows.get(queueId)?.octets;
      if (octets?.length !== sizeBytes) throw new WorldError('reading a message of the queue', { transient: false });
      return memoryContent(octets);
    });
  }

  list(filter: QueueFilter, afterId: string, limit: number): Promise<StoredMessage[]> {
    return this.#read(() =>
      [...this.disk.rows]
        .filter(([id, row]) => id > afterId && matches(filter, this.#stored(row)))
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .slice(0, limit)
        .map(([, row]) => this.#stored(row)),
    );
  }

  count(): Promise<{ readonly messages: number; readonly held: number; readonly recipients: number }> {
    const rows = [...this.disk.rows.values()];
    return this.#read(() => ({
      messages: rows.length,
      held: rows.filter(({ held }) => held).length,
      recipients: rows.reduce((sum, { recipients }) => sum + recipients.size, 0),
    }));
  }

  change(queueIds: readonly string[], change: QueueChange): Promise<string[]> {
    return this.#write(() => queueIds.filter((id) => this.#change(id, change)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDead = true;
  }

  #change(queueId: string, change: QueueChange): boolean {
    const row = this.disk.rows.get(queueId);
    if (row === undefined) return false;
    const wasHeld = row.held;
    if (change.kind === 'delete') this.#forget(queueId);
    if (change.kind === 'hold') row.held = true;
    if (change.kind === 'release') row.held = false;
    const isDue = (change.kind === 'release' && wasHeld) || (change.kind === 'retry' && !wasHeld);
    if (isDue && 'nowMs' in change)
      for (const number of row.recipients.keys()) this.#makeDue(row, number, change.nowMs);
    return change.kind === 'delete' || (change.kind === 'hold' ? !wasHeld : isDue);
  }

  #makeDue(row: Row, number: number, nowMs: number): void {
    const tracked = row.recipients.get(number);
    if (tracked?.progress.state.phase !== 'waiting') return;
    const progress = { ...tracked.progress, state: { phase: 'waiting', nextAttemptMs: nowMs } } as const;
    row.recipients.set(number, { ...tracked, progress });
  }

  *#waiting(): Generator<{ row: Row; number: number; destination: string; dueMs: number }> {
    for (const row of this.disk.rows.values()) {
      if (row.held) continue;
      for (const { number, recipient, progress } of row.recipients.values()) {
        if (progress.state.phase !== 'waiting') continue;
        yield { row, number, destination: queueDestination(recipient.nextHop), dueMs: progress.state.nextAttemptMs };
      }
    }
  }

  #stored({ envelope, held, recipients }: Row, only?: ReadonlySet<number>): StoredMessage {
    const wanted = [...recipients.values()].filter(({ number }) => only?.has(number) ?? true);
    return { envelope, held, recipients: structuredClone(wanted) };
  }

  #forget(queueId: string): void {
    this.disk.rows.delete(queueId);
    this.disk.finished.add(queueId);
  }

  async #read<T>(work: () => T): Promise<T> {
    if (this.#isDead) return new Promise(() => undefined);
    return work();
  }

  async #write<T>(work: () => T): Promise<T> {
    if (this.#isDead) return new Promise(() => undefined);
    if (this.failure !== undefined) throw this.failure;
    const dies = this.disk.writes++ === this.#death?.atWrite;
    if (!dies) return work();
    if (this.#death?.when === 'after') work();
    this.#isDead = true;
    this.#death?.died();
    return new Promise(() => undefined);
  }
}

function matches({ sender, recipient, domain, arrivedBeforeMs, state }: QueueFilter, stored: StoredMessage): boolean {
  const { envelope, recipients, held } = stored;
  const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  const tried = recipients.some(({ progress }) => progress.attempts > 0);
  const states = { active: true, hold: held, incoming: !held && !tried, deferred: !held && tried };
  return (
    (sender === undefined || isSame(sender, envelope.sender)) &&
    (recipient === undefined ||
      recipients.some(
        (each) => isSame(each.recipient.address, recipient) || isSame(each.recipient.original, recipient),
      )) &&
    (domain === undefined || recipients.some((each) => isSame(each.recipient.address.split('@')[1] ?? '', domain))) &&
    (arrivedBeforeMs === undefined || envelope.arrivedMs < arrivedBeforeMs) &&
    (state === undefined || states[state])
  );
}
