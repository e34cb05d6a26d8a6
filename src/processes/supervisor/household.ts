// All the processes that are kept running, as one: they get settings in an order, and end in an order.

import type { SendHandle } from 'node:child_process';
import { OWNER, ROSTER, type RoleName } from '../roster.ts';
import { type Account, Denial, findAccount } from './accounts.ts';
import type { Child } from './child.ts';
import { Introductions } from './introductions.ts';
import { makeSpool } from './mail-spool.ts';
import { Mailboxes } from './mailboxes.ts';
import { Notes } from './notes.ts';
import { findCredentials, type OwnRole } from './privileges.ts';
import { type Handover, type Level, type Outcome, ProcessKeeper, type Request } from './process-keeper.ts';
import { SecretWatch } from './secret-watch.ts';

const WITH_SYSTEM_USERS = ['authenticator', 'spool'] as const satisfies readonly RoleName[];

export interface HouseholdOptions {
  readonly args: readonly string[];
  /** Root started us, and gives its rights up for everybody else. */
  readonly changesUsers: boolean;
  handle(id: number): SendHandle;
  /** A worker serves that replaces another. */
  replaced(pid: number): void;
  /** The worker answered a ping. */
  alive(): void;
}

export class Household {
  readonly #options: HouseholdOptions;
  readonly #introductions = new Introductions();
  readonly #notes = new Notes();
  readonly #secretWatch = new SecretWatch();
  readonly #worker: ProcessKeeper;
  readonly #outbound: ProcessKeeper;
  readonly #mailboxes: Mailboxes;
  #owner: string = OWNER;
  /** Those for the machine's users. */
  #others: readonly ProcessKeeper[] = [];

  constructor(options: HouseholdOptions) {
    this.#options = options;
    this.#worker = this.#keep('worker');
    this.#notes.writer = this.#worker;
    this.#outbound = this.#keep('outbound');
    this.#mailboxes = new Mailboxes({
      introductions: this.#introductions,
      note: (level, text) => this.note(level, text),
    });
  }

  get workerPid(): number {
    return this.#worker.pid;
  }

  /** Whom the state and all virtual mail belong to. */
  get owner(): string {
    return this.#owner;
  }

  note(level: Level, text: string): void {
    this.#notes.put({ kind: 'note', level, text });
  }

  /** New ones cannot be loaded. */
  keptSettings(text: string, spanish?: string): void {
    this.#notes.put({ kind: 'not-reloaded', text, spanish });
  }

  ping(): void {
    this.#worker.tell({ kind: 'ping' });
  }

  /**
   * To the worker, then to the others. When one of these refuses, the worker gets back what it had. One that ends over them is
   * replaced by one with the former settings: who knows what it ended of.
   */
  async apply(handover: Handover): Promise<Outcome> {
    const former = this.#worker.current;
    if (former === undefined) await this.#belongTo(handover.settings.mailOwner);
    const outcome = await this.#worker.apply(handover);
    if (outcome.kind === 'gone' && former !== undefined) this.keptSettings(endedOver('worker', outcome.text));
    if (outcome.kind !== 'ready') return outcome;
    const second = await this.#outbound.apply({ ...handover, sockets: [] });
    if (second.kind !== 'ready' && former !== undefined) {
      this.keptSettings(second.kind === 'gone' ? endedOver('outbound', second.text) : second.text);
      await this.#worker.apply(former, true);
    }
    if (second.kind === 'ready') this.#startOthers(handover.settings.systemUsers);
    return second;
  }

  /** At files that only root can read: what has changed the worker gets. How long until the next look. */
  lookAtSecrets(): number | undefined {
    const settings = this.#worker.current?.settings;
    if (settings === undefined || settings.secrets.length === 0) return undefined;
    if (!this.#worker.isServing) return settings.secretCheckMs;
    const renewed = this.#secretWatch.look(settings.secrets);
    if (renewed !== undefined) this.#worker.renewSecrets(renewed);
    return settings.secretCheckMs;
  }

  /** The settings in force once more: files that they name may say something new. */
  async applyAgain(): Promise<void> {
    await this.#worker.applyAgain();
    await this.#outbound.applyAgain();
  }

  /**
   * Nothing new leaves, and the worker hears what became of the rest; then its sessions may end; then those end whom both
   * need.
   */
  async stop(): Promise<void> {
    await this.#outbound.stop();
    await this.#worker.stop();
    await Promise.all([...this.#others, this.#mailboxes].map((one) => one.stop()));
  }

  kill(): void {
    for (const one of [this.#worker, this.#outbound, ...this.#others, this.#mailboxes]) one.kill();
  }

  /** They were started before the settings were read. From then on the owner changes at a restart only. */
  async #belongTo(owner: string): Promise<void> {
    if (!this.#options.changesUsers || owner === this.#owner) return;
    this.#owner = owner;
    await this.#worker.startAs(findCredentials('worker', owner));
    await this.#outbound.startAs(findCredentials('outbound', owner));
  }

  /** Whether the machine's users have mail here changes at a restart only. */
  #startOthers(systemUsers: boolean): void {
    if (systemUsers && this.#others.length === 0) this.#others = WITH_SYSTEM_USERS.map((role) => this.#keep(role));
  }

  /** What a process asks for is done when its row says that it may ask. */
  async #asked({ kind, user }: Request, child: Child): Promise<void> {
    const allowed: readonly string[] = ROSTER[child.role].mayAsk;
    try {
      if (!allowed.includes(kind) || this.#others.length === 0) {
        throw new Denial("the machine's users have no mail here (system_users)", false);
      }
      if (kind === 'want-mailbox') return this.#mailboxes.want(user, child);
      this.#makeSpool(await findAccount(user));
      child.tell({ kind: 'granted', request: kind, user });
    } catch (error) {
      if (!(error instanceof Denial)) throw error;
      child.tell({ kind: 'denied', request: kind, user, text: error.message, transient: error.transient });
    }
  }

  #makeSpool(account: Account): void {
    const folder = this.#worker.current?.settings.mailSpool;
    if (folder !== undefined) makeSpool(folder, account);
  }

  #keep(role: OwnRole): ProcessKeeper {
    const ofWorker = role === 'worker';
    return new ProcessKeeper({
      role,
      args: this.#options.args,
      credentials: this.#options.changesUsers ? findCredentials(role, this.#owner) : undefined,
      introductions: this.#introductions,
      handle: (id) => this.#options.handle(id),
      ready: () => this.#notes.flush(),
      replaced: (pid) => ofWorker && this.#options.replaced(pid),
      alive: () => this.#options.alive(),
      note: (level, text) => this.note(level, text),
      asked: (request, child) => void this.#asked(request, child),
    });
  }
}

function endedOver(role: OwnRole, how: string): string {
  return `the ${role} ended before it had taken the new ones (${how}); reload again, and look at the log if it does so again`;
}
