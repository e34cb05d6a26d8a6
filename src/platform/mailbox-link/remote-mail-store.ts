// The MailStore of users of this machine, for the worker: asked of each user's own process. What comes from there is the user's,
// and harms nobody but that user's own sessions.

import { readInPieces } from '#base/read-in-pieces.ts';
import { shape, textOf } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import { normalizeMailboxName } from '#mail/mailboxes/mailbox-name.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type {
  AppendRequest,
  MailboxChange,
  MailboxName,
  MailStore,
  OpenMessage,
  PreparedFetch,
  PreparedPart,
} from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import { askAgain } from '#platform/ipc/ask-again.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { lenderOf } from '#platform/local-delivery/carried-content.ts';
import { ChangeFeed } from '#platform/message-index/change-feed.ts';
import { askLarge } from './large-exchange.ts';
import { decodePlain, encodePlain } from './plain-value.ts';
import {
  CHANGE,
  CLOSE_OPENED,
  COMES_ALONG_BYTES,
  type PlainMethod,
  READ_OPENED,
  type SentAppend,
  type SentBatch,
  type SentMessage,
  STORE,
} from './store-questions.ts';

export interface RemoteMailStoreOptions {
  /** The process of that account's user. Throws WorldError when it cannot be had. */
  channelOf(account: AccountId): Promise<Channel>;
}

const PREPARE_BATCH = 256;
const READ_BYTES = 256 * 1024;
const isChanged = shape({ account: textOf(1_024), name: textOf(1_024) });

export function createRemoteMailStore(options: RemoteMailStoreOptions): MailStore {
  return new RemoteMailStore(options);
}

class RemoteMailStore implements MailStore {
  readonly #options: RemoteMailStoreOptions;
  readonly #feed = new ChangeFeed();
  /** Whose changes each stream may tell of. */
  readonly #accounts = new WeakMap<Channel, Set<AccountId>>();
  /** Watched mailboxes of each account, by the number of their watchers. */
  readonly #watched = new Map<AccountId, Map<MailboxName, number>>();

  constructor(options: RemoteMailStoreOptions) {
    this.#options = options;
  }

  listMailboxes(...args: Parameters<MailStore['listMailboxes']>): ReturnType<MailStore['listMailboxes']> {
    return this.#plain('listMailboxes', args);
  }

  createMailbox(...args: Parameters<MailStore['createMailbox']>): ReturnType<MailStore['createMailbox']> {
    return this.#plain('createMailbox', args);
  }

  deleteMailbox(...args: Parameters<MailStore['deleteMailbox']>): ReturnType<MailStore['deleteMailbox']> {
    return this.#plain('deleteMailbox', args);
  }

  renameMailbox(...args: Parameters<MailStore['renameMailbox']>): ReturnType<MailStore['renameMailbox']> {
    return this.#plain('renameMailbox', args);
  }

  setSubscribed(...args: Parameters<MailStore['setSubscribed']>): ReturnType<MailStore['setSubscribed']> {
    return this.#plain('setSubscribed', args);
  }

  status(...args: Parameters<MailStore['status']>): ReturnType<MailStore['status']> {
    return this.#plain('status', args);
  }

  quotaUsage(...args: Parameters<MailStore['quotaUsage']>): ReturnType<MailStore['quotaUsage']> {
    return this.#plain('quotaUsage', args);
  }

  openMailbox(...args: Parameters<MailStore['openMailbox']>): ReturnType<MailStore['openMailbox']> {
    return this.#plain('openMailbox', args);
  }

  copy(...args: Parameters<MailStore['copy']>): ReturnType<MailStore['copy']> {
    return this.#plain('copy', args);
  }

  move(...args: Parameters<MailStore['move']>): ReturnType<MailStore['move']> {
    return this.#plain('move', args);
  }

  changeFlags(...args: Parameters<MailStore['changeFlags']>): ReturnType<MailStore['changeFlags']> {
    return this.#plain('changeFlags', args);
  }

  expunge(...args: Parameters<MailStore['expunge']>): ReturnType<MailStore['expunge']> {
    return this.#plain('expunge', args);
  }

  refresh(...args: Parameters<MailStore['refresh']>): Promise<void> {
    return this.#plain('refresh', args);
  }

  async append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
  ): ReturnType<MailStore['append']> {
    const channel = await this.#channelOf(account);
    const ask = async (sent: readonly SentAppend[]) =>
      (await this.#ask(channel, 'append', [account, name, sent])) as Awaited<ReturnType<MailStore['append']>>;
    return await withSent(channel, requests, [], ask);
  }

  async *prepareFetch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
    words?: readonly string[],
  ): AsyncIterable<PreparedFetch> {
    const channel = await this.#channelOf(account);
    for (let start = 0; start < uids.length; start += PREPARE_BATCH) {
      const wanted = uids.slice(start, start + PREPARE_BATCH);
      yield* (await this.#ask(channel, 'prepare', [account, name, wanted, parts, words])) as PreparedFetch[];
    }
  }

  async *openMessages(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    words?: readonly string[],
  ): AsyncIterable<OpenMessage> {
    const channel = await this.#channelOf(account);
    for (let start = 0; start < uids.length; ) {
      const wanted = uids.slice(start, start + PREPARE_BATCH);
      const { taken, messages } = (await this.#ask(channel, 'open', [account, name, wanted, words])) as SentBatch;
      // A process that takes nothing would be asked for ever.
      start += Math.max(1, taken);
      const opened = messages.map((message) => ({ uid: message.uid, content: openSent(channel, message) }));
      try {
        yield* opened;
      } finally {
        for (const { content } of opened) await content[Symbol.asyncDispose]();
      }
    }
  }

  async openMessage(account: AccountId, name: MailboxName, uid: number): Promise<MessageContent | undefined> {
    const channel = await this.#channelOf(account);
    const { messages } = (await this.#ask(channel, 'open', [account, name, Uint32Array.of(uid)])) as SentBatch;
    return messages[0] && openSent(channel, messages[0]);
  }

  watch(account: AccountId, name: MailboxName, listener: (change: MailboxChange) => void): Disposable {
    const normalized = normalizeMailboxName(name);
    const watching = this.#feed.watch(account, normalized, listener);
    const watched = this.#watched.get(account) ?? new Map<MailboxName, number>();
    this.#watched.set(account, watched);
    const before = watched.get(normalized) ?? 0;
    watched.set(normalized, before + 1);
    if (before === 0) this.#tell(account, 'watch', normalized);
    let isWatching = true;
    return {
      [Symbol.dispose]: () => {
        watching[Symbol.dispose]();
        if (!isWatching) return;
        isWatching = false;
        const left = (watched.get(normalized) ?? 1) - 1;
        watched.set(normalized, left);
        if (left > 0) return;
        watched.delete(normalized);
        this.#tell(account, 'unwatch', normalized);
      },
    };
  }

  /** Whoever watches does not wait; where it fails, the stream is lost and the watchers hear of that. */
  #tell(account: AccountId, word: 'watch' | 'unwatch', name: MailboxName): void {
    this.#channelOf(account)
      .then((channel) => this.#ask(channel, word, [account, name]))
      .catch(() => word === 'watch' && this.#feed.publish(account, name, { kind: 'reset' }));
  }

  async #plain<M extends PlainMethod>(
    method: M,
    args: Parameters<MailStore[M]>,
  ): Promise<Awaited<ReturnType<MailStore[M]>>> {
    const ask = (channel: Channel) => this.#ask(channel, method, args);
    return (await askAgain(() => this.#channelOf(args[0]), ask)) as Awaited<ReturnType<MailStore[M]>>;
  }

  async #ask(channel: Channel, word: string, args: readonly unknown[]): Promise<unknown> {
    return decodePlain(await askLarge(channel, STORE, word, encodePlain(args)));
  }

  async #channelOf(account: AccountId): Promise<Channel> {
    const channel = await this.#options.channelOf(account);
    const known = this.#accounts.get(channel);
    if (known !== undefined) {
      known.add(account);
      return channel;
    }
    const accounts = new Set([account]);
    this.#accounts.set(channel, accounts);
    channel.serve(CHANGE, (head, body) => {
      const told = isChanged(head) ? [...accounts].find((each) => each === head.account) : undefined;
      if (!isChanged(head) || told === undefined) throw new WorldError('a change of nothing', { transient: false });
      this.#feed.publish(told, head.name, decodePlain(body) as MailboxChange);
      return {};
    });
    void channel.closed.then(() => {
      for (const each of accounts) this.#lost(each);
    });
    return channel;
  }

  /** What happened meanwhile nobody was told: the mailboxes are to be opened anew. */
  #lost(account: AccountId): void {
    const watched = this.#watched.get(account);
    this.#watched.delete(account);
    for (const name of watched?.keys() ?? []) this.#feed.publish(account, name, { kind: 'reset' });
  }
}

/** Large contents are lent while `ask` goes on. */
async function withSent<T>(
  channel: Channel,
  requests: readonly AppendRequest[],
  sent: readonly SentAppend[],
  ask: (sent: readonly SentAppend[]) => Promise<T>,
): Promise<T> {
  const [first, ...rest] = requests;
  if (first === undefined) return await ask(sent);
  const { content, ...plain } = first;
  if (content.sizeBytes <= COMES_ALONG_BYTES) {
    const octets = await readWhole(content);
    return await withSent(channel, rest, [...sent, { ...plain, content: { octets } }], ask);
  }
  return await lenderOf(channel).lend(content, (loan) =>
    withSent(channel, rest, [...sent, { ...plain, content: { loan } }], ask),
  );
}

function openSent(channel: Channel, message: SentMessage): MessageContent {
  if ('octets' in message) return memoryContent(message.octets);
  const { opened, sizeBytes } = message;
  const read = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    const pieces: Buffer[] = [];
    const end = Math.min(sizeBytes, offset + lengthBytes);
    for (let at = offset; at < end; ) {
      const length = Math.min(READ_BYTES, end - at);
      const { body } = await channel.ask(READ_OPENED, { opened, offset: at, length });
      if (body.length === 0) throw new WorldError('reading a message that was cut short', { transient: true });
      pieces.push(body);
      at += body.length;
    }
    return Buffer.concat(pieces);
  };
  let isOpen = true;
  return {
    sizeBytes,
    read,
    stream: () => readInPieces(sizeBytes, READ_BYTES, read),
    async [Symbol.asyncDispose]() {
      if (!isOpen) return;
      isOpen = false;
      // With the stream gone, so is what was open.
      await channel.ask(CLOSE_OPENED, { opened }).catch(() => undefined);
    },
  };
}
