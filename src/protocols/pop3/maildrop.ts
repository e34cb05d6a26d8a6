// What a session sees of a mailbox: numbered from 1, frozen when it was opened, with marks for what goes at QUIT.
// RFC 1939 §4, §5. The one thing in a session that changes in place: a hundred thousand messages are not copied.

export interface MaildropColumns {
  readonly uidValidity: number;
  readonly uids: Uint32Array;
  readonly sizesBytes: Float64Array;
}

export interface DropMessage {
  /** The number that the client uses. */
  readonly number: number;
  readonly uid: number;
  readonly sizeBytes: number;
}

export class Maildrop {
  readonly #columns: MaildropColumns;
  readonly #deleted: Uint8Array;
  readonly #retrieved: Uint8Array;
  #count: number;
  #sizeBytes: number;

  constructor(columns: MaildropColumns) {
    this.#columns = columns;
    this.#deleted = new Uint8Array(columns.uids.length);
    this.#retrieved = new Uint8Array(columns.uids.length);
    this.#count = columns.uids.length;
    this.#sizeBytes = columns.sizesBytes.reduce((sum, size) => sum + size, 0);
  }

  /** Messages that are not marked as deleted. */
  get count(): number {
    return this.#count;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** `undefined` for a number that is not there, or marked as deleted. */
  find(number: number): DropMessage | undefined {
    const uid = this.#columns.uids[number - 1];
    const sizeBytes = this.#columns.sizesBytes[number - 1];
    if (uid === undefined || sizeBytes === undefined || this.#deleted[number - 1] === 1) return undefined;
    return { number, uid, sizeBytes };
  }

  *messages(): Generator<DropMessage> {
    for (let number = 1; number <= this.#columns.uids.length; number += 1) {
      const message = this.find(number);
      if (message !== undefined) yield message;
    }
  }

  /** Dovecot's `%08Xu%08Xv`: who comes from there, or goes there, downloads nothing twice. RFC 1939 §7 (UIDL). */
  uniqueId(message: DropMessage): string {
    return hex8(message.uid) + hex8(this.#columns.uidValidity);
  }

  markDeleted(message: DropMessage): void {
    this.#deleted[message.number - 1] = 1;
    this.#count -= 1;
    this.#sizeBytes -= message.sizeBytes;
  }

  markRetrieved(message: DropMessage): void {
    this.#retrieved[message.number - 1] = 1;
  }

  unmarkDeleted(): void {
    for (const [i, mark] of this.#deleted.entries()) {
      if (mark === 0) continue;
      this.#count += 1;
      this.#sizeBytes += this.#columns.sizesBytes[i] ?? 0;
    }
    this.#deleted.fill(0);
  }

  /** In UID order. */
  deletedUids(): Uint32Array {
    return this.#columns.uids.filter((_, i) => this.#deleted[i] === 1);
  }

  /** Those that were read and stay. */
  retrievedUids(): Uint32Array {
    return this.#columns.uids.filter((_, i) => this.#retrieved[i] === 1 && this.#deleted[i] === 0);
  }
}

function hex8(number: number): string {
  return number.toString(16).padStart(8, '0');
}
