// Delivers into a user's mbox in the mail spool. Who does it is of the folder's group and is not the user: the mbox must be the
// user's, and where it is missing root makes it (USER:mail, 0660).

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { WorldError } from '#base/world-error.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import { isMissing } from '#platform/files/errno.ts';
import { appendToMbox } from '#platform/mbox/append-to-mbox.ts';
import { deferred } from '#platform/mbox/mailbox-fault.ts';
import { type DeliveryAnswer, delivered } from './delivery-answer.ts';
import type { DeliveryOrder } from './delivery-order.ts';

/** Throws WorldError. */
export type MakeSpool = (user: string) => Promise<void>;

export async function deliverToSpool(
  user: SystemUser,
  order: DeliveryOrder,
  message: MessageContent,
  makeSpool: MakeSpool,
): Promise<DeliveryAnswer> {
  const path = join(order.settings.mail_spool_directory, user.name);
  try {
    if (await isAbsent(path)) await makeSpool(user.name);
  } catch (cause) {
    if (!(cause instanceof WorldError)) throw cause;
    return deferred('4.2.0', `cannot create mailbox ${path}: ${cause.message}`);
  }
  const mbox = {
    path,
    ownerUid: user.uid,
    createMode: undefined,
    dotlock: 'required',
    mailboxSizeLimit: order.settings.mailbox_size_limit,
  } as const;
  const appended = await appendToMbox(mbox, message, order);
  return appended.ok ? delivered('delivered to mailbox') : appended.error;
}

async function isAbsent(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return false;
  } catch (cause) {
    if (isMissing(cause)) return true;
    throw new WorldError(`looking for ${path}`, { transient: true, cause });
  }
}
