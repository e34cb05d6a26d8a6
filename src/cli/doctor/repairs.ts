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

/** Homes with thousands of files of somebody else are told of by a few, and a number. */
const MOST_LINES = 20;

export function mend(context: CommandContext, repairs: readonly Repair[]): Mended[] {
  const done = repairs.map((repair) => ({ repair, mended: attempt(context, repair) }));
  const isOfOwner = ({ repair }: { readonly repair: Repair }) => repair.kind === 'owner';
  const [owners, modes] = [done.filter(isOfOwner), done.filter((each) => !isOfOwner(each))];
  const given = owners.filter(({ mended }) => mended.isDone);
  const failed = owners.filter(({ mended }) => !mended.isDone);
  const told = [...modes, ...given.slice(0, MOST_LINES), ...failed.slice(0, MOST_LINES)];
  return [
    ...told.map(({ mended }) => mended),
    ...sumUp(given.slice(MOST_LINES), (values) => context.paint('green', context.say('doctor.mended.owners', values))),
    ...sumUp(failed.slice(MOST_LINES), (values) =>
      context.paint('red', context.say('doctor.not-mended.owners', values)),
    ),
  ];
}

/** One line for all that lie below the same folder. */
function sumUp(
  attempts: readonly { readonly repair: Repair; readonly mended: Mended }[],
  format: (values: { readonly count: number; readonly path: string; readonly owner: string }) => string,
): Mended[] {
  return [...Map.groupBy(attempts, ({ repair }) => repair.base)].flatMap(([path, below]) => {
    const [first] = below;
    if (first === undefined || first.repair.kind !== 'owner') return [];
    const values = { count: below.length, path, owner: nameOfUser(first.repair.uid) };
    return [{ path, isDone: first.mended.isDone, text: format(values) }];
  });
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
