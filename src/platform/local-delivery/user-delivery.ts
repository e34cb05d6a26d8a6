// Carries out an order as the user whose process this is: `~/.forward` first, then `mailbox_command`, then `home_mailbox`,
// then the mail spool, as local(8) does; or a command or a file that an alias table names.

import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { unreachable } from '#base/unreachable.ts';
import type { MessageContent } from '#mail/ports/message-content.ts';
import type { SystemUser } from '#mail/ports/system-users.ts';
import { makeFolder } from '#platform/files/make-folder.ts';
import { appendToMbox } from '#platform/mbox/append-to-mbox.ts';
import { failed } from '#platform/mbox/mailbox-fault.ts';
import { deliverToMaildir } from './deliver-to-maildir.ts';
import { type DeliveryAnswer, delivered } from './delivery-answer.ts';
import type { DeliveryOrder } from './delivery-order.ts';
import { planForwards } from './forward-plan.ts';
import { findJunkFolder, isMarkedJunk } from './junk-folder.ts';
import { runCommand } from './run-command.ts';

export function deliverAsUser(
  user: SystemUser,
  order: DeliveryOrder,
  message: MessageContent,
): Promise<DeliveryAnswer> {
  switch (order.action) {
    case 'user':
      return deliverToUser(user, order, message);
    case 'command':
      return runCommand(order.target, user, order, message);
    case 'file':
      return makeOwnFolder(dirname(order.target), user).then(() => deliverToFile(order.target, user, order, message));
    default:
      return unreachable(order.action);
  }
}

/**
 * What may fail comes before what is sent on. Whatever fails puts off, or bounces, the whole: a later attempt may repeat what
 * was done, as with every MTA; nothing is lost.
 */
async function deliverToUser(user: SystemUser, order: DeliveryOrder, message: MessageContent): Promise<DeliveryAnswer> {
  const { settings, extension, recipient } = order;
  const question = { ...user, user: user.name, recipient, delimiter: settings.recipient_delimiter, extension };
  const plan = await planForwards(question);
  if (!plan.ok) return plan.error;
  const steps: (() => Promise<DeliveryAnswer>)[] = [
    ...[...plan.value.commands].map((command) => () => runCommand(command, user, order, message)),
    ...[...plan.value.files].map((path) => () => deliverToFile(path, user, order, message)),
    ...(plan.value.keepsCopy ? [() => deliverToMailbox(user, order, message)] : []),
  ];
  const texts: string[] = [];
  let toSpool = false;
  for (const step of steps) {
    const answer = await step();
    if (answer.kind !== 'done') return answer;
    if (answer.toSpool) toSpool = true;
    else texts.push(answer.text);
  }
  return { kind: 'done', text: texts.join(', '), forwards: [...plan.value.addresses], toSpool };
}

async function deliverToMailbox(
  user: SystemUser,
  order: DeliveryOrder,
  message: MessageContent,
): Promise<DeliveryAnswer> {
  const { mailbox_command, home_mailbox } = order.settings;
  if (mailbox_command !== '') return await runCommand(mailbox_command, user, order, message);
  const junk = (await isMarkedJunk(message)) ? await findJunkFolder(user.home, home_mailbox) : undefined;
  if (junk === undefined && home_mailbox === '') return { kind: 'done', text: '', forwards: [], toSpool: true };
  const answer = await deliverToFile(junk ?? join(user.home, home_mailbox), user, order, message);
  return answer.kind === 'done' ? { ...answer, text: answer.text.replace('file', 'mailbox') } : answer;
}

async function deliverToFile(
  path: string,
  user: SystemUser,
  order: DeliveryOrder,
  message: MessageContent,
): Promise<DeliveryAnswer> {
  if (user.uid === 0) return failed('5.3.5', 'mail for root is written to no file');
  if (path === '/dev/null') return delivered('delivered to file: /dev/null');
  if (!isAbsolute(path)) return failed('5.3.5', `not an absolute path: ${path}`);
  const { mailbox_size_limit: sizeLimit } = order.settings;
  if (path.endsWith('/')) return await deliverToMaildir(path, message, sizeLimit);
  const mbox = {
    path,
    ownerUid: undefined,
    createMode: 0o600,
    dotlock: 'where-permitted',
    mailboxSizeLimit: sizeLimit,
  } as const;
  const appended = await appendToMbox(mbox, message, order);
  return appended.ok ? delivered(`delivered to file: ${path}`) : appended.error;
}

/** `virtual_mailbox_base`/DOMAIN for the first mbox in it: made within what is this user's own, and nowhere else. */
async function makeOwnFolder(path: string, { uid }: SystemUser): Promise<void> {
  const above = await stat(dirname(path)).catch(() => undefined);
  // Why it cannot be made is said by whoever writes into it.
  if (above?.uid === uid) await makeFolder(path).catch(() => undefined);
}
