// How much is promised and not filed: in memory, and in the journal.

import type { PromisedMail, PromisedMessage } from './promised-mail.ts';

interface Limits {
  readonly memoryBytes: number;
  readonly journalBytes: number;
}

const MIB = 1024 * 1024;
/** All accounts together do not gather beyond it. */
const GATHERED: Limits = { memoryBytes: 32 * MIB, journalBytes: 192 * MIB };
/** Whoever comes waits. */
const MOST: Limits = { memoryBytes: 64 * MIB, journalBytes: 256 * MIB };

export class UnfiledBytes {
  #memoryBytes = 0;
  #journalBytes = 0;

  /** So much that nobody's mail gathers. */
  get isMuch(): boolean {
    return this.#isBeyond(GATHERED);
  }

  add(message: PromisedMessage): void {
    this.#memoryBytes += memoryBytesOf(message);
    this.#journalBytes += journalBytesOf(message);
  }

  remove(message: PromisedMessage): void {
    this.#memoryBytes -= memoryBytesOf(message);
    this.#journalBytes -= journalBytesOf(message);
  }

  /** Waits for others than mailboxes. */
  addElsewhere(memoryBytes: number): void {
    this.#memoryBytes += memoryBytes;
  }

  /** What waits for a home that cannot be written holds up nobody else: nothing more is promised to it. */
  isFullBeside(stuck: Iterable<{ readonly promised: PromisedMail }>): boolean {
    if (!this.#isBeyond(MOST)) return false;
    const others = new UnfiledBytes();
    others.#memoryBytes = this.#memoryBytes;
    others.#journalBytes = this.#journalBytes;
    for (const { promised } of stuck) for (const message of promised.all()) others.remove(message);
    return others.#isBeyond(MOST);
  }

  #isBeyond({ memoryBytes, journalBytes }: Limits): boolean {
    return this.#memoryBytes > memoryBytes || this.#journalBytes > journalBytes;
  }
}

function memoryBytesOf({ filing, body }: PromisedMessage): number {
  return filing.prefix.length + (body.kind === 'octets' ? body.octets.length : 0);
}

function journalBytesOf({ body }: PromisedMessage): number {
  return body.kind === 'octets' ? 0 : body.sizeBytes;
}
