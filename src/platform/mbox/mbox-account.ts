// One user's mailboxes: which there are, under which numbers, and each open one with its index. One operation at a time: mboxes
// are files with one lock each, and an operation may need two.

import { basename, join } from 'node:path';
import { err, ok, type Result } from '#base/result.ts';
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
import type { Clock } from '#mail/ports/clock.ts';
import type { Log } from '#mail/ports/log.ts';
import type { MailboxChange, MailboxListing, MailboxName, SpecialUse, StoreRefusal } from '#mail/ports/mail-store.ts';
import type { Randomness } from '#mail/ports/randomness.ts';
import { errnoOf } from '#platform/files/errno.ts';
import { nonexistent, refuse } from '#platform/message-index/refusals.ts';
import {
  checkMboxName,
  createMailboxFile,
  deleteMailboxFile,
  finishMoves,
  listMailboxFiles,
  type MboxPlaces,
  mailboxPath,
  renameMailboxFile,
} from './mbox-layout.ts';
import { MboxMailbox } from './mbox-mailbox.ts';
import { MboxRecords } from './mbox-records.ts';

export interface MboxAccountOptions {
  readonly places: MboxPlaces;
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly log: Log;
  publish(name: MailboxName, change: MailboxChange): void;
}

const MAILBOX_ID_BYTES = 16;

interface OpenMbox {
  readonly mailbox: MboxMailbox;
  /** Changes when the mailbox is renamed. */
  name: MailboxName;
}

export class MboxAccount {
  readonly #options: MboxAccountOptions;
  readonly #open = new Map<MailboxName, OpenMbox>();
  #records: MboxRecords | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: MboxAccountOptions) {
    this.#options = options;
  }

  /** `work` alone, behind all that came before. What the system refuses is a WorldError. */
  enter<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(async () => {
      try {
        return await work();
      } catch (cause) {
        if (errnoOf(cause) === undefined) throw cause;
        throw new WorldError('a mailbox', { transient: true, cause });
      }
    });
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  names(): Set<MailboxName> {
    this.#loaded();
    return listMailboxFiles(this.#options.places);
  }

  list(): MailboxListing[] {
    const { subscribed, marked } = this.#loaded();
    return listMailboxTree(this.names(), subscribed, marked);
  }

  /** `undefined` where there is no such mailbox. */
  find(name: MailboxName): MboxMailbox | undefined {
    const normalized = normalizeMailboxName(name);
    const known = this.#open.get(normalized)?.mailbox;
    if (normalized !== INBOX && !this.names().has(normalized)) {
      if (known !== undefined) this.#forget(normalized);
      return undefined;
    }
    return known ?? this.#openMailbox(normalized);
  }

  /** What an operation changed of a mailbox's numbers is kept. */
  keepNumbers(name: MailboxName, mailbox: MboxMailbox): void {
    const records = this.#loaded();
    const normalized = normalizeMailboxName(name);
    const numbers = mailbox.index.numbers();
    if (JSON.stringify(records.numbers.get(normalized)) === JSON.stringify(numbers)) return;
    records.numbers.set(normalized, numbers);
    records.save();
  }

  create(name: MailboxName, specialUse: SpecialUse | undefined): Result<{ mailboxId: string }, StoreRefusal> {
    const checked = checkMboxName(name);
    if (!checked.ok) return checked;
    const names = this.names();
    if (names.has(checked.value)) return refuse('already-exists', 'The mailbox exists already');
    if (names.size >= MAILBOX_NAME_LIMITS.mailboxesPerAccount) return refuse('limit', 'Too many mailboxes');
    const records = this.#loaded();
    const numbers = this.#newNumbers();
    records.numbers.set(checked.value, numbers);
    if (specialUse !== undefined) records.marked.set(checked.value, specialUse);
    records.save();
    createMailboxFile(this.#options.places, checked.value);
    return ok({ mailboxId: numbers.mailboxId });
  }

  delete(name: MailboxName): Result<undefined, StoreRefusal> {
    const normalized = normalizeMailboxName(name);
    if (normalized === INBOX) return refuse('cannot', 'INBOX cannot be deleted');
    const names = this.names();
    if (!names.has(normalized)) {
      const hasChildren = [...names].some((other) => isBelow(other, normalized));
      return hasChildren ? refuse('has-children', 'There is no such mailbox, only mailboxes below it') : nonexistent();
    }
    deleteMailboxFile(this.#options.places, normalized);
    this.#forget(normalized);
    return ok(undefined);
  }

  /** `empty-inbox`: the caller moves its messages into the mailbox that was made. */
  rename(from: MailboxName, to: MailboxName): Result<{ emptyInboxInto: MailboxName | undefined }, StoreRefusal> {
    const plan = planRename(this.names(), from, to);
    if (!plan.ok) return plan;
    if (plan.value.kind === 'empty-inbox') {
      const made = this.create(plan.value.target, undefined);
      return made.ok ? ok({ emptyInboxInto: plan.value.target }) : err(made.error);
    }
    for (const [, newName] of plan.value.moves) {
      const checked = checkMboxName(newName);
      if (!checked.ok) return checked;
    }
    for (const [oldName, newName] of plan.value.moves) this.#renameOne(oldName, newName);
    return ok({ emptyInboxInto: undefined });
  }

  setSubscribed(name: MailboxName, subscribed: boolean): Result<undefined, StoreRefusal> {
    const records = this.#loaded();
    const checked = checkMailboxName(name);
    if (!subscribed) records.subscribed.delete(normalizeMailboxName(name));
    else if (!checked.ok) return checked;
    else records.subscribed.add(checked.value);
    records.saveSubscriptions();
    return ok(undefined);
  }

  #renameOne(from: MailboxName, to: MailboxName): void {
    const records = this.#loaded();
    const use = records.marked.get(from);
    const opened = this.#open.get(from);
    // Both names have the numbers while the file moves: whichever it has after a crash, they are kept.
    const numbers = opened?.mailbox.index.numbers() ?? records.numbers.get(from) ?? this.#newNumbers();
    records.numbers.set(to, numbers);
    if (use !== undefined) records.marked.set(to, use);
    records.save();
    renameMailboxFile(this.#options.places, from, to);
    this.#forget(from);
    if (opened !== undefined) {
      opened.name = to;
      this.#open.set(to, opened);
    }
  }

  #forget(name: MailboxName): void {
    const records = this.#loaded();
    this.#open.delete(name);
    records.numbers.delete(name);
    records.marked.delete(name);
    records.save();
    this.#options.publish(name, { kind: 'deleted' });
  }

  #openMailbox(name: MailboxName): MboxMailbox {
    const { places, clock, log, publish } = this.#options;
    const records = this.#loaded();
    let numbers = records.numbers.get(name);
    if (numbers === undefined) {
      numbers = this.#newNumbers();
      records.numbers.set(name, numbers);
      records.save();
    }
    const opened: OpenMbox = {
      name,
      mailbox: new MboxMailbox(numbers, {
        // Found anew each time: a mailbox becomes a folder when another is made below it.
        path: () => mailboxPath(places, opened.name),
        rescuePath: join(places.folder, `.valija-rescue-${numbers.mailboxId}`),
        clock,
        changed: (change) => publish(opened.name, change),
        setAside: (path) => {
          const text = `${basename(path)}: the mailbox was changed by another program after a crash`;
          log.write('error', 'mbox', text, { mailbox: opened.name });
        },
      }),
    };
    this.#open.set(name, opened);
    return opened.mailbox;
  }

  #newNumbers() {
    const { clock, randomness } = this.#options;
    return this.#loaded().newNumbers(randomness.bytes(MAILBOX_ID_BYTES).toString('hex'), clock.nowMs());
  }

  #loaded(): MboxRecords {
    if (this.#records === undefined) {
      finishMoves(this.#options.places);
      this.#records = new MboxRecords(this.#options.places.folder);
    }
    return this.#records;
  }
}
