// Delivers one message into an mbox: under both locks, behind a From_ line, quoted, with an empty line after it, and on stable
// storage before it says so. A write that fails leaves the file at its former size; after a crash amid one, the message comes once more,
// and what stands there of the first attempt is closed by an empty line and spoils nothing behind it.

import type { FileHandle } from 'node:fs/promises';
import { err, ok, type Result } from '#base/result.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import { writeAll } from '#platform/files/file-ranges.ts';
import { formatFromLine } from './from-line.ts';
import { lockMailbox, MAILBOX_LOCK_LIMITS, type MailboxLockLimits } from './lock-mailbox.ts';
import { deferred, failed, faultOf, type MailboxFault } from './mailbox-fault.ts';
import { MboxEncoder } from './mbox-encoder.ts';

export interface MboxEnvelope {
  /** `` is the null reverse-path. */
  readonly sender: string;
  readonly dateMs: number;
}

export interface MboxDelivery {
  readonly path: string;
  readonly ownerUid: number | undefined;
  readonly createMode: number | undefined;
  readonly dotlock: 'required' | 'where-permitted';
  /** `mailbox_size_limit`; 0 is none. */
  readonly mailboxSizeLimit: number;
  readonly lockLimits?: MailboxLockLimits;
}

export interface AppendedMessage {
  /** Of its From_ line. */
  readonly offset: number;
  /** Of the mailbox. */
  readonly sizeBytes: number;
}

const LF = 10;

export async function appendToMbox(
  delivery: MboxDelivery,
  message: MessageContent,
  envelope: MboxEnvelope,
): Promise<Result<AppendedMessage, MailboxFault>> {
  const locked = await lockMailbox({ ...delivery, limits: delivery.lockLimits ?? MAILBOX_LOCK_LIMITS });
  if (!locked.ok) {
    const isMissing = locked.error === 'missing';
    return err(isMissing ? deferred('4.2.0', `there is no mailbox ${delivery.path}`) : locked.error);
  }
  await using mailbox = locked.value;
  return await append(delivery, mailbox.file, message, envelope);
}

async function append(
  { path, mailboxSizeLimit }: MboxDelivery,
  file: FileHandle,
  message: MessageContent,
  envelope: MboxEnvelope,
): Promise<Result<AppendedMessage, MailboxFault>> {
  const before = (await file.stat()).size;
  if (mailboxSizeLimit > 0 && before + message.sizeBytes > mailboxSizeLimit) {
    return err(
      failed('5.2.2', `cannot update mailbox ${path}: it would exceed mailbox_size_limit (${mailboxSizeLimit})`),
    );
  }
  try {
    const gap = await missingLineEnds(file, before);
    const end = await writeMessage(file, before, gap, message, envelope);
    await file.sync();
    return ok({ offset: before + gap.length, sizeBytes: end });
  } catch (cause) {
    const fault = faultOf(`cannot update mailbox ${path}`, cause);
    try {
      await file.truncate(before);
    } catch (second) {
      return err(faultOf(`${fault.text}; cannot cut it back to ${before} octets`, second));
    }
    return err(fault);
  }
}

/** The position behind it. */
async function writeMessage(
  file: FileHandle,
  start: number,
  gap: string,
  message: MessageContent,
  { sender, dateMs }: MboxEnvelope,
): Promise<number> {
  const encoder = new MboxEncoder();
  let at = await writeAll(file, Buffer.from(gap + formatFromLine(sender, dateMs)), start);
  for await (const piece of message.stream()) at = await writeAll(file, encoder.encode(piece), at);
  return await writeAll(file, Buffer.concat([encoder.end(), Buffer.from('\n')]), at);
}

/** A program that was killed may have left its last line open: a From_ line must begin a line, behind an empty one. */
export async function missingLineEnds(file: FileHandle, size: number): Promise<string> {
  if (size === 0) return '';
  const last = Buffer.alloc(Math.min(2, size));
  await file.read(last, 0, last.length, size - last.length);
  if (last.at(-1) !== LF) return '\n\n';
  return last.length === 1 || last[0] === LF ? '' : '\n';
}
