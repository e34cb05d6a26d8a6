// The MailStore over Maildir++. What holds on disk, and when, stands in `filing.ts`, `transfer.ts` and `folder-files.ts`; here
// is only what must happen on the caller's side of the backend, be it in this thread or in another.

import type { Result } from '#base/result.ts';
import { isFileAction, isQueueAction } from '#mail/acceptance/plan.ts';
import { normalizeMailboxName } from '#mail/mailboxes/mailbox-name.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Journal, JournalEntry } from '#mail/ports/journal.ts';
import type { Log } from '#mail/ports/log.ts';
import type {
  AppendOutcome,
  AppendRequest,
  CopyOutcome,
  FlagChange,
  MailboxChange,
  MailboxName,
  MailStore,
  OpenMessage,
  PreparedFetch,
  PreparedPart,
  SpecialUse,
  StoreRefusal,
} from '#mail/ports/mail-store.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { descriptorContent } from '#platform/files/descriptor-content.ts';
import { fileContent } from '#platform/files/file-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { sharedMemory } from '#platform/files/shared-memory.ts';
import type { RoomLimits } from '#platform/journal/room.ts';
import { ChangeFeed } from '#platform/message-index/change-feed.ts';
import type { MaildirBackend, OpenedBatch, OpenedMessage } from './maildir-backend.ts';
import { MaildirCore, type MaildirOptions } from './maildir-core.ts';
import { type StoreEvents, ThreadedBackend } from './threaded-backend.ts';
import { type OnFiled, UnfiledEntries } from './unfiled-entries.ts';

/** The account's limit; 0 is none. */
export type FindQuotaBytes = (account: AccountId) => Promise<number>;

export interface MaildirStore extends MailStore, Journal, AsyncDisposable {
  /** Resolves when what the journal of a former run promised is done. */
  ready(): Promise<void>;
  /** The queue has taken over what this message sends to others; until then it is offered again at each start. */
  release(queueId: string): Promise<void>;
}

/** A message has something to send to others, and it is promised; the content is the listener's to dispose of. */
export type OnQueued = (message: QueuedMessage, content: MessageContent) => void;

/** What goes on by the queue waits no longer for the copies in mailboxes of ours. */
const LONGEST_WAIT_MS = 2_000;
const PREPARE_BATCH = 256;
const OPEN_BATCH = 128;
const NO_RESERVE: RoomLimits = { reservePercent: 0, reserveBytes: 0 };

export interface MaildirStoreOptions {
  /** Accounts live below, at DOMAIN/USER. */
  readonly base: string;
  readonly indexBase: string;
  readonly journalFolder: string;
  /** What is kept free for mail that was accepted; none unless told. */
  readonly reserve?: RoomLimits;
  /** Where it is kept free, too: whatever takes over what was accepted. */
  readonly alsoWritten?: readonly string[];
  readonly log: Log;
  /** Asked before APPEND and COPY; without it there are no limits. */
  readonly findQuotaBytes?: FindQuotaBytes;
  readonly onFiled?: OnFiled;
  readonly onQueued?: OnQueued;
}

/** The store in a thread of its own. */
export function openMaildirStore(options: MaildirStoreOptions): MaildirStore {
  const feed = new ChangeFeed();
  const unfiled = new UnfiledEntries(options.onFiled);
  const { base, indexBase, journalFolder, log, findQuotaBytes = noLimit } = options;
  const { reserve = NO_RESERVE, alsoWritten = [] } = options;
  const data = { base, indexBase, journalFolder, reserve, alsoWritten, sharedMemory };
  const backend = new ThreadedBackend(data, log, feed, {
    filed: (id, copies) => unfiled.filed(id, copies),
    offered: offersTo(unfiled, options.onQueued),
  });
  return new BackedStore(backend, feed, unfiled, findQuotaBytes);
}

/** Everything in this thread: for tests, and for tools that work on a stopped server's mail. */
export function openMaildirStoreHere(
  options: Omit<MaildirOptions, 'publish' | 'filed' | 'offered'> & {
    readonly findQuotaBytes?: FindQuotaBytes;
    readonly onFiled?: OnFiled;
    readonly onQueued?: OnQueued;
  },
): MaildirStore {
  const feed = new ChangeFeed();
  const publish: MaildirOptions['publish'] = (account, name, change) => feed.publish(account, name, change);
  const unfiled = new UnfiledEntries(options.onFiled);
  const filed: MaildirOptions['filed'] = (id, copies) => unfiled.filed(id, copies);
  return new BackedStore(
    new MaildirCore({ ...options, publish, filed, offered: offersTo(unfiled, options.onQueued) }),
    feed,
    unfiled,
    options.findQuotaBytes ?? noLimit,
  );
}

const noLimit: FindQuotaBytes = async () => 0;

/** The copies in mailboxes of ours are told of first: the queue says that the message is gone when its own part is done. */
function offersTo(unfiled: UnfiledEntries, onQueued: OnQueued = () => undefined): StoreEvents['offered'] {
  return (message, body) => {
    const content = body.kind === 'octets' ? memoryContent(body.octets) : fileContent(body.path, body.sizeBytes);
    void unfiled.whenFiled(message.queueId, LONGEST_WAIT_MS).then(() => onQueued(message, content));
  };
}

class BackedStore implements MaildirStore {
  readonly #backend: MaildirBackend;
  readonly #feed: ChangeFeed;
  readonly #unfiled: UnfiledEntries;
  readonly #findQuotaBytes: FindQuotaBytes;

  constructor(backend: MaildirBackend, feed: ChangeFeed, unfiled: UnfiledEntries, findQuotaBytes: FindQuotaBytes) {
    this.#backend = backend;
    this.#feed = feed;
    this.#unfiled = unfiled;
    this.#findQuotaBytes = findQuotaBytes;
  }

  ready(): Promise<void> {
    return this.#backend.ready();
  }

  release(queueId: string): Promise<void> {
    return this.#backend.release(queueId);
  }

  async commit(entry: JournalEntry): Promise<void> {
    const { queueId: id, arrivedMs, envelope, plan, content } = entry;
    this.#unfiled.add(entry);
    try {
      const copies = plan.actions.filter(isFileAction).map(({ kind: _, ...copy }) => copy);
      const leaving = plan.actions.find(isQueueAction);
      const queued = leaving && { queued: leaving.message };
      await this.#backend.commit({ id, arrivedMs, envelope: JSON.stringify(envelope), content, copies, ...queued });
    } catch (cause) {
      this.#unfiled.remove(id);
      throw cause;
    }
  }

  listMailboxes(account: AccountId): ReturnType<MailStore['listMailboxes']> {
    return this.#backend.listMailboxes(account);
  }

  createMailbox(
    account: AccountId,
    name: MailboxName,
    specialUse: SpecialUse | undefined,
  ): ReturnType<MailStore['createMailbox']> {
    return this.#backend.createMailbox(account, name, specialUse);
  }

  deleteMailbox(account: AccountId, name: MailboxName): ReturnType<MailStore['deleteMailbox']> {
    return this.#backend.deleteMailbox(account, name);
  }

  renameMailbox(account: AccountId, from: MailboxName, to: MailboxName): ReturnType<MailStore['renameMailbox']> {
    return this.#backend.renameMailbox(account, from, to);
  }

  setSubscribed(account: AccountId, name: MailboxName, subscribed: boolean): ReturnType<MailStore['setSubscribed']> {
    return this.#backend.setSubscribed(account, name, subscribed);
  }

  status(account: AccountId, name: MailboxName): ReturnType<MailStore['status']> {
    return this.#backend.status(account, name);
  }

  quotaUsage(account: AccountId): ReturnType<MailStore['quotaUsage']> {
    return this.#backend.quotaUsage(account);
  }

  openMailbox(
    account: AccountId,
    name: MailboxName,
    access: 'read-write' | 'read-only',
  ): ReturnType<MailStore['openMailbox']> {
    return this.#backend.openMailbox(account, name, access);
  }

  async append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
  ): Promise<Result<AppendOutcome, StoreRefusal>> {
    // A delivery's quota was judged before.
    const isJudged = requests.every(({ mode }) => mode === 'deliver');
    return this.#backend.append(account, name, requests, isJudged ? 0 : await this.#findQuotaBytes(account));
  }

  async copy(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    return this.#backend.copy(account, from, uids, to, await this.#findQuotaBytes(account));
  }

  move(account: AccountId, from: MailboxName, uids: Uint32Array, to: MailboxName): ReturnType<MailStore['move']> {
    return this.#backend.move(account, from, uids, to);
  }

  changeFlags(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    change: FlagChange,
  ): ReturnType<MailStore['changeFlags']> {
    return this.#backend.changeFlags(account, name, uids, change);
  }

  expunge(account: AccountId, name: MailboxName, uids: Uint32Array): ReturnType<MailStore['expunge']> {
    return this.#backend.expunge(account, name, uids);
  }

  async *prepareFetch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
    words?: readonly string[],
  ): AsyncIterable<PreparedFetch> {
    const prepareFrom = (start: number) =>
      this.#backend.prepareBatch(account, name, uids.slice(start, start + PREPARE_BATCH), parts, words);
    // The next batch is made while this one is sent.
    let next: Promise<PreparedFetch[]> | undefined;
    for (let start = 0; start < uids.length; start += PREPARE_BATCH) {
      const batch = await (next ?? prepareFrom(start));
      const following = start + PREPARE_BATCH;
      next = following < uids.length ? prepareFrom(following) : undefined;
      // Whoever stops reading leaves it alone: its failure is then nobody's.
      next?.catch(() => undefined);
      yield* batch;
    }
  }

  async *openMessages(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    words?: readonly string[],
  ): AsyncIterable<OpenMessage> {
    const openFrom = (start: number) =>
      this.#backend.openBatch(account, name, uids.slice(start, start + OPEN_BATCH), words);
    // The next batch is read while this one is sent.
    let next: Promise<OpenedBatch> | undefined;
    try {
      for (let start = 0; start < uids.length; ) {
        const { taken, messages } = await (next ?? openFrom(start));
        start += taken;
        next = start < uids.length ? openFrom(start) : undefined;
        // Whoever waits for it next hears of its failure.
        next?.catch(() => undefined);
        yield* closedAfter(messages);
      }
    } finally {
      // Whoever stops reading leaves open files behind.
      await next?.then(
        ({ messages }) => closeAll(messages.map(toOpen)),
        () => undefined,
      );
    }
  }

  async openMessage(account: AccountId, name: MailboxName, uid: number): Promise<MessageContent | undefined> {
    const [opened] = (await this.#backend.openBatch(account, name, Uint32Array.of(uid))).messages;
    return opened && contentOf(opened);
  }

  refresh(account: AccountId, name: MailboxName): Promise<void> {
    return this.#backend.refresh(account, name);
  }

  watch(account: AccountId, name: MailboxName, listener: (change: MailboxChange) => void): Disposable {
    return this.#feed.watch(account, normalizeMailboxName(name), listener);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#backend.close();
  }
}

async function* closedAfter(messages: readonly OpenedMessage[]): AsyncIterable<OpenMessage> {
  const batch = messages.map(toOpen);
  try {
    yield* batch;
  } finally {
    await closeAll(batch);
  }
}

async function closeAll(messages: readonly OpenMessage[]): Promise<void> {
  for (const { content } of messages) await content[Symbol.asyncDispose]();
}

function toOpen(opened: OpenedMessage): OpenMessage {
  return { uid: opened.uid, content: contentOf(opened) };
}

function contentOf(opened: OpenedMessage): MessageContent {
  return opened.kind === 'file' ? descriptorContent(opened.descriptor, opened.sizeBytes) : memoryContent(opened.octets);
}
