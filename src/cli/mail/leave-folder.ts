// What happens when a folder is left with `quit`. Of the place where mail arrives, messages that were read go to `~/mbox`, deleted
// and saved ones go, the rest stays; another file keeps all but the deleted. First what is saved is durable, then the folder changes.

import type { Box } from './box.ts';
import { MailFailure, systemRemark } from './failure.ts';
import { expandFileName } from './file-names.ts';
import type { ListedMessage } from './listed-message.ts';
import type { LockedFolder, Outcome } from './mail-folder.ts';
import { saveMessages } from './save-messages.ts';
import { complain, print, type Session } from './session.ts';

export interface LeavingRules {
  /** `hold`, and in a Maildir. */
  readonly keepsRead: boolean;
  readonly keepsSaved: boolean;
  readonly isFile: boolean;
}

export type Destiny = 'stays' | 'goes' | 'to-mbox';

/** The table of it all. */
export function decideDestiny(
  { fate, isTouched }: Pick<ListedMessage, 'fate' | 'isTouched'>,
  rules: LeavingRules,
): Destiny {
  if (fate === 'deleted') return 'goes';
  if (rules.isFile) return 'stays';
  if (fate === 'mbox') return 'to-mbox';
  if (fate === 'preserved' || !isTouched) return 'stays';
  if (fate === 'saved' && !rules.keepsSaved) return 'goes';
  return rules.keepsRead ? 'stays' : 'to-mbox';
}

/** False when it could not be done: nothing is lost then, and the folder is open still. */
export async function leaveFolder(session: Session, box: Box): Promise<boolean> {
  if (box.folder.isReadOnly) return true;
  // What is begun is ended, even if the line is gone meanwhile.
  process.on('SIGHUP', carryOn);
  try {
    await leave(session, box);
    return true;
  } catch (cause) {
    const remark = cause instanceof MailFailure ? cause.remark : systemRemark(cause);
    if (remark === undefined) throw cause;
    const reason = session.say(remark.key, remark.values);
    complain(session, 'mail.about', { subject: box.folder.path, reason });
    complain(session, 'mail.nothing-lost', { path: box.folder.path });
    return false;
  } finally {
    process.off('SIGHUP', carryOn);
  }
}

function carryOn(): void {
  // Only so that the signal does not end us.
}

async function leave(session: Session, box: Box): Promise<void> {
  const { variables } = session;
  const rules = {
    keepsRead: variables.isSet('hold') || box.folder.keepsRead,
    keepsSaved: variables.isSet('keepsave'),
    isFile: box.isFile,
  };
  const destinies = box.messages.map((message) => ({ message, destiny: decideDestiny(message, rules) }));
  // Whoever has seen the list has seen that the message is there.
  for (const message of box.messages) seeInList(message);
  const isChanged = destinies.some(
    ({ message, destiny }) => destiny !== 'stays' || message.isStatusChanged || message.isEdited,
  );
  if (!isChanged) {
    if (!box.isFile) sayHeld(session, box, destinies.length);
    return;
  }
  await using locked = await box.folder.lock();
  if (locked.hasNewMail && !box.isFile) print(session, 'mail.new-mail-arrived');
  const toMbox = destinies.filter(({ message, destiny }) => destiny === 'to-mbox' && locked.has(message.stored));
  await saveToMbox(
    session,
    toMbox.map(({ message }) => message),
  );
  await locked.settle(outcomesOf(destinies, locked));
  const staying = destinies.filter(({ destiny }) => destiny === 'stays').length;
  if (box.isFile) print(session, staying === 0 ? 'mail.file-truncated' : 'mail.file-complete', { path: box.name });
  else if (staying > 0) sayHeld(session, box, staying);
}

function outcomesOf(
  destinies: readonly { readonly message: ListedMessage; readonly destiny: Destiny }[],
  locked: LockedFolder,
): Map<ListedMessage['stored'], Outcome> {
  const outcomes = new Map<ListedMessage['stored'], Outcome>();
  for (const { message, destiny } of destinies) {
    if (!locked.has(message.stored)) continue;
    const { isRead, range } = message;
    const isOld = !message.isNew;
    if (destiny !== 'stays') outcomes.set(message.stored, { kind: 'removed' });
    else if (message.isEdited) outcomes.set(message.stored, { kind: 'rewritten', range, isRead, isOld });
    else if (message.isStatusChanged) outcomes.set(message.stored, { kind: 'marked', isRead, isOld });
  }
  return outcomes;
}

async function saveToMbox(session: Session, messages: readonly ListedMessage[]): Promise<void> {
  if (messages.length === 0) return;
  const path = expandFileName(session, '&');
  await saveMessages(session, messages, path, {
    filter: session.saved,
    part: 'message',
    place: session.variables.isSet('append') ? 'end' : 'beginning',
  });
  const key = messages.length === 1 ? 'mail.saved-one-in-mbox' : 'mail.saved-in-mbox';
  print(session, key, { count: messages.length, path });
}

function seeInList(message: ListedMessage): void {
  if (!message.isNew) return;
  message.isNew = false;
  message.isStatusChanged = true;
}

function sayHeld(session: Session, box: Box, count: number): void {
  print(session, count === 1 ? 'mail.held-one' : 'mail.held', { count, path: box.folder.path });
}
