// Settings that a message is judged by instead of those in force.

import type { SimulationRequest } from '#mail/ports/simulator.ts';
import type { CommandContext } from '../command-context.ts';
import { findConfigFile } from '../config-file.ts';
import { readFileOf } from './read-file.ts';

/** Who names a configuration wants to be judged by it, and not by the one in force. */
export function otherConfig(context: CommandContext): Pick<SimulationRequest, 'config'> {
  if (context.globalOptions().config === undefined) return {};
  const file = findConfigFile(context);
  return { config: { file, text: readFileOf(context, file).toString() } };
}
