// The worker's side of the outbound process: what must be sent is handed over there, and the journal keeps it until the other
// side says that it has it. When the stream is lost, all that was not heard of is handed over again: the queue knows a
// message by its id.

import type { Log } from '#mail/ports/log.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Outbox } from '#mail/ports/outbox.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { pathOf } from '#platform/files/file-content.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { PeerGone } from '#platform/ipc/peer-gone.ts';
import { formatTake, isTaken } from '../queue-messages.ts';

const RETRY_MS = 1_000;

interface Waiting {
  readonly message: QueuedMessage;
  readonly content: MessageContent;
  readonly resolve: () => void;
}

export class OutboundOutbox implements Outbox {
  readonly #log: Log;
  /** Handed over, or waiting for somebody to hand it to; by queue id. */
  readonly #waiting = new Map<string, Waiting>();
  #channel: Channel | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** The outbound process is there, perhaps a new one. */
  attach(channel: Channel): void {
    this.#channel = channel;
    channel.serve('taken', (head) => {
      if (!isTaken(head)) throw new Error('no list of ids');
      for (const id of head.ids) this.#taken(id);
      return {};
    });
    for (const waiting of this.#waiting.values()) void this.#handOver(channel, waiting);
  }

  take(message: QueuedMessage, content: MessageContent): Promise<void> {
    return new Promise((resolve) => {
      const waiting = { message, content, resolve };
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
    if (this.#channel?.isOpen === true) void this.#handOver(this.#channel, waiting);
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
      setTimeout(() => this.#offer(waiting), RETRY_MS).unref();
    }
  }
}
