// A user's mail store, for the worker: each question of `store-questions.ts` answered from the store of this process.

import { optional, shape, textOf, wholeNumber } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { MailboxName, MailStore, PreparedFetch, PreparedPart } from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { borrow } from '#platform/ipc/lent-content.ts';
import { serveLarge } from './large-exchange.ts';
import { decodePlain, encodePlain } from './plain-value.ts';
import {
  CHANGE,
  CLOSE_OPENED,
  COMES_ALONG_BYTES,
  type MailboxPlace,
  PLAIN_METHODS,
  READ_OPENED,
  type SentAppend,
  type SentBatch,
  type SentMessage,
  STORE,
} from './store-questions.ts';

export interface ServedStore {
  /** Somebody has a message open. */
  readonly isReading: boolean;
  readonly isWatched: boolean;
}

type Words = readonly string[] | undefined;

const BATCH_BYTES = 256 * 1024;
const MOST_OPENED = 256;
const LONGEST_CHANGE_BYTES = 768 * 1024;
const LONGEST_READ_BYTES = 512 * 1024;

const isOpened = shape({ opened: wholeNumber, offset: optional(wholeNumber), length: optional(wholeNumber) });
const isPlace = (value: unknown): value is MailboxPlace => Array.isArray(value) && value.every(textOf(1_024));

/** `accountOf` decides whose mail is meant, whatever the question says: a process has one user's. */
export function serveMailStore(
  channel: Channel,
  store: MailStore,
  accountOf: (account: AccountId) => AccountId,
): ServedStore {
  const served = new StoreServer(channel, store, accountOf);
  void channel.closed.then(() => served.close());
  return served;
}

class StoreServer implements ServedStore {
  readonly #channel: Channel;
  readonly #store: MailStore;
  readonly #watches = new Map<string, Disposable>();
  readonly #opened = new Map<number, MessageContent>();
  #lastOpened = 0;

  constructor(channel: Channel, store: MailStore, accountOf: (account: AccountId) => AccountId) {
    this.#channel = channel;
    this.#store = store;
    serveLarge(channel, STORE, async (method, octets) => {
      const [account, ...rest] = argumentsOf(decodePlain(octets));
      const answer =
        method === 'watch' || method === 'unwatch'
          ? this.#setWatched([account, String(rest[0])], accountOf(account), method === 'watch')
          : await this.#perform(method, accountOf(account), rest);
      return encodePlain(answer);
    });
    channel.serve(READ_OPENED, async (head) => {
      const content = isOpened(head) ? this.#opened.get(head.opened) : undefined;
      if (!isOpened(head) || content === undefined) throw new WorldError('this is not open', { transient: true });
      return { body: await content.read(head.offset ?? 0, Math.min(head.length ?? 0, LONGEST_READ_BYTES)) };
    });
    channel.serve(CLOSE_OPENED, async (head) => {
      if (isOpened(head)) await this.#closeOpened(head.opened);
      return {};
    });
  }

  get isReading(): boolean {
    return this.#opened.size > 0;
  }

  get isWatched(): boolean {
    return this.#watches.size > 0;
  }

  async close(): Promise<void> {
    for (const watch of this.#watches.values()) watch[Symbol.dispose]();
    this.#watches.clear();
    for (const opened of [...this.#opened.keys()]) await this.#closeOpened(opened);
  }

  async #perform(method: string, account: AccountId, args: readonly unknown[]): Promise<unknown> {
    const plain = PLAIN_METHODS.find((known) => known === method);
    if (plain !== undefined) {
      const call = this.#store[plain] as (...all: readonly unknown[]) => Promise<unknown>;
      return await call.apply(this.#store, [account, ...args]);
    }
    switch (method) {
      case 'append': {
        const [name, requests] = args as [MailboxName, readonly SentAppend[]];
        const opened = requests.map((request) => ({ ...request, content: this.#contentOf(request) }));
        return await this.#store.append(account, name, opened);
      }
      case 'prepare': {
        const [name, uids, parts, words] = args as [MailboxName, Uint32Array, readonly PreparedPart[], Words];
        const fetches: PreparedFetch[] = [];
        for await (const fetch of this.#store.prepareFetch(account, name, uids, parts, words)) fetches.push(fetch);
        return fetches;
      }
      case 'open': {
        const [name, uids, words] = args as [MailboxName, Uint32Array, Words];
        return await this.#openBatch(account, name, uids, words);
      }
      default:
        throw new WorldError(`a mail store has no ${method}`, { transient: false });
    }
  }

  #contentOf({ content }: SentAppend): MessageContent {
    return 'loan' in content ? borrow(this.#channel, content.loan) : memoryContent(content.octets);
  }

  async #openBatch(account: AccountId, name: MailboxName, uids: Uint32Array, words: Words): Promise<SentBatch> {
    const messages: SentMessage[] = [];
    let bytes = 0;
    let taken = 0;
    for await (const { uid, content } of this.#store.openMessages(account, name, uids, words)) {
      taken = uids.indexOf(uid, taken) + 1;
      if (content.sizeBytes <= COMES_ALONG_BYTES) messages.push({ uid, octets: await readWhole(content) });
      else messages.push(...(await this.#keepOpen(account, name, uid)));
      bytes += content.sizeBytes;
      if (bytes >= BATCH_BYTES) return { taken, messages };
    }
    return { taken: uids.length, messages };
  }

  async #keepOpen(account: AccountId, name: MailboxName, uid: number): Promise<SentMessage[]> {
    if (this.#opened.size >= MOST_OPENED) throw new WorldError('too many messages are open', { transient: true });
    const content = await this.#store.openMessage(account, name, uid);
    if (content === undefined) return [];
    this.#lastOpened += 1;
    this.#opened.set(this.#lastOpened, content);
    return [{ uid, opened: this.#lastOpened, sizeBytes: content.sizeBytes }];
  }

  async #closeOpened(opened: number): Promise<void> {
    const content = this.#opened.get(opened);
    this.#opened.delete(opened);
    await content?.[Symbol.asyncDispose]();
  }

  /** Told under the name by which it was asked. */
  #setWatched([asked, name]: MailboxPlace, account: AccountId, isWatched: boolean): undefined {
    const key = JSON.stringify([asked, name]);
    if (!isWatched) {
      this.#watches.get(key)?.[Symbol.dispose]();
      this.#watches.delete(key);
    } else if (!this.#watches.has(key)) {
      const watch = this.#store.watch(account, name, (change) => {
        const octets = encodePlain(change);
        // A change that no frame has room for: the mailbox is to be opened anew.
        const body = octets.length <= LONGEST_CHANGE_BYTES ? octets : encodePlain({ kind: 'reset' });
        // Who is gone hears nothing.
        this.#channel.ask(CHANGE, { account: asked, name }, body).catch(() => undefined);
      });
      this.#watches.set(key, watch);
    }
  }
}

function argumentsOf(value: unknown): [AccountId, ...unknown[]] {
  if (!Array.isArray(value) || !isPlace(value.slice(0, 1)))
    throw new WorldError('a question for nobody', { transient: false });
  return value as [AccountId, ...unknown[]];
}
