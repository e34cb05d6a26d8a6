// A file that a simulation is given.

import { readFileSync } from 'node:fs';
import { messageOf } from '#base/thrown.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';

export function readFileOf({ say }: CommandContext, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new CommandFailure(EXIT.noInput, say('simulate.unreadable', { file, reason: messageOf(error) }));
  }
}
