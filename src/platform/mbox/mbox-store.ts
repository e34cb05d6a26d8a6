// The MailStore over the mboxes of a user: INBOX in the mail spool, the others in ~/mail. What holds on disk, and when, stands in
// `mbox-mailbox.ts` and `tail-rewrite.ts`. There is nothing but files: delete what lies beside them, and no message and no flag
// is lost.

import type { FileHandle } from 'node:fs/promises';
import { ok, type Result } from '#base/result.ts';
import { SYSTEM_FLAGS } from '#mail/mailboxes/flags.ts';
import { normalizeMailboxName } from '#mail/mailboxes/mailbox-name.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type {
  AppendOutcome,
  AppendRequest,
  CopyOutcome,
  FlagChange,
  FlagChangeOutcome,
  MailboxListing,
  MailboxName,
  MailboxSnapshot,
  MailboxStatus,
  MailStore,
  OpenMessage,
  PreparedFetch,
  PreparedPart,
  QuotaUsage,
  SpecialUse,
  StoreRefusal,
} from '#mail/ports/mail-store.ts';
import type { ContentStore, MessageContent } from '#mail/ports/message-content.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { ChangeFeed } from '#platform/message-index/change-feed.ts';
import { flagsChange, planFlags, snapshotOf, statusOf } from '#platform/message-index/mailbox-view.ts';
import { type PrepareOctets, pickParts } from '#platform/message-index/prepared-fetch.ts';
import { nonexistent, overQuota, tooManyKeywords } from '#platform/message-index/refusals.ts';
import { MboxAccount } from './mbox-account.ts';
import { appendAll, copyOf, expungeAll, newcomerOf } from './mbox-changes.ts';
import type { MboxPlaces } from './mbox-layout.ts';
import type { MboxMailbox } from './mbox-mailbox.ts';
import { openStored, readStored } from './mbox-reading.ts';

export interface MboxStoreOptions {
  placesOf(account: AccountId): MboxPlaces;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  readonly prepare: PrepareOctets;
  /** Where opened messages wait while they are read: the mailbox may change meanwhile. */
  readonly contents: ContentStore;
  /** The account's limit; 0, or left out, is none. */
  readonly findQuotaBytes?: (account: AccountId) => Promise<number>;
}

export function createMboxStore(options: MboxStoreOptions): MailStore {
  return new MboxStore(options);
}

/** One look into a locked mailbox; others wait for so long. */
const BATCH_MESSAGES = 128;
const BATCH_BYTES = 4 * 1024 * 1024;
const MOST_PREPARED = 20_000;

class MboxStore implements MailStore {
  readonly #options: MboxStoreOptions;
  readonly #accounts = new Map<AccountId, MboxAccount>();
  readonly #feed = new ChangeFeed();

  constructor(options: MboxStoreOptions) {
    this.#options = options;
  }

  listMailboxes(account: AccountId): Promise<MailboxListing[]> {
    return this.#enter(account, async (home) => home.list());
  }

  createMailbox(
    account: AccountId,
    name: MailboxName,
    specialUse: SpecialUse | undefined,
  ): Promise<Result<{ mailboxId: string }, StoreRefusal>> {
    return this.#enter(account, async (home) => home.create(name, specialUse));
  }

  deleteMailbox(account: AccountId, name: MailboxName): Promise<Result<undefined, StoreRefusal>> {
    return this.#enter(account, async (home) => home.delete(name));
  }

  renameMailbox(account: AccountId, from: MailboxName, to: MailboxName): Promise<Result<undefined, StoreRefusal>> {
    return this.#enter(account, async (home) => {
      const renamed = home.rename(from, to);
      if (!renamed.ok) return renamed;
      const { emptyInboxInto: target } = renamed.value;
      if (target === undefined) return ok(undefined);
      const moved = await this.#copyWithin(home, from, undefined, target, true);
      return moved.ok ? ok(undefined) : moved;
    });
  }

  setSubscribed(account: AccountId, name: MailboxName, subscribed: boolean): Promise<Result<undefined, StoreRefusal>> {
    return this.#enter(account, async (home) => home.setSubscribed(name, subscribed));
  }

  status(account: AccountId, name: MailboxName): Promise<Result<MailboxStatus, StoreRefusal>> {
    return this.#use(account, name, async (mailbox) => ok(statusOf(mailbox.index)));
  }

  quotaUsage(account: AccountId): Promise<QuotaUsage> {
    return this.#enter(account, (home) => usageOf(home));
  }

  openMailbox(
    account: AccountId,
    name: MailboxName,
    access: 'read-write' | 'read-only',
  ): Promise<Result<MailboxSnapshot, StoreRefusal>> {
    return this.#use(account, name, async ({ index }) => {
      const snapshot = snapshotOf(normalizeMailboxName(name), index);
      if (access === 'read-write') index.firstRecentUid = index.table.uidNext;
      return ok(snapshot);
    });
  }

  append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
  ): Promise<Result<AppendOutcome, StoreRefusal>> {
    return this.#enter(account, async (home) => {
      const bytes = requests.reduce((sum, { prefix, content }) => sum + prefix.length + content.sizeBytes, 0);
      const isDelivery = requests.every(({ mode }) => mode === 'deliver');
      if (!isDelivery && (await this.#isOverQuota(account, home, bytes))) return overQuota();
      if (isDelivery && home.find(name) === undefined) {
        const made = home.create(name, undefined);
        if (!made.ok) return made;
      }
      const newcomers = await Promise.all(requests.map(newcomerOf));
      return await this.#within(home, name, async (mailbox, file) => {
        const appended = await appendAll(mailbox, file, newcomers);
        return appended.ok ? ok({ uidValidity: mailbox.index.uidValidity, uids: [...appended.value] }) : appended;
      });
    });
  }

  copy(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    return this.#enter(account, async (home) => {
      const table = home.find(from)?.index.table;
      const bytes = (table?.findAll(uids) ?? []).reduce((sum, i) => sum + (table?.sizesBytes[i] ?? 0), 0);
      if (await this.#isOverQuota(account, home, bytes)) return overQuota();
      return await this.#copyWithin(home, from, uids, to, false);
    });
  }

  move(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    return this.#enter(account, (home) => this.#copyWithin(home, from, uids, to, true));
  }

  changeFlags(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    change: FlagChange,
  ): Promise<Result<FlagChangeOutcome, StoreRefusal>> {
    return this.#use(account, name, async (mailbox, file) => {
      const { index } = mailbox;
      const { table } = index;
      if (table.keywordBits(change.mode === 'remove' ? [] : change.keywords) === undefined) return tooManyKeywords();
      const { steps, modified } = planFlags(table, uids, change);
      const changed = new Map(
        steps.filter(({ before, after }) => before !== after).map(({ index: i, after }) => [table.row(i).uid, after]),
      );
      if (file !== undefined && changed.size > 0) {
        await mailbox.rewrite(file, ({ uid, book }) => {
          const flags = changed.get(uid);
          if (flags === undefined) return undefined;
          return { ...book, systemFlags: flags & SYSTEM_FLAGS, keywords: index.keywordsOf(flags) };
        });
      }
      return ok({ changed: flagsChange(table, steps), modified });
    });
  }

  expunge(account: AccountId, name: MailboxName, uids: Uint32Array): Promise<Result<Uint32Array, StoreRefusal>> {
    return this.#use(account, name, async (mailbox, file) => ok(await expungeAll(mailbox, file, uids)));
  }

  async *prepareFetch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
  ): AsyncIterable<PreparedFetch> {
    for (let start = 0; start < uids.length; start += BATCH_MESSAGES) {
      const wanted = uids.subarray(start, start + BATCH_MESSAGES);
      const batch = await this.#use(account, name, async (mailbox, file) =>
        ok(await this.#prepareBatch(mailbox, file, wanted, parts)),
      );
      if (batch.ok) yield* batch.value;
    }
  }

  async *openMessages(account: AccountId, name: MailboxName, uids: Uint32Array): AsyncIterable<OpenMessage> {
    for (let start = 0; start < uids.length; ) {
      const from = start;
      const batch = await this.#use(account, name, async (mailbox, file) =>
        ok(await this.#openBatch(mailbox, file, uids.subarray(from))),
      );
      if (!batch.ok) return;
      start += batch.value.taken;
      try {
        yield* batch.value.messages;
      } finally {
        for (const { content } of batch.value.messages) await content[Symbol.asyncDispose]();
      }
    }
  }

  async openMessage(account: AccountId, name: MailboxName, uid: number): Promise<MessageContent | undefined> {
    const opened = await this.#use(account, name, async (mailbox, file) => {
      const message = mailbox.index.find(uid);
      if (file === undefined || message === undefined) return ok(undefined);
      return ok(await openStored(file, message, this.#options.contents));
    });
    return opened.ok ? opened.value : undefined;
  }

  async refresh(account: AccountId, name: MailboxName): Promise<void> {
    await this.#use(account, name, async () => ok(undefined));
  }

  watch(account: AccountId, name: MailboxName, listener: Parameters<MailStore['watch']>[2]): Disposable {
    return this.#feed.watch(account, normalizeMailboxName(name), listener);
  }

  #enter<T>(account: AccountId, work: (home: MboxAccount) => Promise<T>): Promise<T> {
    let home = this.#accounts.get(account);
    if (home === undefined) {
      const { placesOf, clock, randomness, log } = this.#options;
      const publish = (name: MailboxName, change: Parameters<ChangeFeed['publish']>[2]) =>
        this.#feed.publish(account, name, change);
      home = new MboxAccount({ places: placesOf(account), clock, randomness, log, publish });
      this.#accounts.set(account, home);
    }
    const entered = home;
    return entered.enter(() => work(entered));
  }

  #use<T>(account: AccountId, name: MailboxName, work: InMailbox<T>): Promise<Result<T, StoreRefusal>> {
    return this.#enter(account, (home) => this.#within(home, name, work, false));
  }

  async #within<T>(
    home: MboxAccount,
    name: MailboxName,
    work: InMailbox<T>,
    mayCreate = true,
  ): Promise<Result<T, StoreRefusal>> {
    const mailbox = home.find(name);
    if (mailbox === undefined) return nonexistent();
    const result = await mailbox.use((file) => work(mailbox, file), mayCreate);
    home.keepNumbers(name, mailbox);
    return result;
  }

  async #copyWithin(
    home: MboxAccount,
    from: MailboxName,
    uids: Uint32Array | undefined,
    to: MailboxName,
    moves: boolean,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    const target = home.find(to);
    if (target === undefined) return nonexistent();
    return await this.#within(home, from, async (source, file) => {
      const wanted = uids ?? source.index.table.columns().uids;
      const messages = [...wanted].flatMap((uid) => source.index.find(uid) ?? []);
      const newcomers = file === undefined ? [] : messages.map((message) => copyOf(file, source, message));
      const appended =
        target === source
          ? await appendAll(target, file, newcomers)
          : await this.#within(home, to, (mailbox, targetFile) => appendAll(mailbox, targetFile, newcomers));
      if (!appended.ok) return appended;
      const sourceUids = Uint32Array.from(messages, ({ uid }) => uid);
      if (moves) await expungeAll(source, file, sourceUids);
      return ok({ uidValidity: target.index.uidValidity, sourceUids, targetUids: appended.value });
    });
  }

  async #isOverQuota(account: AccountId, home: MboxAccount, addedBytes: number): Promise<boolean> {
    const limit = (await this.#options.findQuotaBytes?.(account)) ?? 0;
    return limit > 0 && (await usageOf(home)).sizeBytes + addedBytes > limit;
  }

  async #prepareBatch(
    { index }: MboxMailbox,
    file: FileHandle | undefined,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
  ): Promise<PreparedFetch[]> {
    const fetches: PreparedFetch[] = [];
    for (const uid of uids) {
      const message = index.find(uid);
      if (file === undefined || message === undefined) continue;
      const prepared = index.prepared.get(uid) ?? this.#options.prepare(await readStored(file, message));
      if (index.prepared.size >= MOST_PREPARED) index.prepared.clear();
      index.prepared.set(uid, prepared);
      fetches.push({ uid, ...pickParts(prepared, parts) });
    }
    return fetches;
  }

  async #openBatch(
    { index }: MboxMailbox,
    file: FileHandle | undefined,
    uids: Uint32Array,
  ): Promise<{ taken: number; messages: OpenMessage[] }> {
    const messages: OpenMessage[] = [];
    let taken = 0;
    for (let bytes = 0; taken < uids.length && taken < BATCH_MESSAGES && bytes < BATCH_BYTES; taken++) {
      const message = index.find(uids[taken] ?? 0);
      if (file === undefined || message === undefined) continue;
      messages.push({ uid: message.uid, content: await openStored(file, message, this.#options.contents) });
      bytes += message.sizeBytes;
    }
    return { taken, messages };
  }
}

type InMailbox<T> = (mailbox: MboxMailbox, file: FileHandle | undefined) => Promise<Result<T, StoreRefusal>>;

async function usageOf(home: MboxAccount): Promise<QuotaUsage> {
  let sizeBytes = 0;
  let messages = 0;
  for (const name of home.names()) {
    const mailbox = home.find(name);
    if (mailbox === undefined) continue;
    await mailbox.use(async () => undefined);
    home.keepNumbers(name, mailbox);
    sizeBytes += mailbox.index.table.totalBytes();
    messages += mailbox.index.table.count;
  }
  return { sizeBytes, messages };
}
