// Opens a folder by its path: a file is an mbox, a folder with `cur` and `new` in it a Maildir.

import { existsSync, lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { Box } from './box.ts';
import { systemRemark } from './failure.ts';
import { expandFileName } from './file-names.ts';
import type { MailFolder } from './mail-folder.ts';
import { MaildirFolder } from './maildir-folder.ts';
import { MboxFolder } from './mbox-folder.ts';
import { rescuePathsOf } from './rescue-places.ts';
import { complain, type Session } from './session.ts';

/** `undefined` when there is nothing to read; it has been said then. `%…` is where mail arrives, all else are files. */
export async function openBox(session: Session, name: string): Promise<Box | undefined> {
  try {
    const box = await findBox(session, name);
    if (box !== undefined) return box;
    const user = name.length > 1 ? name.slice(1) : session.person.user;
    session.terminal.complain(`${session.say('mail.no-mail', { user })}\n`);
  } catch (cause) {
    const remark = systemRemark(cause);
    if (remark === undefined) throw cause;
    const reason = session.say(remark.key, remark.values);
    complain(session, 'mail.about', { subject: expandFileName(session, name), reason });
  }
  return undefined;
}

/** `undefined` where mail arrives and none is. */
export async function findBox(session: Session, name: string): Promise<Box | undefined> {
  const isFile = !name.startsWith('%');
  const path = expandFileName(session, name);
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts === undefined && !isFile) return undefined;
  const box = new Box(openPlace(session, path, name === '%', facts), path, isFile);
  await box.readNew();
  if (isFile || box.messages.length > 0) return box;
  box.folder[Symbol.dispose]();
  return undefined;
}

function openPlace(session: Session, path: string, isInbox: boolean, facts: Stats | undefined): MailFolder {
  if (facts?.isDirectory() === true) {
    if (['cur', 'new'].every((folder) => existsSync(join(path, folder)))) return new MaildirFolder(path);
    throw Object.assign(new Error(path), { code: 'EISDIR' });
  }
  // The link a user made to an mbox elsewhere is followed; in the spool folder, others could have made it.
  const place = !isInbox && isLink(path) ? realpathSync(path) : path;
  return new MboxFolder({ path: place, rescuePaths: rescuePathsOf(place, isInbox, session.person.home) });
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
