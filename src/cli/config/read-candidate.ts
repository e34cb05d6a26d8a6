// A text that may become the configuration: read as the file in whose place it shall stand, and refused by the interlock as a
// server would refuse it.

import { parseSafeConfig } from '#platform/config/interlock.ts';
import type { Config } from '#platform/config/schema.ts';
import { readTomlText } from '#platform/config/toml-text.ts';
import type { CommandContext } from '../command-context.ts';
import { badConfig } from '../config-complaints.ts';

export interface Candidate {
  readonly text: string;
  readonly config: Config;
}

/** `place`: relative paths are taken from its folder. Complaints name the file that was read. */
export function readCandidate(context: CommandContext, file: string, place = file): Candidate {
  const text = readTomlText(file);
  if (!text.ok) throw badConfig(context, text.error);
  return judgeCandidate(context, text.value, file, place);
}

export function judgeCandidate(context: CommandContext, text: string, name: string, place: string): Candidate {
  const parsed = parseSafeConfig(text, place);
  if (parsed.ok) return { text, config: parsed.value };
  throw badConfig(
    context,
    parsed.error.map((complaint) => ({ ...complaint, file: name })),
  );
}
