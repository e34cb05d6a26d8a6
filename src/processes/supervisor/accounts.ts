// A user of the machine, for whom root is to start a process or make a file: asked of the system by `getent`, without a
// shell, in the supervisor's own words, since nobody else is to be believed here.

import { execFile } from 'node:child_process';

const TIMEOUT_MS = 5_000;
const LONGEST_LINE_BYTES = 65_536;
const LONGEST_NAME_CHARACTERS = 255;
const NOT_FOUND = 2;

/** Nothing that begins with a hyphen, parts a path, or parts the fields of a line. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*\$?$/;

export interface Account {
  readonly user: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** Why a request of one of our processes is not carried out. */
export class Denial extends Error {
  /** It may be another time. */
  readonly transient: boolean;

  constructor(text: string, transient: boolean) {
    super(text);
    this.name = 'Denial';
    this.transient = transient;
  }
}

/** Throws Denial. Nothing is ever run as uid 0. */
export async function findPerson(user: string): Promise<Account> {
  const account = await findAccount(user);
  if (account.uid === 0) throw new Denial('nothing is done as uid 0', false);
  return account;
}

/** `own`: who we are. Throws Denial. */
export async function findAccount(user: string, own = process.getuid?.() ?? 0): Promise<Account> {
  if (!NAME.test(user) || user.length > LONGEST_NAME_CHARACTERS) throw new Denial('this is no name of a user', false);
  const line = await ask(user);
  // name:password:uid:gid:full name:home:shell
  const [name, , uid, gid, , home = '/', shell = ''] = line.split(':');
  // A number is answered with the user who bears it; some sources fold case.
  if (name !== user) throw new Denial(`the system answers with another user: ${name}`, false);
  if (!isId(uid) || !isId(gid)) throw new Denial('the system knows no uid or gid for it', false);
  // Where nobody is root, nobody can become another.
  if (own !== 0 && own !== Number(uid)) {
    throw new Denial('the server was not started by root, and can act as no other user than its own', false);
  }
  return { user, uid: Number(uid), gid: Number(gid), home, shell };
}

function ask(user: string): Promise<string> {
  const options = { timeout: TIMEOUT_MS, maxBuffer: LONGEST_LINE_BYTES, env: { LC_ALL: 'C' }, cwd: '/' };
  return new Promise((resolve, reject) => {
    execFile('/usr/bin/getent', ['passwd', '--', user], options, (error, stdout) => {
      if (error === null) resolve(stdout.split('\n', 1)[0] ?? '');
      else if (error.code === NOT_FOUND) reject(new Denial('the system has no such user', false));
      else reject(new Denial(`the system cannot be asked for users: ${error.message}`, true));
    });
  });
}

function isId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) < 0xffff_ffff;
}
