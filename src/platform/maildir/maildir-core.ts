// The Maildir store itself: many accounts, each with its queue. It may run on the main thread (tests) or in the store's
// own (`store-thread.ts`): its short file operations are synchronous, only syncing goes through libuv's pool.

import { hostname } from 'node:os';
import { ok, type Result } from '#base/result.ts';
import { WorldError } from '#base/world-error.ts';
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
  PreparedFetch,
  PreparedPart,
  QuotaUsage,
  SpecialUse,
  StoreRefusal,
} from '#mail/ports/mail-store.ts';
import { Sieve } from '#mail/search/sieve.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { snapshotOf, statusOf } from '#platform/message-index/mailbox-view.ts';
import { at } from '#platform/message-index/message-table.ts';
import { nonexistent, overQuota, refuse } from '#platform/message-index/refusals.ts';
import type { AccountMail } from './account-mail.ts';
import type { FiledCopy } from './commits.ts';
import { findPrepared } from './find-prepared.ts';
import { changeFlagsIn, expungeFrom } from './flag-renames.ts';
import { FILE_NAME_BYTES, folderNameOf } from './folder-name.ts';
import { takeTurns } from './in-turns.ts';
import { JournalledMail, type JournalledMailOptions } from './journalled-mail.ts';
import type { MailboxFolder } from './mailbox-folder.ts';
import type { Delivery, MaildirBackend, OpenedBatch } from './maildir-backend.ts';
import { BaseNames } from './message-file-name.ts';
import { recordMailboxDeletion } from './recorded-changes.ts';
import { openStoredMessages } from './stored-message.ts';
import { transferMessages } from './transfer.ts';

export interface MaildirOptions extends JournalledMailOptions {
  /** All copies of a message that `commit` promised lie in their mailboxes; in the order of the copies. */
  filed(id: string, copies: readonly FiledCopy[]): void;
}

const PREPARED_IN_MEMORY = 2000;

export class MaildirCore implements MaildirBackend {
  readonly #options: MaildirOptions;
  readonly #names = new BaseNames(hostname(), process.pid);
  readonly #mail: JournalledMail;
  #lastAppend = 0;

  constructor(options: MaildirOptions) {
    this.#options = options;
    this.#mail = new JournalledMail(options, this.#names);
  }

  /** What the journal promised before is done: there is no need to wait for it, but for telling that all is well. */
  async ready(): Promise<void> {
    await this.#mail.ready;
  }

  async commit({ id, arrivedMs, envelope, content, copies, queued }: Delivery): Promise<void> {
    const requests = copies.map((copy) => ({
      ...copy,
      mailbox: normalizeMailboxName(copy.mailbox),
      body: 0,
      mode: 'deliver' as const,
      quotaBytes: 0,
    }));
    const committed = await inWorld('accepting a message', () => {
      const request = { id, arrivedMs, envelope, contents: [content], copies: requests, ...(queued && { queued }) };
      return this.#mail.commit(request);
    });
    if (!committed.ok) {
      // What a person may be refused by APPEND was judged before the plan was made: here it is the store that fails.
      throw new WorldError(`accepting a message: ${committed.error.message}`, { transient: true });
    }
    void committed.value.filed.then((filed) => this.#options.filed(id, filed));
  }

  async release(id: string): Promise<void> {
    this.#mail.release(id);
  }

  listMailboxes(account: AccountId): Promise<MailboxListing[]> {
    return this.#run('listing mailboxes', account, (mail) =>
      listMailboxTree(mail.existing(), mail.subscribed(), mail.marked()),
    );
  }

  createMailbox(
    account: AccountId,
    name: MailboxName,
    specialUse: SpecialUse | undefined,
  ): Promise<Result<{ mailboxId: string }, StoreRefusal>> {
    return this.#run('creating a mailbox', account, async (mail) => {
      const checked = checkFolderName(name);
      if (!checked.ok) return checked;
      const existing = mail.existing();
      if (existing.has(checked.value)) return refuse('already-exists', 'The mailbox exists already');
      if (existing.size >= MAILBOX_NAME_LIMITS.mailboxesPerAccount) return refuse('limit', 'Too many mailboxes');
      const folder = await mail.create(checked.value);
      if (specialUse !== undefined) mail.writeMarked(mail.marked().set(checked.value, specialUse));
      return ok({ mailboxId: folder.mailboxId });
    });
  }

  deleteMailbox(account: AccountId, name: MailboxName): Promise<Result<undefined, StoreRefusal>> {
    return this.#run('deleting a mailbox', account, async (mail) => {
      const normalized = normalizeMailboxName(name);
      if (normalized === INBOX) return refuse('cannot', 'INBOX cannot be deleted');
      const existing = mail.existing();
      if (!existing.has(normalized)) {
        const hasChildren = [...existing].some((other) => isBelow(other, normalized));
        return hasChildren ? refuse('has-children', 'Only mailboxes below it exist') : nonexistent();
      }
      const folder = await mail.find(normalized);
      using _recorded = folder && (await recordMailboxDeletion(this.#mail.journalOf(account), folder));
      mail.remove(normalized);
      const marked = mail.marked();
      if (marked.delete(normalized)) mail.writeMarked(marked);
      return ok(undefined);
    });
  }

  renameMailbox(account: AccountId, from: MailboxName, to: MailboxName): Promise<Result<undefined, StoreRefusal>> {
    return this.#run('renaming a mailbox', account, async (mail) => {
      const plan = planRename(mail.existing(), from, to);
      if (!plan.ok) return plan;
      if (plan.value.kind === 'empty-inbox') return this.#emptyInboxInto(account, mail, plan.value.target);
      for (const [, newName] of plan.value.moves) {
        const fits = checkFolderName(newName);
        if (!fits.ok) return fits;
      }
      const marked = mail.marked();
      for (const [oldName, newName] of plan.value.moves) {
        mail.rename(oldName, newName);
        const use = marked.get(oldName);
        if (use !== undefined) marked.delete(oldName) && mail.writeMarked(marked.set(newName, use));
      }
      return ok(undefined);
    });
  }

  setSubscribed(account: AccountId, name: MailboxName, subscribed: boolean): Promise<Result<undefined, StoreRefusal>> {
    return this.#run('subscribing', account, (mail) => {
      const names = mail.subscribed();
      const checked = checkMailboxName(name);
      if (subscribed && !checked.ok) return checked;
      const normalized = normalizeMailboxName(name);
      if (names.has(normalized) === subscribed) return ok(undefined);
      if (subscribed) names.add(normalized);
      else names.delete(normalized);
      mail.writeSubscribed(names);
      return ok(undefined);
    });
  }

  status(account: AccountId, name: MailboxName): Promise<Result<MailboxStatus, StoreRefusal>> {
    return this.#run('looking at a mailbox', account, async (mail) => {
      const folder = await mail.findFresh(normalizeMailboxName(name));
      return folder === undefined ? nonexistent() : ok(statusOf(folder));
    });
  }

  quotaUsage(account: AccountId): Promise<QuotaUsage> {
    return this.#run('adding up an account', account, (mail) => mail.usage());
  }

  openMailbox(
    account: AccountId,
    name: MailboxName,
    access: 'read-write' | 'read-only',
  ): Promise<Result<MailboxSnapshot, StoreRefusal>> {
    return this.#run('opening a mailbox', account, async (mail) => {
      const folder = await mail.findFresh(normalizeMailboxName(name));
      if (folder === undefined) return nonexistent();
      if (access === 'read-write') await folder.takeOutOfNew();
      const snapshot = snapshotOf(normalizeMailboxName(name), folder);
      if (access === 'read-write') folder.endRecent();
      return ok(snapshot);
    });
  }

  async append(
    account: AccountId,
    name: MailboxName,
    requests: readonly AppendRequest[],
    quotaBytes: number,
  ): Promise<Result<AppendOutcome, StoreRefusal>> {
    const checked = checkFolderName(name);
    if (!checked.ok) return requests.every(({ mode }) => mode === 'deliver') ? checked : nonexistent();
    const arrivedMs = this.#options.clock.nowMs();
    const id = `append-${arrivedMs.toString(36)}-${++this.#lastAppend}`;
    const copies = requests.map(({ content: _, ...rest }, body) => {
      return { ...rest, account, mailbox: checked.value, body, quotaBytes, recipients: [] };
    });
    const committed = await inWorld('storing a message', () => {
      const contents = requests.map(({ content }) => content);
      return this.#mail.commit({ id, arrivedMs, envelope: '', contents, copies });
    });
    if (!committed.ok) return committed;
    // Whoever watches hears of it before the answer.
    await this.#run('filing a message', account, () => undefined);
    const uids = committed.value.copies();
    return ok({ uidValidity: uids[0]?.uidValidity ?? 0, uids: uids.map(({ uid }) => uid) });
  }

  copy(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
    quotaBytes: number,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    return this.#transfer('copy', account, from, uids, to, quotaBytes);
  }

  move(
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    return this.#transfer('move', account, from, uids, to, 0);
  }

  changeFlags(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    change: FlagChange,
  ): Promise<Result<FlagChangeOutcome, StoreRefusal>> {
    return this.#run('changing flags', account, async (mail) => {
      const folder = await mail.findFresh(normalizeMailboxName(name));
      return folder === undefined ? nonexistent() : changeFlagsIn(folder, uids, change, this.#options.clock.nowMs());
    });
  }

  expunge(account: AccountId, name: MailboxName, uids: Uint32Array): Promise<Result<Uint32Array, StoreRefusal>> {
    return this.#run('expunging', account, async (mail) => {
      const folder = await mail.find(normalizeMailboxName(name));
      return folder === undefined ? nonexistent() : ok(await expungeFrom(folder, uids, this.#mail.journalOf(account)));
    });
  }

  prepareBatch(
    account: AccountId,
    name: MailboxName,
    uids: Uint32Array,
    parts: readonly PreparedPart[],
    words?: readonly string[],
  ): Promise<PreparedFetch[]> {
    return this.#run('preparing messages', account, async (mail) => {
      const folder = await mail.find(normalizeMailboxName(name));
      if (folder === undefined) return [];
      const sieve = words && new Sieve(words);
      const prepared = await takeTurns(findPrepared(folder, uids, parts, this.#options.prepare, sieve));
      if (folder.pending.preparedCount > PREPARED_IN_MEMORY) await takeTurns(folder.flush());
      return prepared;
    });
  }

  openBatch(account: AccountId, name: MailboxName, uids: Uint32Array, words?: readonly string[]): Promise<OpenedBatch> {
    return this.#run('opening a message', account, async (mail) => {
      const folder = await mail.find(normalizeMailboxName(name));
      return folder === undefined ? { taken: uids.length, messages: [] } : openStoredMessages(folder, uids, words);
    });
  }

  refresh(account: AccountId, name: MailboxName): Promise<void> {
    return this.#run('looking at a mailbox', account, async (mail) => {
      await mail.findFresh(normalizeMailboxName(name));
    });
  }

  close(): Promise<void> {
    return this.#mail.close();
  }

  #run<T>(operation: string, account: AccountId, task: (mail: AccountMail) => Promise<T> | T): Promise<T> {
    return inWorld(operation, async () => {
      await this.#mail.ready;
      const mail = this.#mail.accounts.of(account);
      return mail.run(() => task(mail));
    });
  }

  #transfer(
    how: 'copy' | 'move',
    account: AccountId,
    from: MailboxName,
    uids: Uint32Array,
    to: MailboxName,
    quotaBytes: number,
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    return this.#run('copying messages', account, async (mail) => {
      const source = await mail.findFresh(normalizeMailboxName(from));
      const target = await mail.find(normalizeMailboxName(to));
      if (source === undefined || target === undefined) return nonexistent();
      if (quotaBytes > 0) {
        const { table } = source;
        const addedBytes = table.findAll(uids).reduce((sum, index) => sum + at(table.sizesBytes, index), 0);
        if ((await mail.usage()).sizeBytes + addedBytes > quotaBytes) return overQuota();
      }
      return this.#transferBetween(account, source, target, normalizeMailboxName(to), uids, how);
    });
  }

  /** RFC 3501 §6.3.5: the messages go, INBOX and what lies below it stay. */
  async #emptyInboxInto(
    account: AccountId,
    mail: AccountMail,
    name: MailboxName,
  ): Promise<Result<undefined, StoreRefusal>> {
    const checked = checkFolderName(name);
    if (!checked.ok) return checked;
    const source = await mail.findFresh(INBOX);
    if (source === undefined) return nonexistent();
    const target = await mail.create(name);
    const { uids } = source.table.columns();
    const moved = await this.#transferBetween(account, source, target, name, uids, 'move');
    return moved.ok ? ok(undefined) : moved;
  }

  #transferBetween(
    account: AccountId,
    source: MailboxFolder,
    target: MailboxFolder,
    name: MailboxName,
    uids: Uint32Array,
    how: 'copy' | 'move',
  ): Promise<Result<CopyOutcome, StoreRefusal>> {
    const nowMs = this.#options.clock.nowMs();
    const journal = this.#mail.journalOf(account);
    return transferMessages({ source, target, name, uids, how, names: this.#names, nowMs, journal });
  }
}

/** The mailbox's name, if a folder can bear it. */
function checkFolderName(name: MailboxName): Result<MailboxName, StoreRefusal> {
  const checked = checkMailboxName(name);
  if (!checked.ok || folderNameOf(checked.value).length <= FILE_NAME_BYTES) return checked;
  return refuse('limit', 'The mailbox name is too long for a folder');
}

async function inWorld<T>(operation: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw worldErrorOf(operation, cause);
  }
}

/** A failed system call is the world's fault; anything else is ours, and stays what it is. */
function worldErrorOf(operation: string, cause: unknown): unknown {
  if (cause instanceof WorldError || errnoOf(cause) === undefined) return cause;
  return new WorldError(operation, { transient: true, cause });
}
