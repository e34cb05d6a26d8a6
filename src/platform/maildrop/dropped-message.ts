// A file of the maildrop folder → the message of a user, held by the server: whoever owns the file may still write into
// it, so its octets are copied once and then looked at.

import { isAscii } from 'node:buffer';
import type { LocalMessage } from '#mail/acceptance/posting.ts';
import type { ContentStore } from '#mail/ports/message-content.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import type { DroppedFile } from './dropped-file.ts';

/** The content is the caller's to dispose of. Throws WorldError when it cannot be stored now. */
export async function takeMessage(
  { head, octets }: DroppedFile,
  user: SystemUser,
  store: ContentStore,
): Promise<LocalMessage> {
  await using writer = store.openWriter();
  let isEightBit = false;
  for await (const piece of octets()) {
    isEightBit ||= !isAscii(piece);
    await writer.write(piece);
  }
  const parameters = { notify: head.notify, orcpt: undefined };
  const addresses = [head.sender ?? '', ...head.recipients];
  return {
    user: { name: user.name, uid: user.uid, fullName: user.fullName },
    sender: head.sender,
    ...(head.fullName === undefined ? {} : { fullName: head.fullName }),
    recipients: head.recipients.map((address) => ({ address, parameters })),
    parameters: {
      declaredSizeBytes: undefined,
      body: isEightBit ? '8BITMIME' : '7BIT',
      smtpUtf8: addresses.some((address) => /[^\x00-\x7f]/.test(address)),
      auth: undefined,
      dsn: { ret: head.ret, envid: head.envid },
    },
    content: await writer.finish(),
  };
}
