// A MailStore that forgets: everything in memory, nothing on disk. The protocol services are tested on it, and it is
// the shortest statement of what a MailStore does.

import { ok, type Result } from '#base/result.ts';
import { listMailboxTree } from '#mail/mailboxes/listing.ts';
import {
  checkMailboxName,
  INBOX,
  isBelow,
  MAILBOX_NAME_LIMITS,
  normalizeMailboxName,
} from '#mail/mailboxes/mailbox-name.ts';
import { planRename } from '#mail/mailboxes/rename.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
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
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import { ChangeFeed } from '#platform/message-index/change-feed.ts';
import {
  applyFlags,
  flagsChange,
  keywordsInUse,
  planFlags,
  snapshotOf,
  statusOf,
  translateFlags,
} from '#platform/message-index/mailbox-view.ts';
import { at } from '#platform/message-index/message-table.ts';
import { type PrepareOctets, pickParts } from '#platform/message-index/prepared-fetch.ts';
import { nonexistent, overQuota, refuse, tooManyKeywords } from '#platform/message-index/refusals.ts';
import {
  addMailbox,
  emptyAccount,
  type MemoryAccount,
  type MemoryMailbox,
  putMessage,
  type StoredMessage,
} from './memory-account.ts';

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly prepare: PrepareOctets;
  /** The account's limit; 0, or left out, is none. */
  readonly findQuotaBytes?: (account: AccountId) => Promise<number>;
}

export function createMemoryStore(options: MemoryStoreOptions): MailStore {
  return new MemoryStore(options);
}

class MemoryStore implements MailStore {
  readonly #options: MemoryStoreOptions;
  readonly #accounts = new Map<AccountId, MemoryAccount>();
  readonly #feed = new ChangeFeed();

  constructor(options: MemoryStoreOptions) {
    this.#options = options;
  }

  async listMailboxes(account: AccountId): Promise<MailboxListing[]> {
    const { mailboxes, subscribed, marked } = this.#account(account);
    return listMailboxTree(new Set(mailboxes.keys()), subscribed, marked);
  }

  async createMailbox(
    account: AccountId,
    name: MailboxName,
    specialUse: SpecialUse | undefined,
  ): Promise<Result<{ mailboxId: string }, StoreRefusal>> {
    const home = this.#account(account);
    const checked = checkMailboxName(name);
    if (!checked.ok) return checked;
    if (home.mailboxes.has(checked.value)) return refuse('already-exists', 'The mailbox exists already');
    if (home.mailboxes.size >= MAILBOX_NAME_LIMITS.mailboxesPerAccount) return refuse('limit', 'Too many mailboxes');
    const mailbox = addMailbox(this.#options, home, checked.value);
    if (specialUse !== undefined) home.marked.set(checked.value, specialUse);
    return ok({ mailboxId: mailbox.mailboxId });
  }

  async deleteMailbox(account: AccountId, name: MailboxName): Promise<Result<undefined, StoreRefusal>> {
    const home = this.#account(account);
    const normalized = normalizeMailboxName(name);
    if (normalized === INBOX) return refuse('cannot', 'INBOX cannot be deleted');
    if (!home.mailboxes.delete(normalized)) {
      const hasChildren = [...home.mailboxes.keys()].some((other) => isBelow(other, normalized));
      return hasChildren ? refuse('has-children', 'There is no such mailbox, only mailboxes below it') : nonexistent();
    }
    home.marked.delete(normalized);
    this.#feed.publish(account, normalized, { kind: 'deleted' });
    return ok(undefined);
  }

  async renameMailbox(
    account: AccountId,
    from: MailboxName,
    to: MailboxName,
  ): Promise<Result<undefined, StoreRefusal>> {
    const home = this.#account(account);
    const plan = planRename(new Set(home.mailboxes.keys()), from, to);
    if (!plan.ok) return plan;
    if (plan.value.kind === 'empty-inbox') return this.#emptyInboxInto(account, plan.value.target);
    for (const [oldName, newName] of plan.value.moves) this.#rename(account, home, oldName, newName);
    return ok(undefined);
  }

  async setSubscribed(
    account: AccountId,
    name: MailboxName,
    subscribed: boolean,
  ): Promise<Result<undefined, StoreRefusal>> {
    const home = this.#account(account);
    const checked = checkMailboxName(name);
    if (!subscribed) home.subscribed.delete(normalizeMailboxName(name));
    else if (!checked.ok) return checked;
    else home.subscribed.add(checked.value);
    return ok(undefined);
  }

  async status(account: AccountId, name: MailboxName): Promise<Result<MailboxStatus, StoreRefusal>> {
    const mailbox = this.#find(account, name);
    return mailbox === undefined ? nonexistent() : ok(statusOf(mailbox));
  }

  async quotaUsage(account: AccountId): Promise<QuotaUsage> {
    let sizeBytes = 0;
    let messages = 0;
    for (const { table } of this.#account(account).mailboxes.values()) {
      messages += table.count;
      for (let i = 0; i < table.count; i++) sizeBytes += at(table.sizesBytes, i);
    }
    return { sizeBytes, messages };
  }

  async openMailbox(
    account: AccountId,
    name: MailboxName,
    access: 'read-write' | 'read-only',
  ): Promise<Result<MailboxSnapshot, StoreRefusal>> {
    const mailbox = this.#find(account, name);
    if (mailbox === undefined) return nonexistent();
    const snapshot = snapshotOf(normalizeMailboxName(name), mailbox);
    if (access === 'read-write') mailbox.firstRecentUid = mailbox.table.uidNext;
    return ok(snapshot);
  }

  async append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
  ): Promise<Result<AppendOutcome, StoreRefusal>> {
    const messages = await Promise.all(requests.map((request) => this.#receive(request)));
    const addedBytes = messages.reduce((sum, { octets }) => sum + octets.length, 0);
    if (requests.some(({ mode }) => mode === 'append') && (await this.#isOverQuota(account, addedBytes))) {
      return overQuota();
    }
    const home = this.#account(account);
    const normalized = normalizeMailboxName(name);
    let mailbox = home.mailboxes.get(normalized);
    if (mailbox === undefined) {
      const checked = checkMailboxName(name);
      if (!checked.ok) return checked;
      if (!requests.every(({ mode }) => mode === 'deliver')) return nonexistent();
      mailbox = addMailbox(this.#options, home, normalized);
    }
    const bits = mailbox.table.keywordBits(requests.flatMap(({ keywords }) => keywords));
    if (bits === undefined) return tooManyKeywords();
    const first = mailbox.table.count;
    const modSeq = mailbox.table.nextModSeq(this.#options.clock.nowMs());
    for (const [i, request] of requests.entries()) {
      const keywordBits = mailbox.table.keywordBits(request.keywords) ?? 0;
      const message = messages[i] as StoredMessage;
      putMessage(mailbox, message, request.systemFlags | keywordBits, modSeq, request.internalDateMs);
    }
    this.#publishAdded(account, normalized, mailbox, first);
    return ok({ uidValidity: mailbox.uidValidity, uids: [...mailbox.table.uids.slice(first, mailbox.table.count)] });
  }

  async copy(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    const source = this.#find(account, from);
    if (source !== undefined) {
      const addedBytes = source.table.findAll(uids).reduce((sum, i) => sum + at(source.table.sizesBytes, i), 0);
      if (await this.#isOverQuota(account, addedBytes)) return overQuota();
    }
    return this.#copyNow(account, from, uids, to);
  }

  async move(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    const copied = this.#copyNow(account, from, uids, to);
    if (copied.ok) this.#expungeNow(account, from, copied.value.sourceUids);
    return copied;
  }

  async changeFlags(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    change: FlagChange,
  ): Promise<Result<FlagChangeOutcome, StoreRefusal>> {
    const mailbox = this.#find(account, name);
    if (mailbox === undefined) return nonexistent();
    const bits = mailbox.table.keywordBits(change.mode === 'remove' ? [] : change.keywords);
    if (bits === undefined) return tooManyKeywords();
    const planned = planFlags(mailbox.table, uids, change);
    const event = applyFlags(mailbox.table, planned.steps, this.#options.clock.nowMs());
    if (event !== undefined) this.#feed.publish(account, normalizeMailboxName(name), event);
    return ok({ changed: flagsChange(mailbox.table, planned.steps), modified: planned.modified });
  }

  async expunge(account: AccountId, name: MailboxName, uids: Uint32Array): Promise<Result<Uint32Array, StoreRefusal>> {
    if (this.#find(account, name) === undefined) return nonexistent();
    return ok(this.#expungeNow(account, name, uids));
  }

  async *prepareFetch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
  ): AsyncIterable<PreparedFetch> {
    const mailbox = this.#find(account, name);
    for (const uid of uids) {
      const message = mailbox?.messages.get(uid);
      if (message !== undefined) yield { uid, ...pickParts(message.prepared, parts) };
    }
  }

  async *openMessages(account: AccountId, name: MailboxName, uids: Uint32Array): AsyncIterable<OpenMessage> {
    for (const uid of uids) {
      const content = await this.openMessage(account, name, uid);
      if (content !== undefined) yield { uid, content };
    }
  }

  async openMessage(account: AccountId, name: MailboxName, uid: number): Promise<MessageContent | undefined> {
    const message = this.#find(account, name)?.messages.get(uid);
    return message === undefined ? undefined : memoryContent(message.octets);
  }

  async refresh(): Promise<void> {
    // Nobody else can reach this memory.
  }

  watch(account: AccountId, name: MailboxName, listener: Parameters<MailStore['watch']>[2]): Disposable {
    return this.#feed.watch(account, normalizeMailboxName(name), listener);
  }

  #account(account: AccountId): MemoryAccount {
    let home = this.#accounts.get(account);
    if (home === undefined) {
      home = emptyAccount();
      this.#accounts.set(account, home);
      addMailbox(this.#options, home, INBOX);
    }
    return home;
  }

  #find(account: AccountId, name: MailboxName): MemoryMailbox | undefined {
    return this.#account(account).mailboxes.get(normalizeMailboxName(name));
  }

  #rename(account: AccountId, home: MemoryAccount, from: MailboxName, to: MailboxName): void {
    const mailbox = home.mailboxes.get(from);
    if (mailbox === undefined) return;
    home.mailboxes.delete(from);
    home.mailboxes.set(to, mailbox);
    const use = home.marked.get(from);
    if (use !== undefined) home.marked.delete(from) && home.marked.set(to, use);
    this.#feed.publish(account, from, { kind: 'deleted' });
  }

  /** RFC 3501 §6.3.5: the messages go, INBOX and what lies below it stay. */
  #emptyInboxInto(account: AccountId, target: MailboxName): Result<undefined, StoreRefusal> {
    const home = this.#account(account);
    addMailbox(this.#options, home, target);
    const uids = home.mailboxes.get(INBOX)?.table.columns().uids ?? new Uint32Array();
    const copied = this.#copyNow(account, INBOX, uids, target);
    if (!copied.ok) return copied;
    this.#expungeNow(account, INBOX, uids);
    return ok(undefined);
  }

  async #receive(request: AppendRequest): Promise<StoredMessage> {
    const octets = Buffer.concat([request.prefix, await readWhole(request.content)]);
    return { octets, prepared: this.#options.prepare(octets) };
  }

  async #isOverQuota(account: AccountId, addedBytes: number): Promise<boolean> {
    const limit = (await this.#options.findQuotaBytes?.(account)) ?? 0;
    return limit > 0 && (await this.quotaUsage(account)).sizeBytes + addedBytes > limit;
  }

  #publishAdded(account: AccountId, name: MailboxName, mailbox: MemoryMailbox, first: number): void {
    if (first === mailbox.table.count) return;
    const { table } = mailbox;
    this.#feed.publish(account, name, { kind: 'added', columns: table.columns(first), keywords: [...table.keywords] });
  }

  #copyNow(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Result<CopyOutcome, StoreRefusal> {
    const source = this.#find(account, from);
    const target = this.#find(account, to);
    if (source === undefined || target === undefined) return nonexistent();
    const indexes = source.table.findAll(uids);
    const columns = source.table.columns();
    const names = keywordsInUse(
      indexes.map((i) => at(columns.flags, i)),
      source.table.keywords,
    );
    if (target.table.keywordBits(names) === undefined) return tooManyKeywords();
    const first = target.table.count;
    const modSeq = target.table.nextModSeq(this.#options.clock.nowMs());
    for (const i of indexes) {
      const message = source.messages.get(at(columns.uids, i));
      if (message === undefined) continue;
      const flags = translateFlags(at(columns.flags, i), source.table.keywords, target.table);
      putMessage(target, message, flags, modSeq, at(columns.internalDatesMs, i));
    }
    this.#publishAdded(account, normalizeMailboxName(to), target, first);
    return ok({
      uidValidity: target.uidValidity,
      sourceUids: Uint32Array.from(indexes, (i) => at(columns.uids, i)),
      targetUids: target.table.uids.slice(first, target.table.count),
    });
  }

  #expungeNow(account: AccountId, name: MailboxName, uids: Uint32Array): Uint32Array {
    const mailbox = this.#find(account, name);
    if (mailbox === undefined) return new Uint32Array();
    const gone = Uint32Array.from(mailbox.table.findAll(uids), (i) => at(mailbox.table.uids, i)).sort();
    const set = new Set(gone);
    if (set.size === 0) return gone;
    mailbox.table.remove((uid) => set.has(uid));
    for (const uid of set) mailbox.messages.delete(uid);
    const modSeq = mailbox.table.nextModSeq(this.#options.clock.nowMs());
    const went = Uint32Array.from(set);
    this.#feed.publish(account, normalizeMailboxName(name), { kind: 'expunged', uids: went, modSeq });
    return went;
  }
}
