// Users and groups of the machine by their names, as the system knows them.

import { WorldError } from '#base/world-error.ts';
import { openGetent } from '#platform/system-users/getent.ts';
import type { Ids } from './carry-out.ts';

/** Throws WorldError where there is none. */
export async function findUserIds(name: string): Promise<Ids> {
  const fields = await lineOf('passwd', name);
  return { uid: Number(fields[2]), gid: Number(fields[3]) };
}

/** Throws WorldError where there is none. */
export async function findGroupId(name: string): Promise<number> {
  return Number((await lineOf('group', name))[2]);
}

async function lineOf(database: 'passwd' | 'group', name: string): Promise<string[]> {
  const line = await openGetent()(database, name);
  if (line === undefined) throw new WorldError(`${database}: there is no ${name}`, { transient: false });
  return line.split(':');
}
