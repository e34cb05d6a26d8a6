// The main thread's side of the store's thread. Should the thread ever die, all who wait hear of a failing world, every
// watcher opens its mailbox anew, and the next question starts another thread: files are the truth, memory is not.

import { Worker } from 'node:worker_threads';
import type { Result } from '#base/result.ts';
import { unreachable } from '#base/unreachable.ts';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Log } from '#mail/ports/log.ts';
import type { AppendOutcome, AppendRequest, MailboxName, PreparedFetch, StoreRefusal } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { pathOf } from '#platform/files/file-content.ts';
import { sharedPiecesOf } from '#platform/files/shared-content.ts';
import type { ChangeFeed } from '#platform/message-index/change-feed.ts';
import type { FiledCopy } from './commits.ts';
import type { Delivery, MaildirBackend, OpenedBatch } from './maildir-backend.ts';
import { packCommits, type SaidCommit } from './packed-commits.ts';
import type { PromisedBody } from './promised-mail.ts';
import {
  type ContentElsewhere,
  type FromThread,
  fromPlainFailure,
  type MemoryRange,
  ownOctets,
  type PackedBatch,
  type PackedFetches,
  type PlainAppend,
  type PlainBody,
  type PlainContent,
  type PlainFile,
  type PlainMethod,
  type StoreCall,
  type StoreThreadData,
  type ToThread,
  toPlainFailure,
  unpackBatch,
  unpackFetches,
} from './store-messages.ts';

/** What is told without having been asked for. */
export interface StoreEvents {
  filed(id: string, copies: readonly FiledCopy[]): void;
  offered(message: QueuedMessage, body: PromisedBody): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(cause: Error): void;
}

interface Committing {
  readonly message: QueuedMessage;
  /** Of a large one the journal has a file. */
  readonly octets: Buffer | undefined;
}

const IN_ONE_PIECE_BYTES = 128 * 1024;

export class ThreadedBackend implements MaildirBackend {
  readonly #data: StoreThreadData;
  readonly #log: Log;
  readonly #feed: ChangeFeed;
  readonly #events: StoreEvents;
  readonly #waiting = new Map<number, Waiting>();
  readonly #contents = new Map<number, MessageContent>();
  /** Messages to be sent, while they are committed: the thread offers them before it answers. By queue id. */
  readonly #committing = new Map<string, Committing>();
  /** What goes to the thread together, when this turn of the loop has read all its sockets. */
  #unsaid: ToThread[] = [];
  #unsaidCommits: SaidCommit[] = [];
  #unsaidMemory: ArrayBuffer[] = [];
  #worker: Worker | undefined;
  #lastId = 0;

  constructor(data: StoreThreadData, log: Log, feed: ChangeFeed, events: StoreEvents) {
    this.#data = data;
    this.#log = log;
    this.#feed = feed;
    this.#events = events;
  }

  ready = this.#method('ready');
  listMailboxes = this.#method('listMailboxes');
  createMailbox = this.#method('createMailbox');
  deleteMailbox = this.#method('deleteMailbox');
  renameMailbox = this.#method('renameMailbox');
  setSubscribed = this.#method('setSubscribed');
  status = this.#method('status');
  quotaUsage = this.#method('quotaUsage');
  openMailbox = this.#method('openMailbox');
  copy = this.#method('copy');
  move = this.#method('move');
  changeFlags = this.#method('changeFlags');
  expunge = this.#method('expunge');
  refresh = this.#method('refresh');

  async append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
    quotaBytes: number,
  ): Promise<Result<AppendOutcome, StoreRefusal>> {
    const contentIds: number[] = [];
    try {
      const plain: PlainAppend[] = [];
      for (const request of requests) plain.push(await this.#toPlain(request, contentIds));
      const memory = plain.flatMap(({ prefix, content }) =>
        content.kind === 'octets' ? [prefix.buffer, content.octets.buffer] : [prefix.buffer],
      );
      const call = { method: 'append', args: [account, name, plain, quotaBytes] } as const;
      return (await this.#ask(call, memory as ArrayBuffer[])) as Result<AppendOutcome, StoreRefusal>;
    } finally {
      for (const id of contentIds) this.#contents.delete(id);
    }
  }

  async commit({ content, ...delivery }: Delivery): Promise<void> {
    const contentIds: number[] = [];
    const { id, queued } = delivery;
    try {
      // What leaves is offered with its octets, before the answer and behind it.
      const isThere = queued === undefined && sharedPiecesOf(content) !== undefined;
      const comesAlong = content.sizeBytes <= IN_ONE_PIECE_BYTES && !isThere;
      const octets = comesAlong ? await content.read(0, content.sizeBytes) : undefined;
      if (queued !== undefined) this.#committing.set(id, { message: queued, octets });
      const said = { ...delivery, content: octets ?? this.#elsewhere(content, contentIds) };
      await this.#answerTo((callId) => {
        this.#unsaidCommits.push({ ...said, callId });
        this.#saySoon();
      });
    } finally {
      this.#committing.delete(id);
      for (const contentId of contentIds) this.#contents.delete(contentId);
    }
  }

  /** At worst it is offered once more: nobody waits. */
  async release(queueId: string): Promise<void> {
    this.#say({ kind: 'release', queueId });
  }

  async prepareBatch(...args: Parameters<MaildirBackend['prepareBatch']>): Promise<PreparedFetch[]> {
    return unpackFetches((await this.#ask({ method: 'prepareBatch', args })) as PackedFetches);
  }

  async openBatch(...args: Parameters<MaildirBackend['openBatch']>): Promise<OpenedBatch> {
    return unpackBatch((await this.#ask({ method: 'openBatch', args })) as PackedBatch);
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    await this.#ask({ method: 'close', args: [] });
    this.#worker = undefined;
    await worker.terminate();
  }

  #method<M extends PlainMethod>(method: M): MaildirBackend[M] {
    const ask = (...args: Parameters<MaildirBackend[M]>) => this.#ask({ method, args } as StoreCall);
    // The answer is what the same method of the core gives.
    return ask as unknown as MaildirBackend[M];
  }

  #ask(call: StoreCall, memory: readonly ArrayBuffer[] = []): Promise<unknown> {
    return this.#answerTo((id) => this.#say({ kind: 'call', id, call }, memory));
  }

  #answerTo(ask: (id: number) => void): Promise<unknown> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      ask(id);
    });
  }

  #say(message: ToThread, memory: readonly ArrayBuffer[] = []): void {
    this.#unsaid.push(message);
    this.#unsaidMemory.push(...memory);
    this.#saySoon();
  }

  #saySoon(): void {
    if (this.#unsaid.length + this.#unsaidCommits.length === 1) setImmediate(() => this.#sayAll());
  }

  #sayAll(): void {
    if (this.#unsaidCommits.length > 0) {
      const packed = packCommits(this.#unsaidCommits);
      this.#unsaid.push({ kind: 'commits', ...packed });
      this.#unsaidMemory.push(packed.octets.buffer);
    }
    if (this.#unsaid.length === 0) return;
    this.#worker ??= this.#startThread();
    this.#worker.postMessage(this.#unsaid, this.#unsaidMemory);
    this.#forgetUnsaid();
  }

  #forgetUnsaid(): void {
    this.#unsaid = [];
    this.#unsaidCommits = [];
    this.#unsaidMemory = [];
  }

  #startThread(): Worker {
    // Descriptors that the thread opens are handed to this side, and closed here.
    const worker = new Worker(new URL('./store-thread.ts', import.meta.url), {
      workerData: this.#data,
      trackUnmanagedFds: false,
    });
    worker.on('message', (messages: readonly FromThread[]) => {
      for (const message of messages) this.#hear(message);
    });
    worker.on('error', (cause) => this.#end(worker, cause));
    worker.on('exit', () => this.#end(worker, new Error('it ended')));
    return worker;
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'answer':
        this.#take(message.id)?.resolve(message.value);
        return;
      case 'failure':
        this.#take(message.id)?.reject(fromPlainFailure(message.failure));
        return;
      case 'change':
        this.#feed.publish(message.account, message.name, message.change);
        return;
      case 'filed':
        this.#events.filed(message.id, message.copies);
        return;
      case 'offer':
        this.#offered(message.queueId, message.file);
        return;
      case 'offer-again':
        this.#events.offered({ ...message.message, prefix: Buffer.from(message.message.prefix) }, bodyOf(message.body));
        return;
      case 'read':
        this.#sendPiece(message).catch((cause) => {
          this.#say({ kind: 'no-piece', id: message.id, failure: toPlainFailure(cause) });
        });
        return;
      case 'log':
        this.#log.write(message.level, message.area, message.text, message.fields);
        return;
      default:
        unreachable(message);
    }
  }

  #offered(queueId: string, file: PlainFile | undefined): void {
    const { message, octets } = this.#committing.get(queueId) ?? {};
    const body = file ?? (octets && ({ kind: 'octets', octets } as const));
    if (message === undefined || body === undefined) throw new Error(`${queueId} is offered and not being committed`);
    this.#events.offered(message, body);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  async #sendPiece({ id, contentId, offset, lengthBytes }: Extract<FromThread, { kind: 'read' }>): Promise<void> {
    const content = this.#contents.get(contentId);
    if (content === undefined) throw new WorldError('reading a message that was given up', { transient: true });
    const octets = ownOctets(await content.read(offset, lengthBytes));
    this.#say({ kind: 'piece', id, octets }, [octets.buffer]);
  }

  async #toPlain({ content, prefix, ...rest }: AppendRequest, contentIds: number[]): Promise<PlainAppend> {
    return { ...rest, prefix: ownOctets(prefix), content: await this.#toPlainContent(content, contentIds) };
  }

  async #toPlainContent(content: MessageContent, contentIds: number[]): Promise<PlainContent> {
    if (content.sizeBytes <= IN_ONE_PIECE_BYTES) {
      return { kind: 'octets', octets: ownOctets(await content.read(0, content.sizeBytes)) };
    }
    return this.#elsewhere(content, contentIds);
  }

  #elsewhere(content: MessageContent, contentIds: number[]): ContentElsewhere {
    const { sizeBytes } = content;
    const ranges = this.#sharedRangesOf(content);
    if (ranges !== undefined) return { kind: 'shared', ranges, sizeBytes };
    const path = pathOf(content);
    if (path !== undefined) return { kind: 'file', path, sizeBytes };
    const contentId = ++this.#lastId;
    this.#contents.set(contentId, content);
    contentIds.push(contentId);
    return { kind: 'remote', contentId, sizeBytes };
  }

  #sharedRangesOf(content: MessageContent): MemoryRange[] | undefined {
    const pieces = sharedPiecesOf(content);
    if (pieces?.every(({ buffer }) => (buffer as ArrayBufferLike) === this.#data.sharedMemory) !== true)
      return undefined;
    return pieces.map(({ byteOffset, length }) => [byteOffset, length]);
  }

  #end(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    const reason = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    this.#log.write('error', 'maildir', `the store's thread failed, the next question starts another: ${reason}`);
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new WorldError("asking the store's thread", { transient: true, cause }));
    }
    this.#waiting.clear();
    this.#forgetUnsaid();
    this.#feed.publishToAll({ kind: 'reset' });
  }
}

function bodyOf(body: PlainBody): PromisedBody {
  return body.kind === 'octets' ? { kind: 'octets', octets: Buffer.from(body.octets.buffer) } : body;
}
