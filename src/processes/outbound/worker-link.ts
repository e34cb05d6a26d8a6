// The worker, as the outbound process sees it: it hands over what must be sent, takes in the server's own mail by the one
// door, and keeps the journeys.

import type { JourneyEvent } from '#mail/journey/event.ts';
import type { JourneyLog } from '#mail/ports/journey-log.ts';
import type { Log } from '#mail/ports/log.ts';
import type { Outbox } from '#mail/ports/outbox.ts';
import type { OwnMail, OwnMessage } from '#mail/ports/own-mail.ts';
import { fileContent } from '#platform/files/file-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { askWithContent } from '#platform/local-delivery/carried-content.ts';
import { isPosted, readTake } from '../queue-messages.ts';

/** Events and ends gather for so long: they come in hundreds. */
const GATHER_MS = 20;
const MOST_AT_ONCE = 400;
/** While no worker is there, the oldest events are forgotten beyond it. */
const MOST_EVENTS = 50_000;

export class WorkerLink implements OwnMail, JourneyLog {
  readonly #channelToWorker: () => Promise<Channel>;
  readonly #log: Log;
  #taken: string[] = [];
  #notTaken: string[] = [];
  #events: { key: string; event: JourneyEvent }[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(channelToWorker: () => Promise<Channel>, log: Log) {
    this.#channelToWorker = channelToWorker;
    this.#log = log;
  }

  /** Returns when the message is here; the worker hears of its end by `taken`. */
  take(outbox: Outbox, head: unknown, body: Buffer): void {
    const { message, octets, file } = readTake(head, body);
    const content = file === undefined ? memoryContent(octets) : fileContent(file, message.sizeBytes);
    void this.#take(outbox, message, content);
  }

  async post({ octets, ...head }: OwnMessage): Promise<string> {
    const channel = await this.#channelToWorker();
    const answer = await askWithContent(channel, 'post', head, memoryContent(octets));
    if (!isPosted(answer)) throw new Error('the worker gave no queue id');
    return answer.queueId;
  }

  record(key: string, event: JourneyEvent): void {
    this.#events.push({ key, event });
    if (this.#events.length > MOST_EVENTS) this.#events.splice(0, MOST_AT_ONCE);
    this.#sayLater();
  }

  /** What is left to be said. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#say();
  }

  async #take(outbox: Outbox, ...[message, content]: Parameters<Outbox['take']>): Promise<void> {
    await using _ = content;
    try {
      await outbox.take(message, content);
      this.#taken.push(message.queueId);
      this.#sayLater();
    } catch (cause) {
      // The journal still has it, and memory need not: the worker offers it again, a little later each time.
      this.#log.write('error', 'qmgr', `${message.queueId}: could not be kept, for now: ${String(cause)}`);
      this.#notTaken.push(message.queueId);
      this.#sayLater();
    }
  }

  #sayLater(): void {
    this.#timer ??= setTimeout(() => void this.#say(), GATHER_MS);
  }

  async #say(): Promise<void> {
    this.#timer = undefined;
    const ids = this.#taken.splice(0, MOST_AT_ONCE);
    const later = this.#notTaken.splice(0, MOST_AT_ONCE);
    const events = this.#events.splice(0, MOST_AT_ONCE);
    try {
      const channel = await this.#channelToWorker();
      // The journal waits for these; nothing waits for a story.
      if (ids.length > 0) await channel.ask('taken', { ids });
      if (later.length > 0) await channel.ask('not-taken', { ids: later });
      if (events.length > 0) await channel.ask('journey', {}, Buffer.from(JSON.stringify({ events })));
    } catch (cause) {
      // Ids that are not heard of are offered again: the queue says so again.
      this.#log.write('warn', 'qmgr', `the worker could not be told: ${String(cause)}`);
    }
    if (this.#taken.length + this.#notTaken.length + this.#events.length > 0) this.#sayLater();
  }
}
