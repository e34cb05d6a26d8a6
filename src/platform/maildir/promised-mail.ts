// What an account was promised and its mailboxes do not hold yet, in the order of the promises. The journal has all of it;
// here it waits in memory for its turn to be filed.

import type { RecordedFiling } from '#platform/journal/journal-record.ts';

/** The octets below the prefix: in memory, or in the journal's own file. */
export type PromisedBody = OctetsBody | FileBody;

export interface OctetsBody {
  readonly kind: 'octets';
  readonly octets: Buffer;
}

/** In the journal's record. */
export interface JournalBody {
  readonly kind: 'journal';
  readonly sizeBytes: number;
  /** Once it is promised; valid until the next one is read. Throws what the disk says. */
  read(): Buffer;
}

export interface FileBody {
  readonly kind: 'file';
  readonly path: string;
  readonly sizeBytes: number;
  /** The prefix lies there before them, so many octets: the file is the message as it will be filed. */
  readonly prefixBytes?: number | undefined;
}

export interface PromisedMessage {
  readonly filing: RecordedFiling;
  readonly body: PromisedBody | JournalBody;
  /** The journal has it: until then it is only reserved. */
  readonly durable: Promise<unknown>;
  isDurable: boolean;
  /** It lies in its mailbox, under this UID. */
  filed(uid: number, uidValidity: number): void;
}

export class PromisedMail {
  #messages: PromisedMessage[] = [];
  /** Why the last attempt to file failed; `undefined` when it did not. */
  failure: unknown;

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  get sizeBytes(): number {
    return this.#messages.reduce((sum, message) => sum + sizeOfPromised(message), 0);
  }

  all(): Iterable<PromisedMessage> {
    return this.#messages;
  }

  add(message: PromisedMessage): void {
    this.#messages.push(message);
  }

  /** Filed, or not promised after all. */
  remove(gone: ReadonlySet<PromisedMessage>): void {
    this.#messages = this.#messages.filter((message) => !gone.has(message));
  }

  /** All that the account waits for is in the journal, or was given up. */
  async whenDurable(): Promise<void> {
    await Promise.allSettled(this.#messages.map(({ durable }) => durable));
  }

  /** The first ones, up to one that the journal does not have yet. */
  durableOnes(most: number): PromisedMessage[] {
    const end = this.#messages.findIndex(({ isDurable }, i) => !isDurable || i === most);
    return end < 0 ? [...this.#messages] : this.#messages.slice(0, end);
  }
}

export function sizeOfPromised({ filing, body }: PromisedMessage): number {
  return filing.prefix.length + (body.kind === 'octets' ? body.octets.length : body.sizeBytes);
}
