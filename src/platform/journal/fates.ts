// What became of the messages of a journal: each was promised a place; later records may say that it moved, lies in two
// places, or is gone. Pure.

import { unreachable } from '#base/unreachable.ts';
import type { AccountId } from '#mail/ports/account.ts';
import type { JournalRecord, Place } from './journal-record.ts';

export interface Fate {
  readonly account: AccountId;
  /** Where the message must lie now. */
  readonly places: readonly Place[];
  /** Where it must not lie any more: it was moved away. */
  readonly left: readonly Place[];
}

interface Life {
  readonly account: AccountId;
  readonly places: Map<string, Place>;
  readonly left: Place[];
}

export class Fates {
  /** By the base name that the message was promised under. */
  readonly #lives = new Map<string, Life>();
  /** Any base name of a message → the one it was promised under. */
  readonly #origins = new Map<string, string>();
  readonly #deletedMailboxes = new Set<string>();
  readonly #released = new Set<string>();

  /** In the order of the journal. */
  learn(record: JournalRecord): void {
    switch (record.kind) {
      case 'opened':
        return;
      case 'message':
        for (const filing of record.filings) this.#begin(filing.account, filing);
        return;
      case 'gone':
        for (const baseName of record.baseNames) this.#find(baseName)?.places.delete(baseName);
        return;
      case 'moved':
      case 'copied':
        for (const { from, to } of record.steps) this.#transfer(record.kind, from, to);
        return;
      case 'mailbox-deleted':
        this.#deletedMailboxes.add(record.mailboxId);
        return;
      case 'released':
        this.#released.add(record.id);
        return;
      default:
        unreachable(record);
    }
  }

  /** Has the queue taken over what this message sends to others? */
  isReleased(id: string): boolean {
    return this.#released.has(id);
  }

  /** `baseName`: as the message's own record has it. */
  of(baseName: string): Fate | undefined {
    const life = this.#lives.get(baseName);
    if (life === undefined) return undefined;
    const exists = ({ mailboxId }: Place): boolean => !this.#deletedMailboxes.has(mailboxId);
    const places = [...life.places.values()].filter(exists);
    return { account: life.account, places, left: life.left.filter(exists) };
  }

  #begin(account: AccountId, place: Place): void {
    // A message that an earlier start could not file was promised again, under the same name.
    this.#lives.set(place.baseName, { account, places: new Map([[place.baseName, place]]), left: [] });
    this.#origins.set(place.baseName, place.baseName);
  }

  #find(baseName: string): Life | undefined {
    return this.#lives.get(this.#origins.get(baseName) ?? '');
  }

  #transfer(how: 'moved' | 'copied', from: string, to: Place): void {
    const life = this.#find(from);
    const origin = this.#origins.get(from);
    const place = life?.places.get(from);
    if (life === undefined || origin === undefined || place === undefined) return;
    this.#origins.set(to.baseName, origin);
    life.places.set(to.baseName, to);
    if (how === 'copied') return;
    life.places.delete(from);
    life.left.push(place);
  }
}
