// A message with its 8-bit parts encoded anew while it is read: never more than a piece of it is in memory. It is read
// once beforehand, to find its parts and which of them need it.

import { isAscii } from 'node:buffer';
import {
  BodyEncoder,
  type DowngradeEdit,
  planDowngrade,
  replaceWide,
  rewriteHeader,
} from '#protocols/message/downgrade.ts';
import type { OctetRange } from '#protocols/message/envelope.ts';
import { MessageParser } from '#protocols/message/message-parser.ts';
import type { OutgoingContent, SendableContent } from './outgoing-content.ts';

const PIECE_BYTES = 65_536;
const GAP_OCTETS = 1_024;

/** `undefined` where the message is too deep, or has too many parts, to be taken apart. */
export async function openDowngraded(content: OutgoingContent): Promise<SendableContent | undefined> {
  const parser = new MessageParser();
  const wide = new WideOctets();
  for await (const piece of content.pieces()) {
    parser.push(piece);
    wide.push(piece);
  }
  const edits = planDowngrade(parser.end(), (range) => wide.isIn(range));
  if (edits === undefined) return undefined;
  const estimated = edits.reduce((sum, edit) => sum + growth(edit), content.sizeBytes);
  return { sizeBytes: estimated, whole: undefined, pieces: () => encodedPieces(content, edits) };
}

/** For SIZE, which may be an estimate: quoted-printable seldom, base64 always adds a good third. RFC 1870 §5. */
function growth({ kind, range }: DowngradeEdit): number {
  if (kind === 'filler') return 0;
  return kind === 'header' ? 100 : Math.ceil((range.end - range.start) * 0.4);
}

async function* encodedPieces(content: OutgoingContent, edits: readonly DowngradeEdit[]): AsyncIterable<Buffer> {
  let from = 0;
  for (const edit of edits) {
    yield* copied(content, from, edit.range.start);
    from = edit.range.end;
    if (edit.kind === 'header') {
      const header = await content.read(edit.range.start, edit.range.end - edit.range.start);
      yield rewriteHeader(header, edit.encoding, edit.range.start === 0);
      continue;
    }
    if (edit.kind === 'filler') {
      for await (const piece of copied(content, edit.range.start, edit.range.end)) yield replaceWide(piece);
      continue;
    }
    const encoder = new BodyEncoder(edit.encoding);
    for await (const piece of copied(content, edit.range.start, edit.range.end)) yield encoder.push(piece);
    yield encoder.end();
  }
  yield* copied(content, from, content.sizeBytes);
}

async function* copied(content: OutgoingContent, start: number, end: number): AsyncIterable<Buffer> {
  for (let at = start; at < end; at += PIECE_BYTES) yield await content.read(at, Math.min(PIECE_BYTES, end - at));
}

/** Where octets stand that are not ASCII; runs that are close to one another count as one, so that few are kept. */
class WideOctets {
  readonly #runs: { readonly first: number; last: number }[] = [];
  #offset = 0;

  push(piece: Buffer): void {
    const start = this.#offset;
    this.#offset += piece.length;
    if (isAscii(piece)) return;
    let first = -1;
    for (let i = 0; i <= piece.length; i++) {
      const isWide = (piece[i] ?? 0) > 0x7f;
      if (isWide && first === -1) first = i;
      if (isWide || first === -1) continue;
      this.#note(start + first, start + i - 1);
      first = -1;
    }
  }

  isIn({ start, end }: OctetRange): boolean {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle]?.last ?? 0) < start) low = middle + 1;
      else high = middle;
    }
    const found = this.#runs[low];
    return found !== undefined && found.first < end;
  }

  #note(first: number, last: number): void {
    const before = this.#runs.at(-1);
    if (before !== undefined && first - before.last < GAP_OCTETS) before.last = last;
    else this.#runs.push({ first, last });
  }
}
