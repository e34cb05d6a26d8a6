// A message's octets beside a question on a private stream: small ones come along with it, large ones are lent for as long as
// the question is open. Nothing is ever named by a path.

import { type Check, optional, shape } from '#base/shape.ts';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { memoryContent } from '#platform/files/memory-content.ts';
import { readWhole } from '#platform/files/read-whole.ts';
import type { Channel } from '#platform/ipc/channel.ts';
import { borrow, isLoan, Lender, type Loan } from '#platform/ipc/lent-content.ts';

const COMES_ALONG_BYTES = 256 * 1024;

const hasContent: Check<{ readonly loan: Loan | undefined }> = shape({ loan: optional(isLoan) });

/** Asks with a message; the answer's head. */
export async function askWithContent(
  channel: Channel,
  kind: string,
  order: unknown,
  content: MessageContent,
): Promise<unknown> {
  if (content.sizeBytes <= COMES_ALONG_BYTES) {
    return (await channel.ask(kind, { order }, await readWhole(content))).head;
  }
  return await lenderOf(channel).lend(content, async (loan) => (await channel.ask(kind, { order, loan })).head);
}

/** The other side: what was asked, and the message while the question is open. Throws WorldError for what is no question. */
export function openCarried(
  channel: Channel,
  head: unknown,
  body: Buffer,
): { readonly order: unknown; readonly content: MessageContent } {
  if (!hasContent(head) || !('order' in head)) {
    throw new WorldError('a question without a message', { transient: false });
  }
  return { order: head.order, content: head.loan === undefined ? memoryContent(body) : borrow(channel, head.loan) };
}

/** One for each channel: a second one would answer for the first. */
const lenders = new WeakMap<Channel, Lender>();

export function lenderOf(channel: Channel): Lender {
  const lender = lenders.get(channel) ?? new Lender(channel);
  lenders.set(channel, lender);
  return lender;
}
