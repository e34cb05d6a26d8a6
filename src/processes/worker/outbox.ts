// The worker's side of the outbound process: what must be sent is handed over there, and the journal keeps it until the other
// side says that it has it. What the other side cannot keep is handed over again, less and less often; when the stream is lost,
// all that was not heard of: the queue knows a message by its id.

import type { Alarm } from '#mail/ports/alarm.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Outbox } from '#mail/ports/outbox.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { pathOf } from '#platform/files/file-content.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { PeerGone } from '#platform/ipc/peer-gone.ts';
import { formatTake, isIdList } from '../queue-messages.ts';

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** Whose octets are in memory: while nobody takes them, the journal fills and memory does not. */
const MOST_UNDER_WAY = 256;

interface Waiting {
  readonly message: QueuedMessage;
  readonly content: MessageContent;
  readonly resolve: () => void;
  /** How often it could not be handed over, or kept. */
  failures: number;
}

export class OutboundOutbox implements Outbox {
  readonly #log: Log;
  readonly #alarm: Alarm;
  /** Handed over, or waiting for somebody to hand it to; by queue id. */
  readonly #waiting = new Map<string, Waiting>();
  /** Those of them whose turn to be handed over has not come. */
  readonly #next = new Set<Waiting>();
  #underWay = 0;
  #channel: Channel | undefined;

  constructor(log: Log, alarm: Alarm) {
    this.#log = log;
    this.#alarm = alarm;
  }

  /** The outbound process is there, perhaps a new one. */
  attach(channel: Channel): void {
    this.#channel = channel;
    channel.serve('taken', (head) => {
      if (!isIdList(head)) throw new Error('no list of ids');
      for (const id of head.ids) this.#taken(id);
      return {};
    });
    channel.serve('not-taken', (head) => {
      if (!isIdList(head)) throw new Error('no list of ids');
      for (const id of head.ids) this.#offerLater(this.#waiting.get(id));
      return {};
    });
    for (const waiting of this.#waiting.values()) this.#next.add(waiting);
    this.#handOverNext();
  }

  take(message: QueuedMessage, content: MessageContent): Promise<void> {
    return new Promise((resolve) => {
      const waiting = { message, content, resolve, failures: 0 };
      this.#waiting.set(message.queueId, waiting);
      this.#offer(waiting);
    });
  }

  #taken(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.resolve();
  }

  #offer(waiting: Waiting): void {
    this.#next.add(waiting);
    this.#handOverNext();
  }

  #handOverNext(): void {
    const channel = this.#channel;
    for (const waiting of this.#next) {
      // Whoever comes next is given all of them.
      if (channel?.isOpen !== true || this.#underWay >= MOST_UNDER_WAY) return;
      this.#next.delete(waiting);
      this.#underWay += 1;
      void this.#handOver(channel, waiting).finally(() => {
        this.#underWay -= 1;
        this.#handOverNext();
      });
    }
  }

  #offerLater(waiting: Waiting | undefined): void {
    if (waiting === undefined) return;
    const pauseMs = Math.min(FIRST_RETRY_MS * 2 ** waiting.failures, LONGEST_RETRY_MS);
    waiting.failures++;
    this.#alarm.after(pauseMs, () => {
      if (this.#waiting.get(waiting.message.queueId) === waiting) this.#offer(waiting);
    });
  }

  async #handOver(channel: Channel, waiting: Waiting): Promise<void> {
    const { message, content } = waiting;
    try {
      const file = pathOf(content);
      const octets = file === undefined ? await content.read(0, content.sizeBytes) : undefined;
      const { head, body } = formatTake(message, octets, file);
      await channel.ask('take', head, ...body);
    } catch (cause) {
      // The next one to come is given it again.
      if (cause instanceof PeerGone) return;
      this.#log.write('error', 'qmgr', `${message.queueId}: could not be handed to the queue: ${String(cause)}`);
      this.#offerLater(waiting);
    }
  }
}
