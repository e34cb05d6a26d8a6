// What `valija doctor --fix` does, and what it says of it.

import { messageOf } from '#base/thrown.ts';
import type { Repair } from '#mail/doctor/finding.ts';
import { carryOut } from '#platform/doctor/repair.ts';
import { formatMode } from '#platform/inspection/inspect-secrets.ts';
import type { CommandContext } from '../command-context.ts';
import { harmless } from '../output/table.ts';
import { nameOfUser } from '../user-name.ts';

export interface Mended {
  readonly path: string;
  readonly isDone: boolean;
  readonly text: string;
}

/** Homes with thousands of files of somebody else are told of in one line. */
const MOST_LINES = 20;

export function mend(context: CommandContext, repairs: readonly Repair[]): Mended[] {
  const done = repairs.map((repair) => attempt(context, repair));
  const [told, rest] = [done.slice(0, MOST_LINES), done.slice(MOST_LINES)];
  const [first] = repairs.slice(MOST_LINES);
  const failed = rest.filter(({ isDone }) => !isDone);
  if (first === undefined || first.kind !== 'owner') return [...told, ...rest];
  const { say, paint } = context;
  const values = { count: rest.length - failed.length, path: first.base, owner: nameOfUser(first.uid) };
  const summary = { path: first.base, isDone: true, text: paint('green', say('doctor.mended.owners', values)) };
  return [...told, ...failed.slice(0, MOST_LINES), summary];
}

function attempt({ say, paint }: CommandContext, repair: Repair): Mended {
  const { path } = repair;
  try {
    carryOut(repair);
  } catch (error) {
    const reason = messageOf(error);
    return { path, isDone: false, text: paint('red', harmless(say('doctor.not-mended', { path, reason }))) };
  }
  const text =
    repair.kind === 'mode'
      ? say('doctor.mended.mode', { path, mode: formatMode(repair.mode) })
      : say('doctor.mended.owner', { path, owner: nameOfUser(repair.uid) });
  return { path, isDone: true, text: paint('green', harmless(text)) };
}
