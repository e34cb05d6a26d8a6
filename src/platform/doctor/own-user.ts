// Whom the state belongs to: the user that the running server runs as, else the owner of the state's folder.

import { statSync } from 'node:fs';

export interface OwnUser {
  readonly uid: number;
  readonly gid: number;
}

/** `pid`: of the running server. */
export function findOwnUser(stateFolder: string, pid: number | undefined): OwnUser {
  const process = pid === undefined ? undefined : statSync(`/proc/${pid}`, { throwIfNoEntry: false });
  const { uid, gid } = process ?? statSync(stateFolder);
  return { uid, gid };
}
