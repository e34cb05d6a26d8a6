// --enable and --disable: one or the other, or neither.

import type { CommandContext } from './command-context.ts';
import { CommandFailure, EXIT } from './exit-code.ts';

/** True for disabled; `undefined` where nothing was said. */
export function pickSwitch(
  { say }: CommandContext,
  { enable, disable }: { readonly enable?: boolean; readonly disable?: boolean },
): boolean | undefined {
  if (enable && disable) {
    throw new CommandFailure(EXIT.usage, say('usage.options-conflict', { one: '--enable', other: '--disable' }));
  }
  return disable ? true : enable ? false : undefined;
}
