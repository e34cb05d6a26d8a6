// Names of files and folders as they are typed: `%` the inbox, `%ana` that user's, `#` the folder before, `&` the mbox, `+name` in
// the folder of folders, `~/name`; anything else with a shell's signs in it is the shell's to expand.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MailFailure } from './failure.ts';
import { findInbox } from './inbox.ts';
import type { Session } from './session.ts';

const SHELL_SIGNS = /[~{[*?$`'"\\]/;

export function expandFileName(session: Session, name: string): string {
  const { variables, person } = session;
  if (name.startsWith('%')) return name === '%' ? findInbox(session) : join('/var/mail', safeUserName(name.slice(1)));
  if (name === '#') {
    if (session.previousFolder === undefined) throw new MailFailure('mail.no-previous-folder');
    return session.previousFolder;
  }
  const path = withFolder(session, name === '&' ? (variables.value('MBOX') ?? '~/mbox') : name);
  const inHome = path === '~' || path.startsWith('~/') ? `${person.home}${path.slice(1)}` : path;
  return SHELL_SIGNS.test(inHome) ? expandByShell(session, inHome) : inHome;
}

/** `set folder=Mail`: below the home, where it is no whole path. */
export function findFolderOfFolders({ variables, person }: Session): string | undefined {
  const folder = variables.value('folder');
  return folder === undefined || folder.startsWith('/') ? folder : join(person.home, folder);
}

export function findDeadLetter(session: Session): string {
  const named = session.variables.value('DEAD');
  if (named === undefined) return join(session.person.home, 'dead.letter');
  const path = expandFileName(session, named);
  return path.startsWith('/') ? path : join(session.person.home, path);
}

export function findShell({ variables }: Session): string {
  return variables.value('SHELL') || '/bin/sh';
}

function withFolder(session: Session, name: string): string {
  const folder = findFolderOfFolders(session);
  return name.startsWith('+') && folder !== undefined ? join(folder, name.slice(1)) : name;
}

function expandByShell(session: Session, name: string): string {
  const { stdout } = spawnSync(findShell(session), ['-c', `echo ${name}`], { stdio: ['inherit', 'pipe', 'inherit'] });
  const path = stdout?.toString('utf8').replace(/\n{1,100}$/, '') ?? '';
  if (path === '') throw new MailFailure('mail.no-match', { name });
  if (path.includes(' ') && !existsSync(path)) throw new MailFailure('mail.ambiguous', { name });
  return path;
}

/** It becomes the name of a file. */
function safeUserName(name: string): string {
  if (/^[^/\0]{1,255}$/.test(name) && name !== '.' && name !== '..') return name;
  throw new MailFailure('mail.no-such-user', { name });
}
