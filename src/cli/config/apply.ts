// `valija config apply`, `confirm`, `rollback`: another file takes the place of the configuration, at once and whole, and the one
// before it comes back where the new one is refused, or is not confirmed in time.

import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseDuration } from '#base/duration.ts';
import type { KeptConfig } from '#platform/config/config-history.ts';
import { confirmConfig, trialEndMs } from '#platform/config/config-trial.ts';
import { controlPath } from '../ask-server.ts';
import type { CommandContext } from '../command-context.ts';
import { findConfigFile, loadSettings } from '../config-file.ts';
import { CommandFailure, EXIT } from '../exit-code.ts';
import { formatMoment } from '../output/moment.ts';
import { addSubcommand } from '../program.ts';
import { show } from '../show-record.ts';
import { changesBetween, findKept, formatChanges, nameOf, readKept } from './history.ts';
import { type Installation, loadFile } from './load-file.ts';
import { type Candidate, judgeCandidate, readCandidate } from './read-candidate.ts';

/** Who does not confirm in a week has forgotten it. */
const LONGEST_TRIAL_MS = 7 * 86_400_000;

interface ApplyOptions {
  readonly confirmWithin?: string;
}

export function addApply(config: Command, context: CommandContext): void {
  const { say } = context;
  addSubcommand(config, context, 'apply <file>', 'config.apply.description', 'config.apply.examples')
    .option('--confirm-within <time>', say('config.option.confirm-within'))
    .action(async (file: string, options: ApplyOptions) => {
      const place = findConfigFile(context);
      await put(context, readCandidate(context, file, place), { ...trialOf(context, options), how: 'apply' });
    });
  addSubcommand(config, context, 'rollback [number]', 'config.rollback.description', 'config.rollback.examples')
    .option('--confirm-within <time>', say('config.option.confirm-within'))
    .action(async (number: string | undefined, options: ApplyOptions) => {
      const kept = readKept(context);
      const place = findConfigFile(context);
      const wanted = number === undefined ? findFormer(context, kept, place) : findKept(context, kept, number);
      const candidate = judgeCandidate(context, wanted.text, nameOf(wanted).name, place);
      await put(context, candidate, { ...trialOf(context, options), how: 'rollback' });
    });
  addSubcommand(config, context, 'confirm', 'config.confirm.description', 'config.confirm.examples').action(() => {
    const file = findConfigFile(context);
    if (trialEndMs(file) === undefined) throw new CommandFailure(EXIT.noInput, say('config.confirm.nothing', { file }));
    confirmConfig(file);
    show(context, { file, confirmed: true }, () => say('config.confirm.done', { file }));
  });
}

/** The last that was in force and is not what the file says: where that was never loaded, the one in force. */
function findFormer({ say }: CommandContext, kept: readonly KeptConfig[], place: string): KeptConfig {
  const now = readFileSync(place, 'utf8');
  const former = kept.findLast(({ text }) => text !== now);
  if (former === undefined) throw new CommandFailure(EXIT.noInput, say('config.rollback.none'));
  return former;
}

function trialOf({ say }: CommandContext, { confirmWithin }: ApplyOptions): Pick<Installation, 'untilMs'> {
  if (confirmWithin === undefined) return { untilMs: undefined };
  const ms = parseDuration(confirmWithin);
  if (ms === undefined || ms === 0 || ms > LONGEST_TRIAL_MS) {
    throw new CommandFailure(EXIT.usage, say('config.apply.no-time', { text: confirmWithin }));
  }
  return { untilMs: Date.now() + ms };
}

async function put(
  context: CommandContext,
  { text }: Candidate,
  trial: Pick<Installation, 'untilMs' | 'how'>,
): Promise<void> {
  const { say } = context;
  const file = findConfigFile(context);
  if (trialEndMs(file) !== undefined) throw new CommandFailure(EXIT.temporary, say('config.apply.on-trial', { file }));
  const changes = changesBetween(context, { name: file, text: readFileSync(file, 'utf8') }, { name: trial.how, text });
  const json = context.globalOptions().json;
  if (!json) context.print(formatChanges(context, changes));
  // The server still stands where the file of now says.
  const outcome = await loadFile(context, { file, text, control: controlPath(loadSettings(context)), ...trial });
  const { untilMs } = trial;
  show(context, { file, outcome, changes, untilMs }, () => {
    const said = say(outcome === 'loaded' ? 'config.apply.loaded' : 'config.apply.not-running', { file });
    if (untilMs === undefined) return said;
    return `${said}\n${say('config.apply.confirm', { until: formatMoment(context, untilMs) })}`;
  });
}
