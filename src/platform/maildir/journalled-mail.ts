// The journal under the mailboxes: opened and recovered before the first operation, written to by every message that comes,
// settled every few seconds and at the end.

import type { Result } from '#base/result.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { StoreRefusal } from '#mail/ports/mail-store.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import { Checkpoints } from '#platform/journal/checkpoints.ts';
import { syncFileSystems } from '#platform/journal/file-system-sync.ts';
import { JournalWriter } from '#platform/journal/journal-writer.ts';
import type { RoomLimits } from '#platform/journal/room.ts';
import { openSyncer, type Syncer } from '#platform/journal/syncer.ts';
import type { PrepareOctets } from '#platform/message-index/prepared-fetch.ts';
import { type CommitRequest, type CommitSurroundings, Commits, type CommittedMessage } from './commits.ts';
import { MailFileSystems } from './mail-file-systems.ts';
import { MailRoom } from './mail-room.ts';
import type { BaseNames } from './message-file-name.ts';
import { OpenAccounts, type OpenAccountsOptions } from './open-accounts.ts';
import type { PromisedBody } from './promised-mail.ts';
import type { AccountJournal } from './recorded-changes.ts';
import { Recovery } from './recovery.ts';

export interface JournalOptions {
  /** Of the journal alone. */
  readonly folder: string;
  /** All homes are below, on this file system or on others. */
  readonly mailBase: string;
  readonly syncFileSystems?: (paths: readonly string[]) => Promise<void>;
  readonly reserve: RoomLimits;
  /** Further folders that what is accepted is written to; nothing is accepted that has no room there. */
  readonly alsoWritten?: readonly string[];
  readonly checkpointEveryMs?: number;
  /** Of other programs' locks of a mailbox, before no more is promised to its account. */
  readonly lockWaitMs?: number;
}

export interface JournalledMailOptions extends OpenAccountsOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly prepare: PrepareOctets;
  readonly journal: JournalOptions;
  /** What a message sends to others is promised; until `release` it is offered again at each start. */
  offered(message: QueuedMessage, body: PromisedBody): void;
}

export class JournalledMail {
  readonly accounts: OpenAccounts;
  /** What the journal promised is in the mailboxes, or waits to be tried again. Everything waits for it. */
  readonly ready: Promise<void>;
  readonly #syncer: Syncer = openSyncer();
  readonly #journal: JournalWriter;
  readonly #checkpoints: Checkpoints;
  readonly #commits: Commits;

  constructor(options: JournalledMailOptions, names: BaseNames) {
    const { clock, log, prepare, journal } = options;
    this.#journal = new JournalWriter(journal.folder, this.#syncer, log);
    const fileSystems = new MailFileSystems(journal.mailBase);
    const sync = journal.syncFileSystems ?? syncFileSystems;
    const syncMail = (): Promise<void> => sync(fileSystems.paths());
    const mailOf = (account: AccountId) => this.accounts.of(account);
    const room = new MailRoom({
      folders: [journal.folder, journal.mailBase, ...(journal.alsoWritten ?? [])],
      fileSystems,
      limits: journal.reserve,
      promisedBytes: () => this.#journal.unsettledBytes,
      settle: () => this.#settleAll(),
    });
    const checkRoom: CommitSurroundings['checkRoom'] = (sizeBytes, accounts) =>
      room.check(
        sizeBytes,
        [...accounts].map((account) => mailOf(account).device),
      );
    const offer: JournalledMailOptions['offered'] = (message, body) => options.offered(message, body);
    const { lockWaitMs } = journal;
    const around = { journal: this.#journal, clock, log, names, prepare, mailOf, checkRoom, offer, lockWaitMs };
    this.#commits = new Commits(around);
    this.accounts = new OpenAccounts(options, {
      settle: (mail) => this.#commits.settle(mail),
      onHome: (home) => fileSystems.learn(home),
    });
    const resume: Commits['resume'] = (record) => this.#commits.resume(record);
    const recovery = new Recovery({ journal: this.#journal, log, mailOf, syncMail, resume });
    const endFormer = () => recovery.finish();
    this.#checkpoints = new Checkpoints({ journal: this.#journal, log, syncMail, endFormer });
    this.ready = recovery.mend().then(() => this.#checkpoints.begin(journal.checkpointEveryMs));
    // Whoever asks for anything hears of it.
    this.ready.catch(() => undefined);
  }

  async commit(request: CommitRequest): Promise<Result<CommittedMessage, StoreRefusal>> {
    await this.ready;
    return this.#commits.commit(request);
  }

  release(id: string): void {
    this.#commits.release(id);
  }

  journalOf(account: AccountId): AccountJournal {
    return { account, journal: this.#journal };
  }

  /** And keeps nothing of the disk that it could do without. */
  async #settleAll(): Promise<void> {
    await this.#checkpoints.run();
    this.#journal.giveBackSpares();
  }

  async close(): Promise<void> {
    await this.ready.catch(() => undefined);
    await this.accounts.close();
    this.#commits.close();
    await this.#checkpoints.stop();
    await this.#checkpoints.run();
    await this.#journal.close();
    await this.#syncer[Symbol.asyncDispose]();
  }
}
