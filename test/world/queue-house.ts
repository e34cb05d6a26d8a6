// The queue with a made-up world around it: a virtual clock, servers that answer as a test says, a door for its own mail,
// and a witness who saw every delivery and checks what must always hold.

import assert from 'node:assert/strict';
import { WorldError } from '#base/world-error.ts';
import type { OwnMessage } from '#mail/ports/own-mail.ts';
import type { QueueAdmin } from '#mail/ports/queue-admin.ts';
import type { DeliveryJob, DeliveryOutcome, DeliveryReport, Transport } from '#mail/ports/transport.ts';
import type { ReportInput } from '#mail/queue/bounces/report-input.ts';
import type { NextHop } from '#mail/queue/next-hop.ts';
import { createQueueAdmin } from '#mail/queue/queue-administration.ts';
import { QueueRunner } from '#mail/queue/queue-runner.ts';
import { DEFAULT_QUEUE_SETTINGS, type QueueSettings } from '#mail/queue/queue-settings.ts';
import type { QueueWorld } from '#mail/queue/queue-world.ts';
import type { QueuedMessage, QueuedRecipient } from '#mail/queue/queued-message.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import { collectingJourneys } from './journeys.ts';
import { collectingLog } from './log.ts';
import { type Death, MemoryQueueStore, type QueueDisk } from './memory-queue-store.ts';
import { seededRandomness } from './randomness.ts';
import { VirtualTime } from './virtual-time.ts';

export type ServerAnswer = Partial<Omit<DeliveryOutcome, 'recipient'>> & Pick<DeliveryOutcome, 'kind'>;

export interface HouseOptions {
  readonly time?: VirtualTime;
  readonly disk?: QueueDisk;
  /** The world stops at this write. */
  readonly death?: Omit<Death, 'died'>;
  readonly settings?: Partial<QueueSettings>;
  /** What a destination says to one recipient; `2.0.0` where nothing is said. */
  readonly answer?: (recipient: QueuedRecipient, destination: string) => ServerAnswer;
  readonly tookMs?: (destination: string) => number;
}

export interface SeenDelivery {
  readonly queueId: string;
  readonly address: string;
  readonly sender: string;
  readonly atMs: number;
  readonly octets: string;
}

const SERVER = { name: 'mx.example.org', address: '192.0.2.1', port: 25 };

export class QueueHouse {
  readonly time: VirtualTime;
  readonly store: MemoryQueueStore;
  readonly runner: QueueRunner;
  readonly log = collectingLog();
  readonly journeys;
  /** What the servers accepted. */
  readonly delivered: SeenDelivery[] = [];
  /** Deliveries that were begun, with their recipients. */
  readonly jobs: { readonly destination: string; readonly recipients: number; readonly atMs: number }[] = [];
  readonly reports: Omit<ReportInput, 'settings'>[] = [];
  readonly posted: OwnMessage[] = [];
  mostAtOnce = new Map<string, number>();
  postFailure: Error | undefined;
  /** Whose mailbox takes nothing more. */
  readonly full = new Set<string>();
  isDead = false;
  readonly #options: HouseOptions;
  readonly #world: QueueWorld;
  readonly #running = new Map<string, number>();
  readonly #open = new Map<string, { message: QueuedMessage; octets: Buffer; isTaken: boolean }>();

  constructor(options: HouseOptions = {}) {
    this.#options = options;
    this.time = options.time ?? new VirtualTime();
    const died = () => {
      this.isDead = true;
    };
    const death = options.death && { ...options.death, died };
    this.store = new MemoryQueueStore(options.disk, death);
    this.journeys = collectingJourneys(this.time);
    const transport: Transport = { deliver: (job) => this.#deliver(job) };
    const carried = ['smtp', 'lmtp', 'local', 'pipe', 'file'] as const;
    this.#world = {
      clock: this.time,
      alarm: { after: (delayMs, wake) => this.time.after(delayMs, () => (this.isDead ? undefined : wake())) },
      randomness: seededRandomness(),
      store: this.store,
      transports: new Map(carried.map((name) => [name, transport])),
      ownMail: { post: (message) => this.#post(message) },
      composeReport: (input) => this.#compose(input),
      journeyLog: this.journeys,
      log: this.log,
    };
    this.runner = new QueueRunner(this.#world, { ...DEFAULT_QUEUE_SETTINGS, ...options.settings });
    this.runner.start();
  }

  administration(): QueueAdmin {
    return createQueueAdmin(this.#world, this.runner);
  }

  /** As the worker does: offers it, and keeps it until it is taken. */
  offer(message: QueuedMessage, octets: Buffer = Buffer.from('Subject: x\r\n\r\nx\r\n')): Promise<void> {
    const entry = { message, octets, isTaken: false };
    this.#open.set(message.queueId, entry);
    return this.runner.take(message, memoryContent(octets)).then(() => {
      entry.isTaken = true;
    });
  }

  /** What the journal would offer again after a crash. */
  untaken(): { readonly message: QueuedMessage; readonly octets: Buffer }[] {
    return [...this.#open.values()].filter(({ isTaken }) => !isTaken);
  }

  isTaken(queueId: string): boolean {
    return this.#open.get(queueId)?.isTaken === true;
  }

  timesDelivered(queueId: string, address: string): number {
    return this.delivered.filter((each) => each.queueId === queueId && each.address === address).length;
  }

  /** After any scenario without a crash. */
  checkInvariants(messages: readonly QueuedMessage[]): void {
    for (const { queueId, recipients } of messages) {
      const row = this.store.disk.rows.get(queueId);
      const isKnown = row !== undefined || this.store.disk.finished.has(queueId);
      assert.equal(isKnown || !this.isTaken(queueId), true, `${queueId} was taken and is lost`);
      assert.ok(!(row && this.store.disk.finished.has(queueId)), `${queueId} is kept and finished`);
      for (const [number, { address }] of recipients.entries()) {
        const times = this.timesDelivered(queueId, address);
        assert.ok(times <= 1, `${queueId} was delivered ${times} times to ${address}`);
        const tracked = row?.recipients.get(number);
        if (times === 1)
          assert.notEqual(tracked?.progress.state.phase, 'waiting', `${queueId}: ${address} waits again`);
      }
    }
  }

  async #deliver({ message, recipients, sender, content }: DeliveryJob): Promise<DeliveryReport> {
    const [first] = recipients;
    assert.ok(first);
    const destination = nameOf(first.nextHop);
    const running = (this.#running.get(destination) ?? 0) + 1;
    this.#running.set(destination, running);
    this.mostAtOnce.set(destination, Math.max(this.mostAtOnce.get(destination) ?? 0, running));
    this.jobs.push({ destination, recipients: recipients.length, atMs: this.time.nowMs() });
    const tookMs = this.#options.tookMs?.(destination) ?? 100;
    await new Promise<void>((resolve) => void this.time.after(tookMs, resolve));
    if (this.isDead) return new Promise(() => undefined);
    const octets = (await readWhole(content)).toString('latin1');
    this.#running.set(destination, (this.#running.get(destination) ?? 1) - 1);
    const outcomes = recipients.map((recipient) => {
      const answer = this.#options.answer?.(recipient, destination) ?? { kind: 'delivered' };
      const { queueId } = message;
      if (answer.kind === 'delivered') {
        this.delivered.push({ queueId, address: recipient.address, sender, atMs: this.time.nowMs(), octets });
      }
      return { recipient, ...WORDS[answer.kind], ...('remote' in answer ? {} : { remote: SERVER }), ...answer };
    });
    return { outcomes, connectMs: 10, deliverMs: tookMs - 10 };
  }

  #compose(input: Omit<ReportInput, 'settings'>): OwnMessage | undefined {
    this.reports.push(input);
    const recipient = input.postmaster ?? input.outcomes[0]?.recipient.sender ?? input.message.sender;
    return {
      sender: '',
      recipient,
      octets: Buffer.from(`To: <${recipient}>\r\n\r\n${input.kind}\r\n`),
      smtpUtf8: false,
    };
  }

  async #post(message: OwnMessage): Promise<string> {
    if (this.isDead) return new Promise(() => undefined);
    if (this.postFailure !== undefined) throw this.postFailure;
    if (this.full.has(message.recipient)) throw new WorldError('post a message: Mailbox full', { transient: true });
    this.posted.push(message);
    return `BOUNCE${this.posted.length}`;
  }
}

const WORDS = {
  delivered: { status: '2.0.0', text: '250 2.0.0 Ok' },
  deferred: { status: '4.2.0', text: '450 4.2.0 Try later' },
  failed: { status: '5.1.1', text: '550 5.1.1 No such user' },
} as const;

/** Nobody answers there. */
export const UNREACHABLE: ServerAnswer = {
  kind: 'deferred',
  status: '4.4.1',
  text: 'connect to mx.example.org[192.0.2.1]:25: Connection refused',
  // Present and undefined: no server was reached.
  ...({ remote: undefined } as object),
};

function nameOf(hop: NextHop): string {
  return 'destination' in hop ? hop.destination : 'user' in hop ? hop.user : hop.transport;
}

let count = 0;

/** A message from ana to each address, by SMTP to its domain. */
export function queued(addresses: readonly string[], changes: Partial<QueuedMessage> = {}): QueuedMessage {
  const queueId = `4ZxQ0${String(++count).padStart(8, '0')}z1`;
  return {
    queueId,
    arrivedMs: Date.UTC(2026, 10, 21, 10),
    sender: 'ana@valija.test',
    body: '7BIT',
    smtpUtf8: false,
    dsn: { ret: undefined, envid: undefined },
    origin: 'ana@valija.test',
    prefix: Buffer.from('Received: from x\r\n'),
    sizeBytes: 18,
    recipients: addresses.map((address) => queuedRecipient(address)),
    ...changes,
  };
}

export function queuedRecipient(address: string, changes: Partial<QueuedRecipient> = {}): QueuedRecipient {
  return {
    address,
    original: address,
    parameters: { notify: undefined, orcpt: undefined },
    nextHop: { transport: 'smtp', destination: address.split('@')[1] ?? '' },
    ...changes,
  };
}
