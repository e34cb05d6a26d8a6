// Commits on their way to the store's thread: all of one turn as one JSON text and one piece of memory. To clone them as
// objects, each with memory of its own, costs both sides three times as much.

import type { MessageContent } from '#mail/ports/message-content.ts';
import type { QueuedMessage } from '#mail/queue/queued-message.ts';
import type { Delivery, DeliveryCopy } from './maildir-backend.ts';
import type { ContentElsewhere } from './store-messages.ts';

export interface SaidCommit extends Omit<Delivery, 'content'> {
  readonly callId: number;
  /** Small ones come along. */
  readonly content: Buffer | ContentElsewhere;
}

export interface PackedCommits {
  /** JSON of Head[]. */
  readonly heads: string;
  /** Of each commit the prefixes of its copies, that of what leaves, and the content. */
  readonly octets: Uint8Array<ArrayBuffer>;
}

interface Head extends Omit<Delivery, 'content' | 'copies' | 'queued'> {
  readonly callId: number;
  readonly copies: readonly (Omit<DeliveryCopy, 'prefix'> & { readonly prefixBytes: number })[];
  readonly queued: (Omit<QueuedMessage, 'prefix'> & { readonly prefixBytes: number }) | undefined;
  readonly content: number | ContentElsewhere;
}

export function packCommits(commits: readonly SaidCommit[]): PackedCommits {
  const pieces: Buffer[] = [];
  const heads = commits.map((commit) => packCommit(commit, pieces));
  const octets = Buffer.allocUnsafeSlow(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) at += piece.copy(octets, at);
  return { heads: JSON.stringify(heads), octets };
}

function packCommit({ copies, queued, content, ...rest }: SaidCommit, pieces: Buffer[]): Head {
  const withLength = <T extends { readonly prefix: Buffer }>({ prefix, ...others }: T) => {
    pieces.push(prefix);
    return { ...others, prefixBytes: prefix.length };
  };
  const head = { ...rest, copies: copies.map(withLength), queued: queued && withLength(queued) };
  if (!Buffer.isBuffer(content)) return { ...head, content };
  pieces.push(content);
  return { ...head, content: content.length };
}

export interface UnpackedCommit {
  readonly callId: number;
  readonly delivery: Delivery;
}

/** What comes along is a window into the one piece of memory. */
export function unpackCommits(
  { heads, octets }: PackedCommits,
  toContent: (content: Buffer | ContentElsewhere) => MessageContent,
): UnpackedCommit[] {
  const all = Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength);
  let at = 0;
  const next = (bytes: number) => {
    at += bytes;
    return all.subarray(at - bytes, at);
  };
  return (JSON.parse(heads) as Head[]).map(({ callId, copies, queued, content, ...rest }) => {
    const withPrefix = copies.map(({ prefixBytes, ...copy }) => ({ ...copy, prefix: next(prefixBytes) }));
    const leaving = queued && { queued: queuedWithPrefix(queued, next) };
    const there = toContent(typeof content === 'number' ? next(content) : content);
    return { callId, delivery: { ...rest, copies: withPrefix, ...leaving, content: there } };
  });
}

function queuedWithPrefix(
  { prefixBytes, ...queued }: Exclude<Head['queued'], undefined>,
  next: (bytes: number) => Buffer,
): QueuedMessage {
  return { ...queued, prefix: next(prefixBytes) };
}
