// The memory that commits came in goes back as soon as the last of them is filed; `base/give-memory-back.ts` says why.

interface Piece {
  readonly memory: ArrayBuffer;
  users: number;
}

export class CommitMemory {
  /** By the ids of the commits that look into it. */
  readonly #pieces = new Map<string, Piece>();

  /** `ids`: of the commits whose octets lie in this piece. */
  hold(ids: readonly string[], memory: ArrayBuffer): void {
    const piece: Piece = { memory, users: ids.length };
    // One that is there still, under the same id, is the one that is heard of: this piece is left to the collector.
    for (const id of ids) if (!this.#pieces.has(id)) this.#pieces.set(id, piece);
  }

  /** Nobody reads what this commit brought any more: it is filed, or was refused. */
  release(id: string): void {
    const piece = this.#pieces.get(id);
    if (piece === undefined) return;
    this.#pieces.delete(id);
    piece.users--;
    // Whatever looked into it sees no octets from now on, and not another's.
    if (piece.users === 0) piece.memory.transfer(0);
  }
}
