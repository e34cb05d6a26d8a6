// A message's octets beside a question on a private stream: small ones come along with it, of large ones the asker answers
// for the pieces that the other side wants to see, for as long as the question is open. Nothing is ever named by a path.

import { type Check, optional, shape, wholeNumber } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import type { Channel } from '#platform/ipc/channel.ts';

const COMES_ALONG_BYTES = 256 * 1024;
const PIECE_BYTES = 512 * 1024;
const READ = 'read-content';

interface CarriedHead {
  readonly order: unknown;
  readonly sizeBytes: number;
  /** Of what is read in pieces. */
  readonly contentId: number | undefined;
}

const hasContent: Check<Omit<CarriedHead, 'order'>> = shape({
  sizeBytes: wholeNumber,
  contentId: optional(wholeNumber),
});
const isRead = shape({ contentId: wholeNumber, offset: wholeNumber, lengthBytes: wholeNumber });

/** Asks with a message; the answer's head. */
export async function askWithContent(
  channel: Channel,
  kind: string,
  order: unknown,
  content: MessageContent,
): Promise<unknown> {
  const { sizeBytes } = content;
  if (sizeBytes <= COMES_ALONG_BYTES) {
    const head: CarriedHead = { order, sizeBytes, contentId: undefined };
    return (await channel.ask(kind, head, await readWhole(content))).head;
  }
  const shown = contentsShownTo(channel);
  const contentId = shown.add(content);
  try {
    const head: CarriedHead = { order, sizeBytes, contentId };
    return (await channel.ask(kind, head)).head;
  } finally {
    shown.remove(contentId);
  }
}

/** The other side: what was asked, and the message while the question is open. Throws WorldError for what is no question. */
export function openCarried(
  channel: Channel,
  head: unknown,
  body: Buffer,
): { order: unknown; content: MessageContent } {
  if (!hasContent(head) || !('order' in head))
    throw new WorldError('a question without a message', { transient: false });
  const { sizeBytes, contentId } = head;
  const content = contentId === undefined ? memoryContent(body) : remoteContent(channel, contentId, sizeBytes);
  return { order: head.order, content };
}

function remoteContent(channel: Channel, contentId: number, sizeBytes: number): MessageContent {
  const read = async (offset: number, lengthBytes: number): Promise<Buffer> => {
    const wanted = Math.max(0, Math.min(lengthBytes, sizeBytes - offset, PIECE_BYTES));
    if (wanted === 0) return Buffer.alloc(0);
    const { body } = await channel.ask(READ, { contentId, offset, lengthBytes: wanted });
    if (body.length === 0) throw new WorldError('reading a message that was cut short', { transient: true });
    return body;
  };
  return {
    sizeBytes,
    read,
    async *stream() {
      for (let offset = 0; offset < sizeBytes; ) {
        const piece = await read(offset, PIECE_BYTES);
        offset += piece.length;
        yield piece;
      }
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

class ShownContents {
  readonly #contents = new Map<number, MessageContent>();
  #last = 0;

  constructor(channel: Channel) {
    channel.serve(READ, async (head) => {
      const content = isRead(head) ? this.#contents.get(head.contentId) : undefined;
      if (!isRead(head) || content === undefined) throw new WorldError('reading a message', { transient: true });
      return { body: await content.read(head.offset, Math.min(head.lengthBytes, PIECE_BYTES)) };
    });
  }

  add(content: MessageContent): number {
    this.#contents.set(++this.#last, content);
    return this.#last;
  }

  remove(contentId: number): void {
    this.#contents.delete(contentId);
  }
}

const shownBy = new WeakMap<Channel, ShownContents>();

function contentsShownTo(channel: Channel): ShownContents {
  const shown = shownBy.get(channel) ?? new ShownContents(channel);
  shownBy.set(channel, shown);
  return shown;
}
