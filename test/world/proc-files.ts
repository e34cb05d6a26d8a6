// What the system says of processes and their threads, any of which may be gone between a listing and the look behind it:
// then it says nothing.

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export const readProc = (path: string): string => orNothing('', () => readFileSync(path, 'latin1'));

/** What a descriptor stands for, such as `socket:[1234]`. */
export const readProcLink = (path: string): string => orNothing('', () => readlinkSync(path));

export const listProc = (path: string): string[] => orNothing([], () => readdirSync(path));

/** ESRCH where the process ends while its file is read. */
const GONE = ['ENOENT', 'ESRCH'];

function orNothing<T>(nothing: T, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'code' in error && GONE.includes(String(error.code))) return nothing;
    throw error;
  }
}
