// The name of a user id, as /etc/passwd has it.

import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

/** The number itself where there is no name. */
export function nameOfUser(uid: number): string {
  if (uid === process.getuid?.()) return userInfo().username;
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  const entry = lines.map((line) => line.split(':')).find((fields) => fields[2] === String(uid));
  return entry?.[0] ?? String(uid);
}
