// The user that owns the peers' mail; made when missing.

import { runProgram } from './program.ts';

export const MAIL_UID = 5000;

export function ensureMailUser(): void {
  try {
    runProgram('getent', 'passwd', String(MAIL_UID));
  } catch {
    runProgram('groupadd', '-g', String(MAIL_UID), 'benchmail');
    runProgram('useradd', '-u', String(MAIL_UID), '-g', String(MAIL_UID), '-M', '-s', '/usr/sbin/nologin', 'benchmail');
  }
}
