// Reads a message from standard input and puts it into the maildrop folder. It goes there in pieces; only with `-t` its
// header is read first, for the folder's files begin with the recipients.

import { DropWriter } from '#platform/maildrop/drop-writer.ts';
import { GrowingBuffer } from '#protocols/message/growing-buffer.ts';
import { parseHeaderFields } from '#protocols/message/header-fields.ts';
import { EXIT } from '../exit-code.ts';
import type { PostRequest } from './arguments.ts';
import { SendmailFailure } from './failure.ts';
import { MessageLines } from './message-lines.ts';
import { addressesOf, headerRecipients, senderOf } from './recipients.ts';

export interface PostPlace {
  /** `maildrop_directory` */
  readonly folder: string;
  /** `message_size_limit` */
  readonly messageSizeLimit: number;
  /** Who runs the command. */
  readonly user: string;
}

const LONGEST_HEADER_BYTES = 1024 * 1024;
const HEADER_END = Buffer.from('\r\n\r\n');

/** On stable storage when it resolves. */
export async function postMessage(request: PostRequest, input: AsyncIterable<Buffer>, place: PostPlace): Promise<void> {
  const pieces = messagePieces(input, request.dotEnds);
  const header = request.fromHeader ? await readHeader(pieces) : Buffer.alloc(0);
  const recipients = recipientsOf(request, header);
  const { notify, ret, envid, fullName, sender, isWatched } = request;
  await using writer = await DropWriter.open(place.folder, {
    user: place.user,
    sender: sender === undefined ? undefined : senderOf(sender),
    fullName,
    recipients,
    notify: notify ?? (isWatched ? ['SUCCESS', 'FAILURE', 'DELAY'] : undefined),
    ret,
    envid,
  });
  let sizeBytes = 0;
  const write = async (piece: Buffer) => {
    sizeBytes += piece.length;
    if (sizeBytes > place.messageSizeLimit) throw new SendmailFailure(EXIT.unavailable, { key: 'sendmail.too-big' });
    await writer.write(piece);
  };
  await write(header);
  for await (const piece of pieces) await write(piece);
  await writer.finish();
}

function recipientsOf({ recipients, fromHeader }: PostRequest, header: Buffer): string[] {
  // With -t both count, as with Postfix.
  const named = [...new Set([...recipients.flatMap(addressesOf), ...(fromHeader ? headerRecipients(header) : [])])];
  if (named.length > 0) return named;
  const key = fromHeader ? 'sendmail.no-header-recipients' : 'sendmail.no-recipients';
  throw new SendmailFailure(EXIT.usage, { key });
}

async function* messagePieces(input: AsyncIterable<Buffer>, dotEnds: boolean): AsyncGenerator<Buffer> {
  const lines = new MessageLines({ dotEnds });
  for await (const piece of input) {
    const octets = lines.push(piece);
    if (octets.length > 0) yield octets;
    if (lines.hasEnded) return;
  }
  yield lines.end();
}

/** All pieces up to the end of the header; the rest stays in the generator. */
async function readHeader(pieces: AsyncGenerator<Buffer>): Promise<Buffer> {
  const read = new GrowingBuffer();
  for (;;) {
    const { done, value } = await pieces.next();
    if (done === true) return read.view();
    const searchFrom = Math.max(0, read.length - HEADER_END.length);
    read.append(value);
    const header = read.view();
    if (header.indexOf(HEADER_END, searchFrom) !== -1 || header.indexOf('\r\n') === 0) return header;
    if (header.length <= LONGEST_HEADER_BYTES) continue;
    // A line that is no field ends the header, too: then this much was body.
    if (parseHeaderFields(header).fields.some(({ name }) => name === '')) return header;
    throw new SendmailFailure(EXIT.data, { key: 'sendmail.header-too-long' });
  }
}
