// A text that may become the configuration: read as the file in whose place it shall stand, and refused by the interlock as a
// server would refuse it.

import { parseSafeConfig } from '#platform/config/interlock.ts';
import type { Config } from '#platform/config/schema.ts';
import { formatComplaint, readTomlText } from '#platform/config/toml-text.ts';
import type { CommandContext } from '../command-context.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';

export interface Candidate {
  readonly text: string;
  readonly config: Config;
}

/** `place`: relative paths are taken from its folder. Complaints name the file that was read. */
export function readCandidate(context: CommandContext, file: string, place = file): Candidate {
  const text = readTomlText(file);
  if (!text.ok) throw unusable(context, text.error);
  return judgeCandidate(context, text.value, file, place);
}

export function judgeCandidate(context: CommandContext, text: string, name: string, place: string): Candidate {
  const parsed = parseSafeConfig(text, place, [context.language]);
  if (parsed.ok) return { text, config: parsed.value };
  throw unusable(
    context,
    parsed.error.map((complaint) => ({ ...complaint, file: name })),
  );
}

function unusable({ say }: CommandContext, errors: readonly Parameters<typeof formatComplaint>[0][]): CommandFailure {
  const complaints = errors.map((complaint) => `  ${formatComplaint(complaint)}`).join('\n');
  return new CommandFailure(EXIT.configuration, say('config.bad', { complaints }));
}
